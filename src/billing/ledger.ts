import { assert } from '../errors.ts';
import { grown } from '../model/grown.ts';
import {
  type Fraction,
  type Money,
  Tally,
  type Total,
  compare,
  multiply,
  reduce,
  scaled,
  sum,
  totalOf,
} from './money.ts';

/** What AWS would print: service, usage, where, what, how bought, at which price. `-`: does not apply. */
export interface LineKey {
  readonly service: string;
  readonly dimension: string;
  readonly region: string;
  readonly az: string;
  readonly type: string;
  readonly option: string;
  /** Of the quantity; the price is USD per unit. */
  readonly unit: string;
  readonly price: Money;
}

/** All use that agrees in the key: amount = price × quantity. */
export interface BillLine extends LineKey {
  readonly quantity: Fraction;
  readonly amount: Money;
  /** As printed: rounded half to even, each line by itself. */
  readonly cents: bigint;
}

/** Fields by which a bill can be cut; the parts of every cut sum to the total exactly. */
export const CUTS = ['service', 'region', 'az', 'type', 'option', 'resource'] as const;
export type Cut = (typeof CUTS)[number];

/** The part of a line that one group of resources used. */
export interface LinePart {
  readonly line: LineKey;
  readonly quantity: Fraction;
  readonly amount: Money;
}

/**
 * Every use of everything, in columns: a posting is so many units of a line, for a resource. Quantities are
 * fractions whose two integers fit into doubles, which hours and GB-months of list prices do; the few others
 * (parts covered by commitments) are kept beside the columns. Postings of quantity 0 leave no trace.
 */
export class Ledger {
  readonly #lines: LineKey[] = [];
  readonly #lineOf = new Map<string, number>();
  #count = 0;
  #line = new Int32Array(64);
  #units = new Float64Array(64);
  #per = new Float64Array(64);
  readonly #resource: string[] = [];
  /** Quantities too large for the columns, by posting. */
  readonly #large = new Map<number, Fraction>();

  /** The number of a line: new when nothing was posted to it yet. */
  line(key: LineKey): number {
    const price = reduce(key.price);
    const id = `${TEXT_FIELDS.map((field) => key[field]).join('\u001f')} ${price.numerator}/${price.denominator}`;
    const known = this.#lineOf.get(id);
    if (known !== undefined) return known;
    const { service, dimension, region, az, type, option, unit } = key;
    this.#lineOf.set(id, this.#lines.length);
    return this.#lines.push({ service, dimension, region, az, type, option, unit, price }) - 1;
  }

  /** Posts a quantity of `units / per`, both whole and safe, `per` positive. */
  post(line: number, resource: string, units: number, per: number): void {
    assert(
      Number.isSafeInteger(units) && Number.isSafeInteger(per) && per > 0,
      'a quantity is a safe fraction',
    );
    if (units === 0) return;
    const posting = this.#next(line, resource);
    this.#units[posting] = units;
    this.#per[posting] = per;
  }

  /** Posts any quantity. */
  postExact(line: number, resource: string, quantity: Fraction): void {
    const { numerator, denominator } = reduce(quantity);
    const [units, per] = [Number(numerator), Number(denominator)];
    if (Number.isSafeInteger(units) && Number.isSafeInteger(per)) this.post(line, resource, units, per);
    else this.#large.set(this.#next(line, resource), quantity);
  }

  #next(line: number, resource: string): number {
    const posting = this.#count++;
    if (posting === this.#line.length) {
      this.#line = grown(Int32Array, this.#line, posting * 2);
      this.#units = grown(Float64Array, this.#units, posting * 2);
      this.#per = grown(Float64Array, this.#per, posting * 2);
    }
    this.#line[posting] = line;
    this.#resource.push(resource);
    return posting;
  }

  /** One line per key that has a quantity, ordered by the fields of the key: text by code unit, price by value. */
  lines(): BillLine[] {
    return this.#tallies()
      .flatMap((tally, line) => (tally ? [billLine(this.#lines[line]!, tally.value())] : []))
      .sort(compareKeys);
  }

  /** Exact sum of everything. */
  total(): Money {
    return sum(this.#tallies().flatMap((tally, line) => (tally ? [this.#amount(line, tally.value())] : [])));
  }

  /** Total by the value of one field, in order of first appearance. Every cut sums to the total exactly. */
  totals(cut: Cut): Map<string, Money> {
    const totals = new Map<string, Total>();
    if (cut === 'resource') {
      for (let posting = 0; posting < this.#count; posting++) {
        const amount = this.#amount(this.#line[posting]!, this.#quantity(posting));
        totalOf(totals, this.#resource[posting]!).add(amount);
      }
    } else {
      this.#tallies().forEach((tally, line) => {
        if (tally) totalOf(totals, this.#lines[line]![cut]).add(this.#amount(line, tally.value()));
      });
    }
    return new Map([...totals].map(([value, total]) => [value, total.value()]));
  }

  /**
   * The parts of the lines by any property of their resources, `groupOf` telling the group of a posting.
   * Groups in order of first appearance, and the lines in each.
   */
  parts(groupOf: (resource: string, line: LineKey) => string): Map<string, LinePart[]> {
    const groups = new Map<string, Map<number, Tally>>();
    for (let posting = 0; posting < this.#count; posting++) {
      const line = this.#line[posting]!;
      const name = groupOf(this.#resource[posting]!, this.#lines[line]!);
      let tallies = groups.get(name);
      if (tallies === undefined) {
        tallies = new Map();
        groups.set(name, tallies);
      }
      let tally = tallies.get(line);
      if (tally === undefined) {
        tally = new Tally();
        tallies.set(line, tally);
      }
      this.#addTo(tally, posting);
    }
    const part = (line: number, quantity: Fraction): LinePart => {
      return { line: this.#lines[line]!, quantity, amount: this.#amount(line, quantity) };
    };
    return new Map(
      [...groups].map(([name, tallies]) => {
        return [name, [...tallies].map(([line, tally]) => part(line, tally.value()))];
      }),
    );
  }

  /** Sum of the quantities of each line, undefined where nothing was posted. */
  #tallies(): (Tally | undefined)[] {
    const tallies: (Tally | undefined)[] = this.#lines.map(() => undefined);
    for (let posting = 0; posting < this.#count; posting++) {
      const line = this.#line[posting]!;
      let tally = tallies[line];
      if (tally === undefined) {
        tally = new Tally();
        tallies[line] = tally;
      }
      this.#addTo(tally, posting);
    }
    return tallies;
  }

  #addTo(tally: Tally, posting: number): void {
    const per = this.#per[posting]!;
    if (per > 0) tally.add(this.#units[posting]!, per);
    else tally.addExact(this.#large.get(posting)!);
  }

  #quantity(posting: number): Fraction {
    const per = this.#per[posting]!;
    return per > 0
      ? { numerator: BigInt(this.#units[posting]!), denominator: BigInt(per) }
      : this.#large.get(posting)!;
  }

  #amount(line: number, quantity: Fraction): Money {
    return multiply(this.#lines[line]!.price, quantity);
  }
}

function billLine(key: LineKey, quantity: Fraction): BillLine {
  const amount = reduce(multiply(key.price, quantity));
  return { ...key, quantity, amount, cents: scaled(amount, 2) };
}

const TEXT_FIELDS = ['service', 'dimension', 'region', 'az', 'type', 'option', 'unit'] as const;

function compareKeys(a: LineKey, b: LineKey): number {
  for (const field of TEXT_FIELDS) {
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  }
  return compare(a.price, b.price);
}
