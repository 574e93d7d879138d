import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AllocatedCost, IDLE, OVERHEAD, allocate } from '../../src/billing/allocation.ts';
import { add, compare, fraction, reduce, sum, toNumber } from '../../src/billing/money.ts';
import { HOUR } from './builders.ts';

/** One hour of an instance of 4 vCPUs and 16,000 MiB at one dollar. */
function cost(
  usage: Record<string, [number, number]>,
  rest: Partial<AllocatedCost['instance']> = {},
): AllocatedCost {
  return {
    instance: {
      capacityCpuMilli: 4000,
      capacityMemoryMiB: 16_000,
      allocatableCpuMilli: 4000,
      allocatableMemoryMiB: 16_000,
      usage: new Map(
        Object.entries(usage).map(([name, [cpu, memory]]) => [
          name,
          { cpuMilliMs: cpu * HOUR, memoryMiBMs: memory * HOUR },
        ]),
      ),
      ...rest,
    },
    lifeMs: HOUR,
    amount: fraction(1n),
  };
}

function dollars(costs: AllocatedCost[], cpuWeight = fraction(1n, 2n)): Record<string, number> {
  const rows = allocate(costs, { cpuWeight, stepsPerUsd: null });
  return Object.fromEntries(rows.map(({ name, amount }) => [name, toNumber(amount)]));
}

test.each([
  {
    // web (2000/4000 + 4000/16000)/2 = 3/8; the rest 5/8
    name: 'one group for the whole life',
    costs: [cost({ web: [2000, 4000] })],
    rows: { web: 0.375, [OVERHEAD]: 0, [IDLE]: 0.625 },
  },
  {
    // half the life: 3/16
    name: 'one group for half the life',
    costs: [cost({ web: [1000, 2000] })],
    rows: { web: 0.1875, [OVERHEAD]: 0, [IDLE]: 0.8125 },
  },
  {
    // kept: (400/4000 + 1600/16000)/2 = 0.1; daemons under (overhead) add (400/4000)/2 = 0.05
    name: 'reserved and daemon room is overhead',
    costs: [
      cost(
        { web: [2000, 4000], [OVERHEAD]: [400, 0] },
        { allocatableCpuMilli: 3600, allocatableMemoryMiB: 14_400 },
      ),
    ],
    rows: { web: 0.375, [OVERHEAD]: 0.15, [IDLE]: 0.475 },
  },
  {
    // shares (1 + 1/2)/2 = 3/4 each sum to 3/2: divided by that, one half each
    name: 'more than the whole instance is scaled down',
    costs: [cost({ a: [4000, 8000], b: [4000, 8000] })],
    rows: { a: 0.5, b: 0.5, [OVERHEAD]: 0, [IDLE]: 0 },
  },
  {
    name: 'no instances',
    costs: [],
    rows: { [OVERHEAD]: 0, [IDLE]: 0 },
  },
])('allocate() shares an instance out: $name', ({ costs, rows }) => {
  expect(dollars(costs)).toEqual(rows);
});

test('allocate() weighs CPU and memory as told', () => {
  // CPU 2000/4000, memory 4000/16000; weights 9/10 and 1/10: 0.45 + 0.025
  expect(dollars([cost({ web: [2000, 4000] })], fraction(9n, 10n))['web']).toBe(0.475);
});

test('allocate() puts the dearest row first, equal rows by name, overhead and idle last', () => {
  const rows = allocate([cost({ b: [100, 0], a: [100, 0], z: [2000, 0] })]);
  expect(rows.map(({ name }) => name)).toEqual(['z', 'a', 'b', OVERHEAD, IDLE]);
});

test('allocate() gives the cost of an instance that lived 0 ms to (idle)', () => {
  const rows = allocate([{ ...cost({}), lifeMs: 0 }]);
  expect(rows).toEqual([
    { name: OVERHEAD, amount: fraction(0n) },
    { name: IDLE, amount: fraction(1n) },
  ]);
});

const costs = fc.array(
  fc.record({
    lifeMs: fc.integer({ min: 1, max: 10 ** 8 }),
    cents: fc.bigInt(1n, 10n ** 6n),
    denominator: fc.bigInt(1n, 10n ** 6n),
    shares: fc.dictionary(
      fc.constantFrom('web', 'api', 'nightly', OVERHEAD),
      fc.tuple(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 16_000 })),
    ),
  }),
  { maxLength: 6 },
);

test('allocate() rows sum to the cost exactly, none negative; cutting to steps moves next to nothing to (idle)', () => {
  fc.assert(
    fc.property(costs, (drawn) => {
      const all = drawn.map(({ lifeMs, cents, denominator, shares }): AllocatedCost => {
        const base = cost({});
        const usage = Object.entries(shares).map(
          ([name, [cpu, memory]]) =>
            [name, { cpuMilliMs: cpu * lifeMs, memoryMiBMs: memory * lifeMs }] as const,
        );
        const instance = { ...base.instance, allocatableCpuMilli: 3900, usage: new Map(usage) };
        return { instance, lifeMs, amount: fraction(cents, denominator) };
      });
      const total = reduce(sum(all.map(({ amount }) => amount)));
      const exact = allocate(all, { cpuWeight: fraction(1n, 2n), stepsPerUsd: null });
      const stepped = allocate(all);
      for (const rows of [exact, stepped]) {
        expect(reduce(sum(rows.map(({ amount }) => amount)))).toEqual(total);
        for (const { amount } of rows) expect(amount.numerator >= 0n).toBe(true);
      }
      // a step for each row of each instance; (overhead) may have two: what is kept, and daemons
      const limit = fraction(2n * BigInt(all.length), 10n ** 12n);
      for (const { name, amount } of stepped) {
        const same = exact.find((row) => row.name === name)!.amount;
        if (name !== IDLE) {
          expect(compare(amount, same)).toBeLessThanOrEqual(0);
          expect(compare(same, add(amount, limit))).toBeLessThanOrEqual(0);
        }
      }
    }),
    { seed: 4, numRuns: 200 },
  );
});
