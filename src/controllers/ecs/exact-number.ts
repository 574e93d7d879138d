import { assert } from '../../errors.ts';

/** A decimal number as it is written: `digits / 10^places`. Metrics and targets are compared exactly. */
export interface ExactNumber {
  readonly digits: bigint;
  readonly places: number;
}

/** The shortest decimal that reads back as `value`, which must be finite: 0.7 is seven tenths. */
export function exactNumber(value: number): ExactNumber {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  assert(match !== null, 'an exact number is finite');
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const places = fraction.length - Number(exponent);
  return places >= 0 ? { digits, places } : { digits: digits * power(-places), places: 0 };
}

/** The sign of `a - b`. */
export function compareExact(a: ExactNumber, b: ExactNumber): -1 | 0 | 1 {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `a - b`. */
export function subtractExact(a: ExactNumber, b: ExactNumber): ExactNumber {
  const [left, right] = aligned(a, b);
  return { digits: left - right, places: Math.max(a.places, b.places) };
}

/** `factor * a`, for whole factors. */
export function timesExact(factor: number, a: ExactNumber): ExactNumber {
  return { digits: BigInt(factor) * a.digits, places: a.places };
}

/** The whole number at or above `a / b`; `b` is above 0. */
export function ceilOfQuotient(a: ExactNumber, b: ExactNumber): number {
  const [numerator, denominator] = aligned(a, b);
  const floor = numerator / denominator;
  return Number(numerator > 0n && floor * denominator < numerator ? floor + 1n : floor);
}

function aligned(a: ExactNumber, b: ExactNumber): readonly [bigint, bigint] {
  const places = Math.max(a.places, b.places);
  return [a.digits * power(places - a.places), b.digits * power(places - b.places)];
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}
