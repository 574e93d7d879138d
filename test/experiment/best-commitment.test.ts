import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, fraction, type Money, toNumber } from '../../src/billing/money.ts';
import {
  bestPlanCommitment,
  bestReservationCount,
  type HourProfile,
  openCost,
  planCost,
} from '../../src/experiment/best-commitment.ts';

const usd = (thousandths: number): Money => fraction(BigInt(thousandths), 1000n);

/** `[type, seconds, On-Demand, rate]`, prices in thousandths of a dollar per hour. */
function hour(...uses: readonly (readonly [string, number, number, number])[]): HourProfile {
  return uses.map(([type, seconds, onDemand, rate]) => ({
    type,
    seconds,
    onDemand: usd(onDemand),
    rate: usd(rate),
  }));
}

describe('bestPlanCommitment()', () => {
  test.each([
    // One instance all the time: 0.1 covers it, at 0.06.
    { name: 'steady use', profile: [hour(['a', 3600, 100, 60]), hour(['a', 3600, 100, 60])], best: 60 },
    // Used in one hour of two: 2 × 0.06 > 0.1, so no plan pays.
    { name: 'half the time, at 60 %', profile: [hour(['a', 3600, 100, 60]), hour()], best: 0 },
    // Used in two hours of three: 3 × 0.06 < 2 × 0.1.
    {
      name: 'two thirds of the time, at 60 %',
      profile: [hour(['a', 3600, 100, 60]), hour(['a', 3600, 100, 60]), hour()],
      best: 60,
    },
    // Two instances at night, five by day: the third to fifth are used half the time, 2 × 0.4 < 1 × 1.
    {
      name: 'day and night at 40 %',
      profile: [hour(['a', 7200, 100, 40]), hour(['a', 18_000, 100, 40])],
      best: 200,
    },
    // b saves more than a and is covered first; a runs in one hour of two only, where its saving is too small.
    {
      name: 'two types',
      profile: [hour(['a', 3600, 100, 80], ['b', 3600, 50, 20]), hour(['b', 3600, 50, 20])],
      best: 20,
    },
    { name: 'nothing', profile: [hour(), hour()], best: 0 },
  ])('$name: $best thousandths', ({ profile, best }) => {
    expect(toNumber(bestPlanCommitment(profile))).toBe(best / 1000);
  });

  test('no commitment on the grid is cheaper, on random hours', () => {
    const types = [
      ['a', 100, 61],
      ['b', 52, 33],
      ['c', 240, 97],
    ] as const;
    const use = fc
      .tuple(fc.constantFrom(...types), fc.integer({ min: 1, max: 9000 }))
      .map(([[type, onDemand, rate], seconds]) => [type, seconds, onDemand, rate] as const);
    const hours = fc.array(fc.uniqueArray(use, { selector: ([type]) => type, maxLength: 3 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(hours, (list) => {
        const profile = list.map((uses) => hour(...uses));
        const best = planCost(profile, bestPlanCommitment(profile));
        for (let thousandths = 0; thousandths <= 700; thousandths++) {
          expect(compare(planCost(profile, usd(thousandths)), best)).toBeGreaterThanOrEqual(0);
        }
      }),
      { seed: 11, numRuns: 25 },
    );
  });
});

test('planCost() without a commitment is the open cost', () => {
  const profile = [hour(['a', 1234, 100, 60], ['b', 99, 7, 3])];
  expect(compare(planCost(profile, usd(0)), openCost(profile))).toBe(0);
});

describe('bestReservationCount()', () => {
  const effective = usd(60);

  test.each([
    // Three by day, one by night: the second and third are used half the time, 0.6 > 0.5 of the price.
    { name: 'day and night', seconds: [3600, 10_800], count: 1 },
    { name: 'always two', seconds: [7200, 7200], count: 2 },
    { name: 'rarely', seconds: [3600, 0, 0], count: 0 },
  ])('$name: $count', ({ seconds, count }) => {
    const profile = seconds.map((amount) =>
      hour(...(amount === 0 ? [] : [['x.large', amount, 100, 60] as const])),
    );
    expect(bestReservationCount(profile, { type: 'x.large', effective, isFlexible: false }).count).toBe(
      count,
    );
  });

  test('a flexible reservation covers other sizes of its family by their units', () => {
    // Four large are as many units as one 2xlarge, at the same price per unit: 0.4 against 0.24.
    const profile = [hour(['m5.large', 14_400, 100, 60])];
    const reservation = { type: 'm5.2xlarge', effective: usd(240) };
    expect(bestReservationCount(profile, { ...reservation, isFlexible: true }).count).toBe(1);
    expect(bestReservationCount(profile, { ...reservation, isFlexible: false }).count).toBe(0);
  });
});
