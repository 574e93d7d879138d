import { assert } from '../errors.ts';
import { E10_PER_USD, formatScaled } from '../units.ts';

/**
 * The exact numbers of a bill: dollars, hours, GB-months, prices. A fraction of two integers, not necessarily
 * reduced; the denominator is positive. Denominators stay small by themselves, because prices have ten
 * decimals and times divide into hours and months.
 */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** US dollars. */
export type Money = Fraction;

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/** `numerator / denominator`; the denominator is positive. */
export function fraction(numerator: bigint, denominator = 1n): Fraction {
  assert(denominator > 0n, 'a denominator is positive');
  return { numerator, denominator };
}

/** A price in 1e-10 USD, as dollars. */
export function fromE10(priceE10: bigint): Money {
  return { numerator: priceE10, denominator: E10_PER_USD };
}

/** Exact sum. */
export function add(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  if (a.numerator === 0n) return b;
  if (b.numerator === 0n) return a;
  const shared = greatestCommonDivisor(a.denominator, b.denominator);
  const scaleA = b.denominator / shared;
  return {
    numerator: a.numerator * scaleA + b.numerator * (a.denominator / shared),
    denominator: a.denominator * scaleA,
  };
}

/** Exact difference. */
export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, { numerator: -b.numerator, denominator: b.denominator });
}

/** Exact quotient; the divisor is positive. */
export function divide(a: Fraction, b: Fraction): Fraction {
  assert(b.numerator > 0n, 'a divisor is positive');
  return { numerator: a.numerator * b.denominator, denominator: a.denominator * b.numerator };
}

/** The smaller of two. */
export function least(a: Fraction, b: Fraction): Fraction {
  return compare(a, b) <= 0 ? a : b;
}

/** A whole number. */
export function whole(value: number): Fraction {
  return { numerator: BigInt(value), denominator: 1n };
}

/**
 * A decimal as a bill may state it: digits, then optionally a point and 1 to 10 digits. Undefined for
 * anything else.
 */
export function parseDecimal(text: string): Fraction | undefined {
  const match = /^(\d+)(?:\.(\d{1,10}))?$/.exec(text);
  if (!match) return undefined;
  const decimals = match[2] ?? '';
  return { numerator: BigInt(match[1]! + decimals), denominator: 10n ** BigInt(decimals.length) };
}

/** Exact product. */
export function multiply(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** Exact sum of any number of terms. */
export function sum(terms: Iterable<Fraction>): Fraction {
  const total = new Total();
  for (const term of terms) total.add(term);
  return total.value();
}

/**
 * A running sum of many terms. Terms of equal denominator are added without looking for a common one, which
 * is what makes bills of 100,000 instances quick: their charges know only a handful of denominators.
 */
export class Total {
  #denominator = 1n;
  #numerator = 0n;
  /** Numerators of the denominators that are not the current one. */
  readonly #others = new Map<bigint, bigint>();

  add(term: Fraction): void {
    if (term.denominator !== this.#denominator) {
      this.#others.set(this.#denominator, this.#numerator);
      this.#denominator = term.denominator;
      this.#numerator = this.#others.get(term.denominator) ?? 0n;
    }
    this.#numerator += term.numerator;
  }

  /** The sum so far, in lowest terms. */
  value(): Fraction {
    let value: Fraction = { numerator: this.#numerator, denominator: this.#denominator };
    for (const [denominator, numerator] of this.#others) {
      if (denominator !== this.#denominator) value = reduce(add(value, { numerator, denominator }));
    }
    return reduce(value);
  }
}

/**
 * A running sum of fractions of doubles, for millions of terms: numerators of equal denominators are added as
 * plain numbers, and moved into integers without bound before they could lose a digit.
 */
export class Tally {
  readonly #total = new Total();
  #per = 1;
  #units = 0;

  /** Adds `units / per`; both are safe integers, `per` positive. */
  add(units: number, per: number): void {
    const sum = this.#units + units;
    if (per === this.#per && Number.isSafeInteger(sum)) {
      this.#units = sum;
      return;
    }
    this.#settle();
    this.#per = per;
    this.#units = units;
  }

  addExact(term: Fraction): void {
    this.#total.add(term);
  }

  #settle(): void {
    if (this.#units !== 0) {
      this.#total.add({ numerator: BigInt(this.#units), denominator: BigInt(this.#per) });
    }
    this.#units = 0;
  }

  /** The sum so far, in lowest terms. */
  value(): Fraction {
    this.#settle();
    return this.#total.value();
  }
}

/** The sum kept under `name`, new at first. */
export function totalOf(totals: Map<string, Total>, name: string): Total {
  let total = totals.get(name);
  if (!total) {
    total = new Total();
    totals.set(name, total);
  }
  return total;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Fraction, b: Fraction): number {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The same number in lowest terms. */
export function reduce(value: Fraction): Fraction {
  const magnitude = value.numerator < 0n ? -value.numerator : value.numerator;
  const shared = greatestCommonDivisor(magnitude, value.denominator);
  return shared === 1n
    ? value
    : { numerator: value.numerator / shared, denominator: value.denominator / shared };
}

/** `value` × 10^`places`, rounded half to even: cents are `scaled(amount, 2)`. */
export function scaled(value: Fraction, places: number): bigint {
  const numerator = value.numerator * 10n ** BigInt(places);
  const magnitude = numerator < 0n ? -numerator : numerator;
  const whole = magnitude / value.denominator;
  const twiceRest = (magnitude % value.denominator) * 2n;
  const roundsUp = twiceRest > value.denominator || (twiceRest === value.denominator && whole % 2n === 1n);
  const rounded = roundsUp ? whole + 1n : whole;
  return numerator < 0n ? -rounded : rounded;
}

/** Decimal text with at most `places` decimals, rounded half to even, trailing zeros dropped: `0.0016`. */
export function toDecimal(value: Fraction, places: number): string {
  return places === 0 ? scaled(value, 0).toString() : formatScaled(scaled(value, places), places);
}

/** More decimals than a double can tell apart, down to amounts of 1e-8. */
const NUMBER_PLACES = 24;

/** The nearest number, for tables and metrics; never for further sums of money. */
export function toNumber(value: Fraction): number {
  return Number(toDecimal(value, NUMBER_PLACES));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
