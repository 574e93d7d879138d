import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BurstableInstance, creditBill } from '../../src/billing/cpu-credits.ts';
import { type Fraction, ZERO, compare, fraction, parseDecimal, toDecimal } from '../../src/billing/money.ts';

type Segments = readonly (readonly [hours: number, percent: string])[];

function burstable(
  creditsPerHour: bigint,
  segments: Segments,
  rest: Partial<BurstableInstance> = {},
): BurstableInstance {
  return {
    creditsPerHour: fraction(creditsPerHour),
    vcpus: 2,
    usdPerVcpuHour: fraction(1n, 20n),
    balance: ZERO,
    segments: segments.map(([hours, percent]) => ({
      seconds: hours * 3600,
      percent: parseDecimal(percent)!,
    })),
    isTerminated: true,
    ...rest,
  };
}

const text = (value: Fraction) => toDecimal(value, 6);

test.each([
  // 2 × 40 % × 60 × 24 = 1152 spent, 864 earned: 288 under the cap of 864, × 0.05 / 60
  {
    name: '27: t3.large at 40 % for a day',
    earns: 36n,
    segments: [[24, '40']],
    overCap: '0',
    atEnd: '288',
    usd: '0.24',
  },
  // 2880 spent, 864 earned: 2016, of which 1152 over the cap
  {
    name: '28: t3.large at 100 % for a day',
    earns: 36n,
    segments: [[24, '100']],
    overCap: '1152',
    atEnd: '864',
    usd: '1.68',
  },
] as const)('creditBill() of worked example $name', ({ earns, segments, overCap, atEnd, usd }) => {
  const bill = creditBill(burstable(earns, segments));
  expect([text(bill.overCap), text(bill.atEnd), text(bill.amount)]).toEqual([overCap, atEnd, usd]);
});

test('creditBill() of worked example 25: 304 surplus credits over the cap of a t3.nano', () => {
  // Net 2 × 60 - 6 = 114 an hour at 100 %: 448 credits are 144 of cap and 304 over it, charged at the hour.
  const bill = creditBill(burstable(6n, [[4, '98.333333']], { isTerminated: false }));
  expect(toDecimal(bill.overCap, 3)).toBe('304');
  expect(toDecimal(bill.amount, 4)).toBe('0.2533');
});

test('creditBill() of worked example 29: the balance of a t3.nano over 72 hours', () => {
  const segments: Segments = [
    [24, '0'],
    [12, '2.5'],
    [24, '7'],
    [12, '2.5'],
  ];
  const { trail, amount } = creditBill(burstable(6n, segments));
  // 144; capped; 144 earned - 201.6 spent; 72 earned - 36 spent
  expect(trail.map(({ balance }) => text(balance))).toEqual(['144', '144', '86.4', '122.4']);
  expect(amount).toEqual(ZERO);
});

test('creditBill() of worked example 30: a t3.large breaks even with an m5.large at 42.8 %', () => {
  // 0.096 - 0.0832 = 0.0128 an hour; past the cap every surplus credit is charged: 1000 h cost 12.8
  const { amount } = creditBill(burstable(36n, [[1000, '42.8']]));
  expect(text(amount)).toBe('12.8');
});

const segment = fc.record({
  seconds: fc.integer({ min: 1, max: 200_000 }),
  percent: fc.integer({ min: 0, max: 100 }),
});

test('creditBill() keeps balance and surplus apart and inside the cap, and conserves credits', () => {
  fc.assert(
    fc.property(
      fc.array(segment, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 864 }),
      (drawn, start) => {
        const segments = drawn.map(({ seconds, percent }) => ({
          seconds,
          percent: fraction(BigInt(percent)),
        }));
        const cap = fraction(864n);
        const balance = fraction(BigInt(start));
        const { trail, overCap, atEnd } = creditBill(burstable(36n, [], { segments, balance }));
        let spent = 0n;
        let earned = 0n;
        for (const { seconds, percent } of drawn) {
          spent += BigInt(2 * percent * seconds);
          earned += BigInt(seconds);
        }
        for (const state of trail) {
          expect(compare(state.balance, cap)).toBeLessThanOrEqual(0);
          expect(state.balance.numerator >= 0n && state.surplus.numerator >= 0n).toBe(true);
          expect(state.balance.numerator === 0n || state.surplus.numerator === 0n).toBe(true);
        }
        // Spent ≤ balance at launch + earned + charged; the rest of the balance is kept or lost at the cap.
        const charged = Number(toDecimal(overCap, 9)) + Number(toDecimal(atEnd, 9));
        expect(Number(spent) / 6000).toBeLessThanOrEqual(start + Number(earned) / 100 + charged + 1e-6);
      },
    ),
    { seed: 3, numRuns: 200 },
  );
});
