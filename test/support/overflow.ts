import type { Overflow } from '../../src/model/overflow.ts';

/** Bytes of memory in the place of a file. */
export function bytesInMemory(memoryRows: number): Overflow {
  return {
    memoryRows,
    open() {
      let stored = Buffer.alloc(4096);
      let length = 0;
      return {
        append(bytes) {
          const at = length;
          length += bytes.length;
          while (length > stored.length) stored = Buffer.concat([stored, Buffer.alloc(stored.length)]);
          stored.set(bytes, at);
          return at;
        },
        replace: (bytes, at) => stored.set(bytes, at),
        read: (into, at) => into.set(stored.subarray(at, at + into.length)),
      };
    },
  };
}
