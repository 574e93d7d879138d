import { grown } from '../../model/grown.ts';
import type { DomainColumns } from './framework.ts';

/** Bounds that bind nothing: totals are whole numbers of 32 bits. */
export const NO_MINIMUM: number = -(2 ** 31);
export const NO_MAXIMUM: number = 2 ** 31 - 1;

/**
 * Conditions on the domains of a node, of one cycle: a node passes when each total is within its bounds. Columns, so
 * that a search over thousands of nodes asks nobody.
 */
export class DomainGates {
  count = 0;
  readonly domainOf: Int32Array[] = [];
  readonly totals: Int32Array[] = [];
  low = new Int32Array(8);
  high = new Int32Array(8);
  /** 1 where nodes without the label pass. */
  unlabelled = new Uint8Array(8);

  clear(): void {
    this.count = 0;
  }

  /** `low` ≤ total of the node's domain ≤ `high`; `unlabelled` says whether a node in no domain passes. */
  add({ domainOf, totals }: DomainColumns, low: number, high: number, unlabelled: boolean): void {
    const { count } = this;
    if (count === this.low.length) this.#grow();
    this.domainOf[count] = domainOf;
    this.totals[count] = totals;
    this.low[count] = low;
    this.high[count] = high;
    this.unlabelled[count] = unlabelled ? 1 : 0;
    this.count += 1;
  }

  /** Asks the gates from number `from` on. */
  pass(slot: number, from = 0): boolean {
    for (let gate = from; gate < this.count; gate++) {
      const domain = this.domainOf[gate]![slot]!;
      if (domain < 0) {
        if (this.unlabelled[gate] === 0) return false;
        continue;
      }
      const total = this.totals[gate]![domain]!;
      if (total < this.low[gate]! || total > this.high[gate]!) return false;
    }
    return true;
  }

  #grow(): void {
    const length = this.count * 2;
    this.low = grown(Int32Array, this.low, length);
    this.high = grown(Int32Array, this.high, length);
    this.unlabelled = grown(Uint8Array, this.unlabelled, length);
  }
}
