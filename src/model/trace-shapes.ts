import type { GpuRequest } from './task-class.ts';

/** What one task asks for. */
export interface TraceShape {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly gpu: GpuRequest | null;
}

const EMPTY = -1;
/** Odd numbers without a pattern in their bits: 2^32 divided by the golden ratio, and primes (those of xxHash32). */
const CPU_FACTOR = 0x9e3779b1;
const HIGH_FACTOR = 0x85ebca77;
const MIX_FACTOR = 0xc2b2ae3d;
const HIGH_WORD = 2 ** 32;

/**
 * Gives equal shapes one number, counted from 0 in order of first appearance. Every row of a trace asks: a table with
 * open addressing, its slots no more than half full, answers from three columns and makes no objects.
 */
export class TraceShapes {
  readonly list: TraceShape[] = [];
  #ids = new Int32Array(64).fill(EMPTY);
  #cpuMilli = new Float64Array(64);
  #memoryBytes = new Float64Array(64);

  /** The number of a shape. Equal GPU requests must be one object. */
  idOf(cpuMilli: number, memoryBytes: number, gpu: GpuRequest | null): number {
    const ids = this.#ids;
    const mask = ids.length - 1;
    let slot = slotOf(cpuMilli, memoryBytes, gpu, mask);
    for (;;) {
      const id = ids[slot]!;
      if (id === EMPTY) break;
      const isEqual = this.#cpuMilli[slot] === cpuMilli && this.#memoryBytes[slot] === memoryBytes;
      if (isEqual && this.list[id]!.gpu === gpu) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.list.push({ cpuMilli, memoryBytes, gpu }) - 1;
    this.#put(slot, id);
    if (2 * this.list.length > ids.length) this.#grow();
    return id;
  }

  #put(slot: number, id: number): void {
    const { cpuMilli, memoryBytes } = this.list[id]!;
    this.#ids[slot] = id;
    this.#cpuMilli[slot] = cpuMilli;
    this.#memoryBytes[slot] = memoryBytes;
  }

  #grow(): void {
    const length = 2 * this.#ids.length;
    this.#ids = new Int32Array(length).fill(EMPTY);
    this.#cpuMilli = new Float64Array(length);
    this.#memoryBytes = new Float64Array(length);
    this.list.forEach(({ cpuMilli, memoryBytes, gpu }, id) => {
      let slot = slotOf(cpuMilli, memoryBytes, gpu, length - 1);
      while (this.#ids[slot] !== EMPTY) slot = (slot + 1) & (length - 1);
      this.#put(slot, id);
    });
  }
}

/** Memory comes in multiples of large powers of two, so that its upper bits have to reach the lower ones. */
function slotOf(cpuMilli: number, memoryBytes: number, gpu: GpuRequest | null, mask: number): number {
  const gpuMilli = gpu === null ? 0 : gpu.count * gpu.milli;
  const memory = memoryBytes ^ Math.imul(memoryBytes / HIGH_WORD, HIGH_FACTOR);
  let hash = Math.imul(cpuMilli + gpuMilli, CPU_FACTOR) ^ memory;
  hash = Math.imul(hash ^ (hash >>> 16), MIX_FACTOR);
  return (hash ^ (hash >>> 15)) & mask;
}
