import { assert } from '../errors.ts';
import { type Fraction, fraction, parseDecimal } from './money.ts';

/** A type that a fleet may launch: how many units of the target one instance is worth, and its price per hour. */
export interface WeightedPool {
  readonly type: string;
  readonly weight: number;
  /** A decimal: `0.05`. */
  readonly usdPerHour: string;
}

export interface FleetAnswer {
  readonly type: string;
  readonly instances: number;
  /** Of one unit. */
  readonly usdPerUnit: Fraction;
  /** Of all of them, per hour. */
  readonly usdPerHour: Fraction;
}

/**
 * What a fleet with the strategy lowest-price launches for a target in units: the pool that is cheapest per unit (the
 * first of equals), as many instances as reach the target, or as few as a cap on the sum of hourly prices allows. The
 * target may be exceeded by a part of the last instance.
 * Source: Amazon EC2 user guide, "Use instance weighting", "Set a spending limit for your EC2 Fleet or Spot Fleet".
 */
export function lowestPriceFleet(
  target: number,
  pools: readonly WeightedPool[],
  maxUsdPerHour?: string,
): FleetAnswer {
  assert(target >= 0 && pools.length > 0, 'a fleet has a target and a pool');
  const [first, ...others] = pools.map((pool) => {
    assert(pool.weight > 0, 'an instance is worth more than nothing');
    const price = parseDecimal(pool.usdPerHour)!;
    return { pool, price, perUnit: fraction(price.numerator, price.denominator * BigInt(pool.weight)) };
  });
  const cheapest = others.reduce(
    (best, one) =>
      one.perUnit.numerator * best.perUnit.denominator < best.perUnit.numerator * one.perUnit.denominator
        ? one
        : best,
    first!,
  );
  const { pool, price, perUnit } = cheapest;
  let instances = Math.ceil(target / pool.weight);
  if (maxUsdPerHour !== undefined && price.numerator > 0n) {
    const cap = parseDecimal(maxUsdPerHour)!;
    instances = Math.min(
      instances,
      Number((cap.numerator * price.denominator) / (cap.denominator * price.numerator)),
    );
  }
  const usdPerHour = fraction(price.numerator * BigInt(instances), price.denominator);
  return { type: pool.type, instances, usdPerUnit: perUnit, usdPerHour };
}
