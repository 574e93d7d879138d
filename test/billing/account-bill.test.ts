import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_RULES, accountBill } from '../../src/billing/account-bill.ts';
import { CUTS } from '../../src/billing/ledger.ts';
import {
  type Money,
  ZERO,
  add,
  compare,
  fraction,
  parseDecimal,
  reduce,
  sum,
  toDecimal,
} from '../../src/billing/money.ts';
import type { PriceBook } from '../../src/billing/price-book.ts';
import type { InstanceUse, ReservedInstance, SavingsPlan, Usage } from '../../src/billing/usage.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { JUNE_2026, juneBill, priced } from './builders.ts';

const TYPES = ['m5.large', 'm5.xlarge', 'c5.large'];
const BOOK: PriceBook = priced({
  'ec2/us-east-1/m5.large/linux/default': '0.096',
  'ec2/us-east-1/m5.xlarge/linux/default': '0.192',
  'ec2/us-east-1/c5.large/linux/default': '0.085',
  'sp-compute/us-east-1/m5.large/linux/default': '0.07',
  'sp-compute/us-east-1/m5.xlarge/linux/default': '0.14',
  'sp-compute/us-east-1/c5.large/linux/default': '0.05',
  'sp-ec2/us-east-1/m5.large/linux/default': '0.06',
  'fargate/us-east-1/linux-x86/vcpu': '0.04048',
  'fargate/us-east-1/linux-x86/gb': '0.004445',
  'sp-compute/fargate/us-east-1/linux-x86/vcpu': '0.03',
  'sp-compute/fargate/us-east-1/linux-x86/gb': '0.0035',
  'ebs/us-east-1/gp3/gb': '0.08',
  'ipv4/us-east-1': '0.005',
  'nat/us-east-1/hour': '0.045',
  'nat/us-east-1/gb': '0.045',
  'cloudwatch/us-east-1/metric': '0.30',
  'eks-auto-fraction': '0.12',
});

const PLACE = { region: 'us-east-1', zone: 'us-east-1a' } as const;

function host(
  id: string,
  type: string,
  visits: readonly (readonly [number, number])[],
  rest: Partial<InstanceUse> = {},
): InstanceUse {
  return {
    ...PLACE,
    id,
    type,
    platform: 'linux',
    tenancy: 'default',
    option: 'od',
    visits: visits.map(([from, to]) => ({
      startMs: JUNE_2026 + from,
      endMs: JUNE_2026 + to,
      endedBy: 'user',
    })),
    ...rest,
  };
}

const visit = fc
  .record({
    from: fc.integer({ min: 0, max: 2 * DAY }),
    length: fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: DAY })),
  })
  .map(({ from, length }) => [from, from + length] as const);
const hosts = fc.array(
  fc.record({
    type: fc.constantFrom(...TYPES),
    zone: fc.constantFrom('us-east-1a', 'us-east-1b'),
    account: fc.constantFrom('a1', 'a2'),
    visits: fc.array(visit, { maxLength: 3 }),
    detailedMonitoring: fc.boolean(),
    eksAutoMode: fc.boolean(),
  }),
  { maxLength: 8 },
);
const reservations = fc.array(
  fc.record({
    type: fc.constantFrom(...TYPES),
    zone: fc.constantFrom(null, 'us-east-1a'),
    account: fc.constantFrom('a1', 'a2'),
    count: fc.integer({ min: 1, max: 3 }),
    startHour: fc.integer({ min: -9000, max: 60 }),
  }),
  { maxLength: 3 },
);
const plans = fc.array(
  fc.record({
    isCompute: fc.boolean(),
    account: fc.constantFrom('a1', 'a2'),
    cents: fc.integer({ min: 0, max: 60 }),
    startHour: fc.integer({ min: -9000, max: 60 }),
  }),
  { maxLength: 3 },
);
const tasks = fc.array(visit, { maxLength: 3 });

interface Drawn {
  readonly hosts: typeof hosts extends fc.Arbitrary<infer T> ? T : never;
  readonly reservations: typeof reservations extends fc.Arbitrary<infer T> ? T : never;
  readonly plans: typeof plans extends fc.Arbitrary<infer T> ? T : never;
  readonly tasks: typeof tasks extends fc.Arbitrary<infer T> ? T : never;
}
const drawn: fc.Arbitrary<Drawn> = fc.record({ hosts, reservations, plans, tasks });

function usageOf({ hosts: drawnHosts, reservations: reserved, plans: planned, tasks: lives }: Drawn): Usage {
  return {
    instances: drawnHosts.map(({ type, visits, ...rest }, index) => host(`i-${index}`, type, visits, rest)),
    reservedInstances: reserved.map(({ startHour, ...rest }, index): ReservedInstance => {
      const terms = { region: 'us-east-1', platform: 'linux', tenancy: 'default', years: 1 } as const;
      const prices = { upfront: fraction(100n), hourly: fraction(1n, 50n) };
      return { ...terms, ...prices, ...rest, id: `ri-${index}`, startMs: JUNE_2026 + startHour * HOUR };
    }),
    savingsPlans: planned.map(({ isCompute, account, cents, startHour }, index): SavingsPlan => {
      const common = { id: `sp-${index}`, account, years: 1, startMs: JUNE_2026 + startHour * HOUR } as const;
      const commitment = fraction(BigInt(cents), 100n);
      return isCompute
        ? { ...common, commitment, kind: 'compute' }
        : { ...common, commitment, kind: 'ec2', region: 'us-east-1', family: 'm5' };
    }),
    fargateTasks: lives.map(([from, to], index) => ({
      ...PLACE,
      id: `task-${index}`,
      platform: 'linux-x86',
      option: 'fargate',
      cpuUnits: 512,
      memoryMiB: 3072,
      pullStartMs: JUNE_2026 + from,
      endMs: JUNE_2026 + to,
    })),
    addresses: lives.map(([from, to], index) => {
      return { ...PLACE, id: `ip-${index}`, startMs: JUNE_2026 + from, endMs: JUNE_2026 + to };
    }),
  };
}

function bill(usage: Usage, fromMs: number, toMs: number) {
  return accountBill(usage, BOOK, {
    ...DEFAULT_RULES,
    period: { startMs: JUNE_2026 + fromMs, endMs: JUNE_2026 + toMs },
  });
}

const equal = (a: Money, b: Money) => expect(reduce(a)).toEqual(reduce(b));

test('accountBill() is the sum of its parts by every cut, commitments and all (I-08)', () => {
  fc.assert(
    fc.property(drawn, (one) => {
      const { lines, total, ledger } = bill(usageOf(one), 0, 4 * DAY);
      equal(sum(lines.map(({ amount }) => amount)), total);
      for (const cut of CUTS) equal(sum(ledger.totals(cut).values()), total);
    }),
    { seed: 21, numRuns: 100 },
  );
});

test('accountBill() of a period is the sum of the bills of its hours: equal hours together are no other hours', () => {
  fc.assert(
    fc.property(drawn, (one) => {
      const usage = usageOf(one);
      const totals: Money[] = [];
      for (let hour = 0; hour < 80; hour++) totals.push(bill(usage, hour * HOUR, (hour + 1) * HOUR).total);
      equal(bill(usage, 0, 80 * HOUR).total, sum(totals));
    }),
    { seed: 22, numRuns: 25 },
  );
});

test('accountBill() owes for commitments in full, and no second of use is lost or billed twice', () => {
  fc.assert(
    fc.property(drawn, (one) => {
      const usage = usageOf(one);
      const { lines } = bill(usage, 0, 4 * DAY);
      const { lines: plain } = bill({ ...usage, reservedInstances: [], savingsPlans: [] }, 0, 4 * DAY);
      const hours = (of: typeof lines, types: RegExp) =>
        sum(of.filter(({ dimension }) => types.test(dimension)).map(({ quantity }) => quantity));
      // Covered or not, the hours are those of the bill without commitments.
      equal(hours(lines, /^ec2:(on-demand|ri-covered|sp-covered)$/), hours(plain, /^ec2:on-demand$/));
      equal(hours(lines, /^fargate:(sp-covered-)?gb$/), hours(plain, /^fargate:gb$/));

      // Reserved Instances cost count × effective price an hour, used or not: 0.02 + 100 / 8760.
      const effective = add(fraction(1n, 50n), fraction(100n, 8760n));
      let owed = ZERO;
      for (const { count, startHour } of one.reservations) {
        const inForce = Math.max(0, Math.min(startHour + 8760, 96) - Math.max(startHour, 0));
        owed = add(owed, { ...effective, numerator: effective.numerator * BigInt(count * inForce) });
      }
      const amount = (types: RegExp) =>
        sum(lines.filter(({ dimension }) => types.test(dimension)).map((line) => line.amount));
      equal(amount(/^ec2:ri-/), owed);
      // Savings Plans: what they cover and what is unused is the commitment.
      let committed = ZERO;
      for (const { cents, startHour } of one.plans) {
        const inForce = Math.max(0, Math.min(startHour + 8760, 96) - Math.max(startHour, 0));
        committed = add(committed, fraction(BigInt(cents * inForce), 100n));
      }
      equal(amount(/sp-covered|^sp:unused/), committed);
      expect(lines.every(({ quantity }) => quantity.numerator > 0n)).toBe(true);
    }),
    { seed: 23, numRuns: 100 },
  );
});

test('accountBill() with one more reservation never has more On-Demand use', () => {
  fc.assert(
    fc.property(drawn, (one) => {
      const usage = usageOf(one);
      const onDemand = (of: Usage) =>
        bill(of, 0, 4 * DAY)
          .lines.filter(({ dimension }) => dimension === 'ec2:on-demand')
          .reduce((total, { amount }) => add(total, amount), ZERO);
      const more = usageOf({
        ...one,
        reservations: [
          ...one.reservations,
          { type: 'm5.large', zone: null, account: 'a1', count: 1, startHour: 0 },
        ],
        plans: [],
      });
      const less = { ...usage, savingsPlans: [] };
      expect(compare(onDemand(more), onDemand(less))).toBeLessThanOrEqual(0);
    }),
    { seed: 24, numRuns: 100 },
  );
});

test('accountBill() of 10,000 instances for a year of seconds is exact: no drift', () => {
  const year = 365 * DAY;
  const instances = Array.from({ length: 10_000 }, (_, index) => host(`i-${index}`, 'm5.large', [[0, year]]));
  // 10,000 × 8760 × 0.096
  expect(toDecimal(bill({ instances }, 0, year).total, 10)).toBe('8409600');
  // The same in pieces of 77,777 s, none of which is a whole hour.
  const piece = 77_777_000;
  const visits = Array.from({ length: Math.ceil(year / piece) }, (_, index) => {
    return [index * piece, Math.min(year, (index + 1) * piece)] as const;
  });
  const parts = Array.from({ length: 100 }, (_, index) => host(`i-${index}`, 'm5.large', visits));
  expect(toDecimal(bill({ instances: parts }, 0, year).total, 10)).toBe('84096');
});

test('accountBill() names everything that cannot be billed at once', () => {
  const usage: Usage = {
    instances: [host('i-1', 'm5.large', [[0, HOUR]]), host('i-2', 'x9.large', [[0, HOUR]])],
    addresses: [{ ...PLACE, id: 'ip', region: 'eu-west-1', startMs: JUNE_2026, endMs: null }],
  };
  expect(() => juneBill(usage, BOOK)).toThrowError(
    expect.objectContaining({
      problems: [
        { kind: 'missing-price', resource: 'ec2/us-east-1/x9.large/linux/default' },
        { kind: 'missing-price', resource: 'ipv4/eu-west-1' },
      ],
    }),
  );
});

test('accountBill() owes the minimum in full when there is no later bill', () => {
  // 10 s before the end of June: 10 of the 60 s begin in June.
  const late = host('i-1', 'm5.large', [[30 * DAY - 10_000, 30 * DAY]]);
  expect(toDecimal(juneBill({ instances: [late] }, BOOK).total, 10)).toBe('0.0002666667');
  expect(toDecimal(juneBill({ instances: [late] }, BOOK, { tail: 'owed' }).total, 10)).toBe('0.0016');
});

test('a price of a decimal is read exactly or not at all', () => {
  expect(parseDecimal('0.0416')).toEqual(fraction(416n, 10_000n));
  for (const text of ['', '.5', '1.', '-1', '1e3', '0.12345678901', ' 1', '1,5']) {
    expect(parseDecimal(text), text).toBeUndefined();
  }
});
