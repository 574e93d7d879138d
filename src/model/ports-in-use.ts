import { grown } from './grown.ts';
import type { PortTable } from './port-table.ts';
import type { HostPort } from './task-class.ts';

/** Bits of the host ports that are taken on each instance: `used[slot * words + word]`. */
export class PortsInUse {
  readonly #table: PortTable;
  #used = new Uint32Array(0);

  constructor(table: PortTable) {
    this.#table = table;
  }

  /** A fresh instance, on which the system itself takes `reserved`. */
  install(slot: number, reserved: readonly HostPort[]): void {
    this.clear(slot);
    this.take(slot, this.#table.bitsOf(reserved).portBits);
  }

  /** Is none of the bits taken? */
  fit(slot: number, clashBits: Uint32Array): boolean {
    const base = slot * this.#table.words;
    for (let word = 0; word < clashBits.length; word++) {
      if ((this.#used[base + word]! & clashBits[word]!) !== 0) return false;
    }
    return true;
  }

  take(slot: number, bits: Uint32Array): void {
    const base = slot * this.#table.words;
    for (let word = 0; word < bits.length; word++) this.#used[base + word]! |= bits[word]!;
  }

  release(slot: number, bits: Uint32Array): void {
    const base = slot * this.#table.words;
    for (let word = 0; word < bits.length; word++) this.#used[base + word]! &= ~bits[word]!;
  }

  clear(slot: number): void {
    const { words } = this.#table;
    this.#used.fill(0, slot * words, (slot + 1) * words);
  }

  grow(slots: number): void {
    this.#used = grown(Uint32Array, this.#used, slots * this.#table.words);
  }
}
