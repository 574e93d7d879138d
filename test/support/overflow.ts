import type { Overflow } from '../../src/model/overflow.ts';

/** In the place of a file, so that a test sees every byte that is written. */
export function bytesInMemory(memoryRows: number): Overflow {
  return {
    memoryRows,
    open() {
      const stored: Uint8Array[] = [];
      let length = 0;
      const all = () => Buffer.concat(stored);
      return {
        append(bytes) {
          stored.push(bytes.slice());
          length += bytes.length;
          return length - bytes.length;
        },
        replace(bytes, at) {
          const whole = all();
          whole.set(bytes, at);
          stored.splice(0, stored.length, whole);
        },
        read: (into, at) => into.set(all().subarray(at, at + into.length)),
      };
    },
  };
}
