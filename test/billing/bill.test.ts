import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IDLE, OVERHEAD } from '../../src/billing/allocation.ts';
import { type BilledInstance, makeBill } from '../../src/billing/bill.ts';
import {
  type Money,
  ZERO,
  add,
  compare,
  fraction,
  multiply,
  reduce,
  sum,
  toDecimal,
} from '../../src/billing/money.ts';
import type { RootVolume } from '../../src/model/plan.ts';
import { InputError } from '../../src/errors.ts';
import {
  DAY,
  FREE_VOLUMES,
  GP3_30,
  HOUR,
  JUNE_2026,
  M5_LARGE,
  PRICES,
  type PricedInput,
  billInput,
  instance,
  typeAt,
} from './builders.ts';

function many(count: number, durationMs: number, rest: Partial<BilledInstance> = {}): BilledInstance[] {
  return Array.from({ length: count }, (_, index) => instance(`i-${index}`, 0, durationMs, rest));
}

const BIG_GP3: RootVolume = { type: 'gp3', sizeGiB: 100, iops: 6000, throughputMiBps: 250 };
const GP2_100: RootVolume = { type: 'gp2', sizeGiB: 100, iops: 300, throughputMiBps: 128 };
/** Instances for nothing, for bills in which only volumes matter. */
const FREE_TYPE = typeAt('m5.large', '0');
const M4_LARGE = typeAt('m4.large', '0.10');

test.each<{ name: string; input: Partial<PricedInput>; total: Money }>([
  // 0.096 × 90 / 3600
  { name: '1: 90 s', input: { instances: many(1, 90_000) }, total: fraction(3n, 1250n) },
  // 60 s: 0.096 / 60
  { name: '2: 30 s costs 60 s', input: { instances: many(1, 30_000) }, total: fraction(1n, 625n) },
  // 0.096 × 61 / 3600
  { name: '3: 61 s', input: { instances: many(1, 61_000) }, total: fraction(61n, 37_500n) },
  // 3 × 60 s
  { name: '4: three starts of 20 s', input: { instances: many(3, 20_000) }, total: fraction(3n, 625n) },
  { name: '5: 60.2 s costs 61 s', input: { instances: many(1, 60_200) }, total: fraction(61n, 37_500n) },
  // 100 × 600 / 3600 × 0.10
  {
    name: '8: 100 graders of 10 min',
    input: { types: [M4_LARGE], instances: many(100, 600_000, { typeName: 'm4.large' }) },
    total: fraction(5n, 3n),
  },
  // 200 × 240 / 3600 × 0.10
  {
    name: '9: 200 graders of 4 min',
    input: { types: [M4_LARGE], instances: many(200, 240_000, { typeName: 'm4.large' }) },
    total: fraction(4n, 3n),
  },
  // 8 + 15 + 5
  {
    name: '31: a gp3 volume for a month',
    input: {
      endMs: 30 * DAY,
      types: [FREE_TYPE],
      prices: PRICES,
      instances: many(1, 30 * DAY, { rootVolume: BIG_GP3 }),
    },
    total: fraction(28n),
  },
  // 28 / 60
  {
    name: '32: the same for 12 h',
    input: { types: [FREE_TYPE], prices: PRICES, instances: many(1, DAY / 2, { rootVolume: BIG_GP3 }) },
    total: fraction(7n, 15n),
  },
  // 10 × 1200 / 2592000
  {
    name: '33: a gp2 volume for 20 min',
    input: { types: [FREE_TYPE], prices: PRICES, instances: many(1, 1_200_000, { rootVolume: GP2_100 }) },
    total: fraction(1n, 216n),
  },
  // 10 × 60 / 2592000
  {
    name: '33: a gp2 volume for 10 s costs 60 s',
    input: { types: [FREE_TYPE], prices: PRICES, instances: many(1, 10_000, { rootVolume: GP2_100 }) },
    total: fraction(1n, 4320n),
  },
  // 720 × 0.10
  {
    name: '37: EKS for 30 days',
    input: { endMs: 30 * DAY, controlPlane: { kind: 'eks' } },
    total: fraction(72n),
  },
  // 24 × (0.10 + 3 × 0.096)
  {
    name: '38: EKS and three instances for a day',
    input: { controlPlane: { kind: 'eks' }, instances: many(3, DAY) },
    total: fraction(1164n, 125n),
  },
  // 2 × 0.0225
  {
    name: '46: an application load balancer for 90 min',
    input: { loadBalancers: [{ name: 'lb', kind: 'application', fromMs: 0, toMs: 1.5 * HOUR }] },
    total: fraction(9n, 200n),
  },
  // 10 × (8 × 0.096 + 30 × 0.08 × 8 / 720)
  {
    name: '52: ten instances with volumes for 8 h',
    input: { prices: PRICES, instances: many(10, 8 * HOUR) },
    total: fraction(596n, 75n),
  },
])('makeBill() of worked example $name', ({ input, total }) => {
  expect(makeBill(billInput(input)).total).toEqual(reduce(total));
});

test('makeBill() tells instances, volumes, balancers and control plane apart, as lines and as a tree', () => {
  const bill = makeBill(
    billInput({
      prices: PRICES,
      controlPlane: { kind: 'eks' },
      loadBalancers: [
        { name: 'shop', kind: 'application', fromMs: 0, toMs: DAY },
        { name: 'old', kind: 'classic', fromMs: 0, toMs: DAY },
      ],
      instances: [
        instance('i-0', 0, 10 * HOUR),
        instance('i-1', 0, 10 * HOUR, { groupName: 'spare', zone: 'us-east-1b' }),
        instance('i-2', 0, 5 * HOUR, { groupName: 'spare' }),
      ],
    }),
  );
  // 25 h × 0.096; 30 GiB × 0.08 × 25 h / 720 h; 24 × (0.0225 + 0.025); 24 × 0.1
  expect(toDecimal(bill.instances, 10)).toBe('2.4');
  expect(toDecimal(bill.volumes, 10)).toBe('0.0833333333');
  expect(toDecimal(bill.loadBalancers, 10)).toBe('1.14');
  expect(toDecimal(bill.controlPlane, 10)).toBe('2.4');
  expect(
    bill.lines.map(({ dimension, az, quantity }) => `${dimension} ${az} ${toDecimal(quantity, 4)}`),
  ).toEqual([
    'alb:hours - 24',
    'clb:hours - 24',
    'ebs:gp3 us-east-1a 0.625',
    'ebs:gp3 us-east-1b 0.4167',
    'ec2:on-demand us-east-1a 15',
    'ec2:on-demand us-east-1b 10',
    'eks:standard - 24',
  ]);
  expect(bill.tree.children.map(({ name }) => name)).toEqual([
    'control plane',
    'instances',
    'load balancers',
    'volumes',
  ]);
  expect(bill.tree.children[1]).toEqual({
    name: 'instances',
    usd: 2.4,
    detail: '',
    children: [
      {
        name: 'spare',
        usd: 1.44,
        detail: '',
        children: [{ name: 'm5.large', usd: 1.44, detail: '15 Hrs at 0.096', children: [] }],
      },
      {
        name: 'general',
        usd: 0.96,
        detail: '',
        children: [{ name: 'm5.large', usd: 0.96, detail: '10 Hrs at 0.096', children: [] }],
      },
    ],
  });
  expect(bill.tree.children[2]!.children.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
    'classic: 24 Hrs at 0.025',
    'application: 24 Hrs at 0.0225',
  ]);
  expect(bill.byType).toEqual([
    { group: 'general', type: 'm5.large', launched: 1, hours: 10, usd: 0.96 },
    { group: 'spare', type: 'm5.large', launched: 2, hours: 15, usd: 1.44 },
  ]);
});

test('makeBill() allocates instances and volumes to groups, overhead and idle room', () => {
  // One hour at 0.096: web asks for half the CPU and a quarter of the memory, 3/8; kept 5 % of each
  const held = instance('i-0', 0, HOUR, {
    usage: new Map([['web', { cpuMilliMs: 1000 * HOUR, memoryMiBMs: 2000 * HOUR }]]),
    allocatableCpuMilli: 1900,
    allocatableMemoryMiB: 7600,
  });
  const bill = makeBill(billInput({ instances: [held] }));
  expect(bill.allocation.map(({ name, amount }) => `${name} ${toDecimal(amount, 10)}`)).toEqual([
    'web 0.036',
    `${OVERHEAD} 0.0048`,
    `${IDLE} 0.0552`,
  ]);
});

test('makeBill() says what rounding added', () => {
  // 30 s cost 60 s, 90.5 s cost 91 s: 30.5 s × 0.096 / 3600 and 30.5 s of 2.4 USD a month of 2,592,000 s
  const instances = [instance('a', 0, 30_000), instance('b', 0, 90_500)];
  const bill = makeBill(billInput({ instances, prices: PRICES }));
  const expected = add(fraction(305n * 96n, 36_000n * 1000n), fraction(305n * 24n, 100n * 2_592_000n));
  expect(compare(bill.roundingAdded, expected)).toBe(0);
});

test('makeBill() keeps the parts of each instance', () => {
  const bill = makeBill(billInput({ instances: [instance('a', 0, HOUR)], prices: PRICES }));
  const cost = bill.perInstance.get('a')!;
  expect(cost.billedSeconds).toBe(3600);
  expect(toDecimal(cost.amount, 10)).toBe('0.096');
  // 30 × 0.08 / 720
  expect(toDecimal(cost.volumeAmount, 10)).toBe('0.0033333333');
});

test('makeBill() names every missing price and never takes it for zero', () => {
  const input = billInput({
    instances: [instance('a', 0, HOUR, { typeName: 'x9.large' })],
    controlPlane: { kind: 'eks' },
    loadBalancers: [{ name: 'lb', kind: 'classic', fromMs: 0, toMs: HOUR }],
    prices: {
      ebs: {},
      services: {
        eksClusterE10PerHour: null,
        loadBalancerE10PerHour: { classic: null, application: null, network: null },
      },
    },
  });
  let caught: unknown;
  try {
    makeBill(input);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(InputError);
  expect((caught as InputError).diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'E2101 Cannot bill instances of type x9.large in us-east-1: no price is known',
    'E2101 Cannot bill EBS volumes of type gp3 in us-east-1: no price is known',
    'E2101 Cannot bill load balancers of kind classic in us-east-1: no price is known',
    'E2101 Cannot bill an EKS control plane in us-east-1: no price is known',
  ]);
});

test('makeBill() refuses to bill an instance twice', () => {
  expect(() => makeBill(billInput({ instances: [instance('a', 0, 1), instance('a', 0, 1)] }))).toThrow(
    'the id is taken',
  );
});

test('makeBill() of nothing is nothing', () => {
  const bill = makeBill(billInput());
  expect(bill.total).toEqual(ZERO);
  expect(bill.lines).toEqual([]);
  expect(bill.tree.children).toEqual([]);
});

const TYPES = [M5_LARGE, typeAt('c5.large', '0.085'), typeAt('free', '0')];
const lives = fc.array(
  fc.record({
    type: fc.constantFrom(...TYPES.map(({ name }) => name)),
    group: fc.constantFrom('general', 'spare'),
    zone: fc.constantFrom('us-east-1a', 'us-east-1b'),
    volume: fc.constantFrom(GP3_30, BIG_GP3, GP2_100),
    fromMs: fc.integer({ min: 0, max: 70 * DAY }),
    durationMs: fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.integer({ min: 0, max: 40 * DAY })),
    webShare: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 12 },
);

function drawnInput(drawn: typeof lives extends fc.Arbitrary<infer T> ? T : never, shiftMs = 0): PricedInput {
  const instances = drawn.map(({ type, group, zone, volume, fromMs, durationMs, webShare }, index) =>
    instance(`i-${index}`, fromMs + shiftMs, fromMs + durationMs + shiftMs, {
      typeName: type,
      groupName: group,
      zone,
      rootVolume: volume,
      usage: new Map([
        ['web', { cpuMilliMs: Math.floor(2000 * durationMs * webShare), memoryMiBMs: 100 * durationMs }],
      ]),
    }),
  );
  return billInput({
    types: TYPES,
    prices: PRICES,
    instances,
    endMs: 120 * DAY + shiftMs,
    controlPlane: { kind: 'eks' },
    loadBalancers: [{ name: 'lb', kind: 'network', fromMs: shiftMs, toMs: shiftMs + 5 * DAY }],
  });
}

test('makeBill() is the sum of its parts by every cut', () => {
  fc.assert(
    fc.property(lives, (drawn) => {
      const bill = makeBill(drawnInput(drawn));
      const equalsTotal = (parts: Money[]) => expect(reduce(sum(parts))).toEqual(bill.total);
      equalsTotal(bill.lines.map(({ amount }) => amount));
      equalsTotal([bill.instances, bill.volumes, bill.loadBalancers, bill.controlPlane]);
      const machines = [...bill.perInstance.values()];
      expect(reduce(sum(machines.map(({ amount }) => amount)))).toEqual(bill.instances);
      expect(reduce(sum(machines.map(({ volumeAmount }) => volumeAmount)))).toEqual(bill.volumes);
      const allocated = reduce(sum(bill.allocation.map(({ amount }) => amount)));
      expect(allocated).toEqual(reduce(add(bill.instances, bill.volumes)));
      expect(compare(bill.roundingAdded, ZERO)).toBeGreaterThanOrEqual(0);
    }),
    { seed: 5, numRuns: 100 },
  );
});

test('makeBill() does not change when an instance bill is shifted by whole hours', () => {
  fc.assert(
    fc.property(lives, fc.integer({ min: 1, max: 2000 }), (drawn, hours) => {
      const here = makeBill(drawnInput(drawn));
      const later = makeBill(drawnInput(drawn, hours * HOUR));
      expect(later.instances).toEqual(here.instances);
      expect(later.loadBalancers).toEqual(here.loadBalancers);
      expect([...later.perInstance.values()].map(({ billedSeconds }) => billedSeconds)).toEqual(
        [...here.perInstance.values()].map(({ billedSeconds }) => billedSeconds),
      );
    }),
    { seed: 6, numRuns: 50 },
  );
});

test('makeBill() doubles when every price doubles', () => {
  fc.assert(
    fc.property(lives, (drawn) => {
      const input = drawnInput(drawn);
      const double = (price: bigint | null) => (price === null ? null : price * 2n);
      const { gp2, gp3 } = PRICES.ebs;
      const { book: _, ...unpriced } = input;
      const priced = billInput({
        ...unpriced,
        types: input.types.map((type) => ({ ...type, priceE10PerHour: type.priceE10PerHour * 2n })),
        prices: {
          ebs: {
            gp2: { ...gp2!, gbMonthE10: gp2!.gbMonthE10 * 2n },
            gp3: {
              gbMonthE10: gp3!.gbMonthE10 * 2n,
              iopsMonthTiers: gp3!.iopsMonthTiers!.map((tier) => ({ ...tier, priceE10: tier.priceE10 * 2n })),
              mibpsMonthE10: double(gp3!.mibpsMonthE10),
            },
          },
          services: {
            eksClusterE10PerHour: double(PRICES.services.eksClusterE10PerHour),
            loadBalancerE10PerHour: {
              classic: double(PRICES.services.loadBalancerE10PerHour.classic),
              application: double(PRICES.services.loadBalancerE10PerHour.application),
              network: double(PRICES.services.loadBalancerE10PerHour.network),
            },
          },
        },
      });
      expect(makeBill(priced).total).toEqual(reduce(multiply(makeBill(input).total, fraction(2n))));
    }),
    { seed: 7, numRuns: 50 },
  );
});

test('makeBill() never falls when an instance runs longer, nor when a run is split', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 * DAY }), fc.integer({ min: 0, max: 2 * DAY }), (one, two) => {
      const bill = (instances: BilledInstance[]) =>
        makeBill(billInput({ instances, prices: FREE_VOLUMES })).total;
      const whole = bill([instance('a', 0, one + two)]);
      expect(compare(whole, bill([instance('a', 0, one)]))).toBeGreaterThanOrEqual(0);
      const split = bill([instance('a', 0, one), instance('b', one, one + two)]);
      expect(compare(split, whole)).toBeGreaterThanOrEqual(0);
    }),
    { seed: 8, numRuns: 200 },
  );
});

test('makeBill() prices a volume by the month it lives in', () => {
  // A day of 2.4 USD a month: February 2027 has 28 days, March 31
  const dayFrom = (startEpochMs: number) =>
    makeBill(billInput({ startEpochMs, types: [FREE_TYPE], prices: PRICES, instances: many(1, DAY) })).total;
  expect(dayFrom(Date.UTC(2027, 1, 1))).toEqual(reduce(fraction(24n, 280n)));
  expect(dayFrom(Date.UTC(2027, 2, 1))).toEqual(reduce(fraction(24n, 310n)));
  expect(dayFrom(JUNE_2026)).toEqual(reduce(fraction(24n, 300n)));
});
