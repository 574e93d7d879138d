import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanMs, nextPoissonMs, sampler } from '../../src/controllers/distributions.ts';
import { RandomStreams } from '../../src/kernel/random-streams.ts';
import { distributionProblem } from '../../src/model/distribution-problem.ts';
import type { Distribution } from '../../src/model/plan.ts';
import { HOUR, MINUTE, SECOND } from '../../src/units.ts';

const LAST_DRAW = 1 - 2 ** -53;
const tenTwentyThirty: Distribution = {
  kind: 'empirical',
  points: [
    { valueMs: 30, weight: 1 },
    { valueMs: 10, weight: 2 },
    { valueMs: 20, weight: 0 },
    { valueMs: 15, weight: 1 },
  ],
};

describe('sampler()', () => {
  const grading: Distribution = { kind: 'lognormal', meanMs: 4 * MINUTE, p95Ms: 15 * MINUTE };
  test.each<{ distribution: Distribution; u: number; ms: number }>([
    { distribution: { kind: 'constant', valueMs: 90_000 }, u: 0.7, ms: 90_000 },
    // 2 to 4 are three values: thirds of [0, 1)
    { distribution: { kind: 'uniform', minMs: 2, maxMs: 4 }, u: 0.33, ms: 2 },
    { distribution: { kind: 'uniform', minMs: 2, maxMs: 4 }, u: 0.34, ms: 3 },
    { distribution: { kind: 'uniform', minMs: 2, maxMs: 4 }, u: LAST_DRAW, ms: 4 },
    // 60000 ln 2 = 41588.83
    { distribution: { kind: 'exponential', meanMs: 60_000 }, u: 0.5, ms: 41_589 },
    // 60000 · 53 ln 2 = 2204208.0
    { distribution: { kind: 'exponential', meanMs: 60_000 }, u: LAST_DRAW, ms: 2_204_208 },
    // The 95th percentile by definition; the median exp(mu) = mean·exp(-sigma²/2), where sigma = 1.644854 -
    // √(1.644854² - 2 ln 3.75) = 1.395792 and exp(-0.974117) = 0.377525: 90606
    { distribution: grading, u: 0.95, ms: 900_000 },
    { distribution: grading, u: 0.5, ms: 90_606 },
    { distribution: { kind: 'lognormal', meanMs: 5000, p95Ms: 5000 }, u: 0.99, ms: 5000 },
    // C² = 1 is the exponential: 60000 ln 2
    { distribution: { kind: 'hyperexponential', meanMs: 60_000, squaredVariation: 1 }, u: 0.5, ms: 41_589 },
    // Cumulated by value: 10 up to 2/4, 15 up to 3/4, 30; 20 never
    { distribution: tenTwentyThirty, u: 0, ms: 10 },
    { distribution: tenTwentyThirty, u: 0.4999, ms: 10 },
    { distribution: tenTwentyThirty, u: 0.5, ms: 15 },
    { distribution: tenTwentyThirty, u: 0.75, ms: 30 },
    { distribution: tenTwentyThirty, u: LAST_DRAW, ms: 30 },
  ])('takes $u to $ms ms: $distribution', ({ distribution, u, ms }) => {
    expect(sampler(distribution)(u)).toBe(ms);
  });

  const milliseconds = fc.integer({ min: 0, max: 10 ** 10 });
  const anyDistribution: fc.Arbitrary<Distribution> = fc.oneof(
    milliseconds.map((valueMs) => ({ kind: 'constant' as const, valueMs })),
    fc
      .tuple(milliseconds, milliseconds)
      .map(([a, b]) => ({ kind: 'uniform' as const, minMs: Math.min(a, b), maxMs: Math.max(a, b) })),
    milliseconds.map((mean) => ({ kind: 'exponential' as const, meanMs: mean })),
    fc.tuple(milliseconds, fc.double({ min: 1, max: 3.86, noNaN: true })).map(([mean, factor]) => ({
      kind: 'lognormal' as const,
      meanMs: mean,
      p95Ms: Math.floor(mean * factor),
    })),
    fc.tuple(milliseconds, fc.double({ min: 1, max: 1e6, noNaN: true })).map(([mean, squaredVariation]) => ({
      kind: 'hyperexponential' as const,
      meanMs: mean,
      squaredVariation,
    })),
    fc
      .array(fc.record({ valueMs: milliseconds, weight: fc.integer({ min: 1, max: 9 }) }), { minLength: 1 })
      .map((points) => ({ kind: 'empirical' as const, points })),
  );
  const draw = fc.oneof(
    fc.integer({ min: 0, max: 2 ** 30 - 1 }).map((k) => k / 2 ** 30),
    fc.constantFrom(0, LAST_DRAW, 2 ** -53, 0.5),
  );

  test('gives whole milliseconds, never -0, and never less for a larger draw, whatever the distribution', () => {
    fc.assert(
      fc.property(anyDistribution, draw, draw, (distribution, a, b) => {
        expect(distributionProblem(distribution)).toBeUndefined();
        const sample = sampler(distribution);
        const [low, high] = [sample(Math.min(a, b)), sample(Math.max(a, b))];
        expect(Number.isSafeInteger(low) && low >= 0 && !Object.is(low, -0)).toBe(true);
        expect(high).toBeGreaterThanOrEqual(low);
        expect(high).toBeLessThanOrEqual(2 ** 52);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test.each<{ distribution: Distribution; squaredVariation: number }>([
    // (2·10^6)²/12 over (2·10^6)²
    { distribution: { kind: 'uniform', minMs: 1e6, maxMs: 3e6 }, squaredVariation: 1 / 12 },
    { distribution: { kind: 'exponential', meanMs: 1e6 }, squaredVariation: 1 },
    { distribution: { kind: 'hyperexponential', meanMs: 1e6, squaredVariation: 1 }, squaredVariation: 1 },
    { distribution: { kind: 'hyperexponential', meanMs: 1e6, squaredVariation: 4 }, squaredVariation: 4 },
    { distribution: { kind: 'hyperexponential', meanMs: 1e6, squaredVariation: 100 }, squaredVariation: 100 },
    // sigma² = (1.644854 - √(1.644854² - 2 ln 2))² = 0.246282; exp(sigma²) - 1
    { distribution: { kind: 'lognormal', meanMs: 1e6, p95Ms: 2e6 }, squaredVariation: 0.27926 },
    // values 10, 10, 15, 30: mean 16.25, mean square 331.25
    { distribution: tenTwentyThirty, squaredVariation: 331.25 / 16.25 ** 2 - 1 },
  ])('has the mean and the squared variation of $distribution', ({ distribution, squaredVariation }) => {
    const sample = sampler(distribution);
    const points = 400_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < points; i += 1) {
      const ms = sample((i + 0.5) / points);
      sum += ms;
      squares += ms * ms;
    }
    const mean = sum / points;
    // The grid misses the part of the tail beyond 1 - 1/800000: less than 1 % of the second moment, even at C² = 100.
    expect(Math.abs(mean / meanMs(distribution) - 1)).toBeLessThan(0.0005);
    expect(Math.abs(squares / points / mean ** 2 - 1 - squaredVariation)).toBeLessThan(
      0.01 * squaredVariation,
    );
  });

  test('inverts the hyperexponential distribution: S(t) = p·e^(-2pt) + q·e^(-2qt) is 1-u again', () => {
    const squaredVariation = 10;
    const meanLong = 1e12;
    const p = 0.5 * (1 + Math.sqrt((squaredVariation - 1) / (squaredVariation + 1)));
    const sample = sampler({ kind: 'hyperexponential', meanMs: meanLong, squaredVariation });
    for (let k = 1; k < 2000; k += 1) {
      const t = sample(k / 2000) / meanLong;
      const tail = p * Math.exp(-2 * p * t) + (1 - p) * Math.exp(-2 * (1 - p) * t);
      expect(Math.abs(tail - (1 - k / 2000))).toBeLessThan(1e-11);
    }
  });

  test('refuses a distribution that has a problem', () => {
    expect(() => sampler({ kind: 'empirical', points: [] })).toThrow('problem');
  });
});

describe('nextPoissonMs()', () => {
  const perSecond = (rate: number) => rate * 3600;
  /** The draw whose -ln(1-u) is `amount`. */
  const worth = (amount: number) => 1 - Math.exp(-amount);
  // One a second from 0, two from 10 s, none from 20 s, one from 30 s on.
  const steps = [
    { atMs: 0, perHour: perSecond(1) },
    { atMs: 10 * SECOND, perHour: perSecond(2) },
    { atMs: 20 * SECOND, perHour: 0 },
    { atMs: 30 * SECOND, perHour: perSecond(1) },
  ];

  test.each([
    { from: 0, amount: 3, repeatMs: null, timeMs: 3000 },
    { from: 0.25, amount: 3, repeatMs: null, timeMs: 3000.25 },
    // 2 until 10 s, the other 4 at two a second
    { from: 8000, amount: 6, repeatMs: null, timeMs: 12_000 },
    // 10 + 20 until 20 s, nothing for 10 s, the other 5 at one a second
    { from: 0, amount: 35, repeatMs: null, timeMs: 35_000 },
    { from: 25_000, amount: 1, repeatMs: null, timeMs: 31_000 },
    { from: 1e9, amount: 1, repeatMs: null, timeMs: 1e9 + 1000 },
    // A period of 25 s is worth 30: 35 = one period and 5
    { from: 0, amount: 35, repeatMs: 25_000, timeMs: 30_000 },
    { from: 50_000, amount: 5, repeatMs: 25_000, timeMs: 55_000 },
    // 8 s into the second period: 22 left of it, and 8 in the third
    { from: 33_000, amount: 30, repeatMs: 25_000, timeMs: 58_000 },
    // 6 until 20 s; of the next period 10 in its first ten seconds, the other 17 at two a second
    { from: 17_000, amount: 33, repeatMs: 25_000, timeMs: 43_500 },
  ])('$amount expected arrivals after $from ms: $timeMs ms (repeat $repeatMs)', (row) => {
    const next = nextPoissonMs(steps, row.repeatMs, row.from, worth(row.amount));
    // 1 - e^-35 keeps few digits of the amount
    expect(Math.abs(next - row.timeMs)).toBeLessThan(row.amount > 20 ? 500 : 0.01);
  });

  test.each([
    { name: 'there are no steps', given: [], repeatMs: null },
    { name: 'every rate is 0', given: [{ atMs: 0, perHour: 0 }], repeatMs: HOUR },
    { name: 'the rate falls to 0 for ever', given: steps.slice(0, 3), repeatMs: null },
    { name: 'the only step lies beyond the period', given: [{ atMs: HOUR, perHour: 1 }], repeatMs: HOUR },
  ])('is Infinity when $name', ({ given, repeatMs }) => {
    expect(nextPoissonMs(given, repeatMs, 20 * SECOND, 0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  test('a draw of 1, which no stream gives, is refused', () => {
    expect(() => nextPoissonMs(steps, 25_000, 0, 1)).toThrow('draw');
  });

  test('nothing arrives before the first step, in every period', () => {
    const late = [{ atMs: 10_000, perHour: perSecond(1) }];
    expect(nextPoissonMs(late, null, 0, worth(1))).toBeCloseTo(11_000, 6);
    expect(nextPoissonMs(late, 12_000, 11_500, worth(1))).toBeCloseTo(22_500, 6);
  });

  test('skips many periods of a small rate at once', () => {
    // One arrival a day on average, in its first second: the draw is worth 53 ln 2 = 36.7368 of them.
    const rare = [
      { atMs: 0, perHour: 3600 },
      { atMs: 1000, perHour: 0 },
    ];
    expect(nextPoissonMs(rare, 24 * HOUR, 0, LAST_DRAW)).toBeCloseTo(36 * 24 * HOUR + 736.8, 0);
  });

  test('the cumulated rate from one arrival to the next is -ln(1-u), for any steps', () => {
    const pieces = fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 5 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        pieces,
        fc.boolean(),
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: 1, max: 999 }),
        (given, repeats, fromMs, permille) => {
          let atMs = 0;
          const rates = given.map(([length, rate]) => {
            const step = { atMs, perHour: perSecond(rate) };
            atMs += length;
            return step;
          });
          const repeatMs = repeats ? atMs : null;
          const u = permille / 1000;
          const next = nextPoissonMs(rates, repeatMs, fromMs, u);
          const rateAt = (ms: number) => {
            const inPeriod = repeatMs === null ? ms : ms % repeatMs;
            return rates.findLast((step) => step.atMs <= inPeriod)!.perHour / HOUR;
          };
          // Plain sum over whole milliseconds, and the fraction of the last.
          let expected = 0;
          const last = Math.floor(Math.min(next, fromMs + 100_000));
          for (let ms = fromMs; ms < last; ms += 1) expected += rateAt(ms);
          if (next < Number.POSITIVE_INFINITY && next < fromMs + 100_000) {
            expected += rateAt(last) * (next - last);
            expect(Math.abs(expected + Math.log(1 - u))).toBeLessThan(1e-6);
          } else expect(expected).toBeLessThan(-Math.log(1 - u) + 1e-6);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test('arrivals floored to whole milliseconds keep their rate, even at three a millisecond', () => {
    // 3 a ms for 30 s: 90,000 expected, standard deviation 300.
    const stream = new RandomStreams(1, 0).stream('arrivals');
    const fast = [{ atMs: 0, perHour: 3 * HOUR }];
    let count = 0;
    let exactMs = nextPoissonMs(fast, null, 0, stream.double());
    for (; Math.floor(exactMs) < 30_000; count += 1)
      exactMs = nextPoissonMs(fast, null, exactMs, stream.double());
    expect(Math.abs(count - 90_000)).toBeLessThan(4 * 300);
  });
});
