import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/model/plan.ts';
import type { SpotMarketPlan, SpotPurchase } from '../../../src/model/purchase.ts';
import type { SpotSeries } from '../../../src/model/offer.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/units.ts';
import {
  DEMAND,
  group,
  instanceType,
  job,
  plan,
  platform,
  seconds,
  service,
  TYPE,
} from '../../support/plans.ts';
import { play } from '../../support/play.ts';

const SPOT: SpotPurchase = {
  onDemandBase: 0,
  onDemandPercentAboveBase: 0,
  strategy: 'lowest-price',
  pools: 1,
  maxPriceE10: null,
  rebalance: false,
};

/** A market that stands still: 75 % off, nothing is reclaimed. */
const MARKET: SpotMarketPlan = {
  prices: 'model',
  types: [{ type: TYPE.name, savingPercent: 75, monthlyShare: 0 }],
  swing: 0,
  memoryMs: DAY,
  stepMs: HOUR,
  capacity: 100,
  perReclaim: 1,
  rebalanceLeadMs: 0,
  noticeMs: 2 * MINUTE,
};

interface World {
  readonly market?: Partial<SpotMarketPlan>;
  readonly purchase?: Partial<SpotPurchase>;
  readonly rest?: Parameters<typeof plan>[1];
}

function spotPlan(
  workload: Partial<Plan['workload']>,
  { market = {}, purchase = {}, rest = {} }: World = {},
): Plan {
  const fleet = rest.fleet ?? [group(2, { spot: { ...SPOT, ...purchase } })];
  return plan(workload, { ...rest, fleet, spot: { ...MARKET, ...market } });
}

/** Prices of the pool from seconds of the run on, USD per hour. */
function history(points: readonly (readonly [second: number, usd: number])[]): readonly SpotSeries[] {
  return [
    {
      zone: 'zone-a',
      type: TYPE.name,
      os: 'linux',
      points: points.map(([second, usd]) => ({
        epochMs: plan({}).startEpochMs + second * SECOND,
        priceE10: BigInt(Math.round(usd * 1e10)),
      })),
    },
  ];
}

describe('a Spot fleet', () => {
  test('is billed at the Spot price, by the second', () => {
    // Two instances for an hour at 1.44 × 0.25 = 0.36 USD.
    const { metrics, spot } = play(spotPlan({})).result.summary;
    expect(metrics['cost.instances']).toBeCloseTo(0.72, 9);
    expect(spot).toMatchObject({ instances: 2, interrupted: 0 });
    expect(spot!.pools).toEqual([{ type: TYPE.name, zone: 'zone-a', launched: 2, meanUsdPerHour: 0.36 }]);
  });

  test('mixes: base, then the percentage above it, rounded up', () => {
    // Of 5 instances 1 + ceil(4 × 0.25) = 2 are On-Demand: 2 × 1.44 + 3 × 0.36 = 3.96 USD.
    const purchase = { ...SPOT, onDemandBase: 1, onDemandPercentAboveBase: 25 };
    const { metrics, spot } = play(spotPlan({}, { rest: { fleet: [group(5, { spot: purchase })] } })).result
      .summary;
    expect(metrics['cost.instances']).toBeCloseTo(3.96, 9);
    expect(spot!.instances).toBe(3);
  });

  test('without room in any pool starts when the market has some, and takes no more than there is', () => {
    const none = play(spotPlan({}, { market: { capacity: 0 } })).result;
    expect(none.instances).toEqual([]);
    expect(play(spotPlan({}, { market: { capacity: 1 } })).result.instances).toHaveLength(1);
  });

  test('goes where the strategy says: the cheapest type, in zones', () => {
    const cheap = instanceType(4, 16, { name: 'cheap', priceE10PerHour: 7_200_000_000n });
    const fleet = [
      group(4, { types: [TYPE.name, 'cheap'], zones: ['zone-a', 'zone-b'], spot: { ...SPOT, pools: 2 } }),
    ];
    const types = [...MARKET.types, { type: 'cheap', savingPercent: 75, monthlyShare: 0 }];
    const planned = spotPlan({}, { market: { types }, rest: { fleet } });
    const { result } = play({ ...planned, types: [TYPE, cheap] });
    expect(result.instances.map(({ type, zone }) => `${type} ${zone}`).sort()).toEqual([
      'cheap zone-a',
      'cheap zone-a',
      'cheap zone-b',
      'cheap zone-b',
    ]);
  });
});

describe('prices of a list', () => {
  test('are billed as they change, from the point that holds at the start on', () => {
    // One instance, 600 s at 0.36, 3000 s at 0.72: 0.06 + 0.60 USD.
    const planned = spotPlan({}, { market: { prices: 'list' }, rest: { fleet: [group(1, { spot: SPOT })] } });
    const spotSeries = history([
      [-7200, 0.9],
      [-60, 0.36],
      [600, 0.72],
    ]);
    const { summary, series } = play(planned, undefined, { spotSeries }).result;
    expect(summary.metrics['cost.instances']).toBeCloseTo(0.66, 9);
    // The cost rate follows: the mean over the hour is the bill of the hour.
    const mean = series.rows.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0) / series.rows.length;
    expect(mean).toBeCloseTo(0.66, 9);
    expect(series.rows[0]!.usdPerHour).toBeCloseTo(0.36, 9);
  });

  test('above the maximum: two minutes of notice, the end, nothing new until it falls', () => {
    const world = {
      market: { prices: 'list', stepMs: 10 * MINUTE },
      purchase: { maxPriceE10: 5_000_000_000n },
    } as const;
    const planned = spotPlan(
      {},
      { ...world, rest: { fleet: [group(1, { spot: { ...SPOT, ...world.purchase } })] } },
    );
    const spotSeries = history([
      [0, 0.36],
      [900, 0.6],
      [1500, 0.4],
    ]);
    const { result, log } = play(planned, undefined, { spotSeries });
    expect(log.filter(({ kind }) => kind === 'notice')).toMatchObject([
      { timeMs: 900_000, notice: 'interruption', reason: 'price', endsMs: 1_020_000 },
    ]);
    // Ended by AWS in its first hour: free. The next comes at the step of 1800 s: 1800 s at 0.40.
    expect(result.instances.map(({ runningMs, endMs }) => [runningMs, endMs])).toEqual([
      [0, 1_020_000],
      [1_800_000, null],
    ]);
    expect(result.summary.metrics['cost.instances']).toBeCloseTo(0.2, 9);
    expect(result.summary.spot).toMatchObject({ noticesForPrice: 1, interrupted: 1 });
  });
});

describe('reclaims', () => {
  /** About one reclaim a day of everything in the pool. */
  const RECLAIMED = { types: [{ type: TYPE.name, savingPercent: 75, monthlyShare: 0.98 }] };
  const week = (fleet: Plan['fleet']) => ({ fleet, horizonS: 14 * 86_400 });

  test('end every instance of the pool two minutes after its notice, and a fixed fleet is filled up again', () => {
    const { result, log } = play(spotPlan({}, { market: RECLAIMED, rest: week([group(3, { spot: SPOT })]) }));
    const { spot } = result.summary;
    const notices = log.filter((record) => record.kind === 'notice' && record.notice === 'interruption');
    expect(spot!.interrupted).toBe(notices.length);
    expect(spot!.interrupted).toBeGreaterThan(0);
    // All three at once each time, for a reclaim takes the whole pool.
    expect(spot!.interrupted % 3).toBe(0);
    expect(result.instances.filter(({ endMs }) => endMs === null)).toHaveLength(3);
    const ends = new Set(result.instances.flatMap(({ endMs }) => endMs ?? []));
    expect(new Set(notices.map(({ timeMs }) => timeMs + 2 * MINUTE))).toEqual(ends);
  });

  const busy = { services: [service('web', [[0, 3]])], jobs: [job('batch', { runS: 1_200_000 })] };
  const fleet = [group(2, { name: 'steady' }), group(1, { name: 'spot', spot: SPOT })];

  test.each([
    // Kubernetes evicts every pod at the notice; ECS with draining moves services and lets the job run into the end.
    { kind: 'kubernetes', drainsOnNotice: undefined, drained: true },
    { kind: 'ecs', drainsOnNotice: true, drained: true },
    { kind: 'ecs', drainsOnNotice: undefined, drained: false },
    { kind: 'kubernetes', drainsOnNotice: false, drained: false },
  ] as const)(
    'drain on $kind with drainsOnNotice $drainsOnNotice: $drained',
    ({ kind, drainsOnNotice, drained }) => {
      const on = platform(kind, {}, { ...(drainsOnNotice !== undefined && { drainsOnNotice }) });
      const only = [group(1, { spot: SPOT }), group({ min: 0, max: 0 }, { name: 'none' })];
      const { result, log } = play(spotPlan(busy, { market: RECLAIMED, rest: week(only) }), on);
      const { spot } = result.summary;
      const draining = log.filter((record) => record.kind === 'state' && record.state === 'draining');
      expect(spot!.tasksDrained > 0).toBe(drained);
      if (drained) {
        expect(draining.length).toBeGreaterThanOrEqual(spot!.interrupted);
        // The service alone leaves on ECS; on Kubernetes nothing stays to be lost.
        expect(spot!.tasksLost).toBe(kind === 'ecs' ? spot!.interrupted : 0);
      } else expect(spot!.tasksLost).toBe(4 * spot!.interrupted);
      expect(result.summary.metrics['tasks.interrupted']).toBe(spot!.tasksLost + spot!.tasksDrained);
    },
  );

  test('strike alike on every platform: the market belongs to the pools', () => {
    const planned = spotPlan(busy, { market: { ...RECLAIMED, swing: 0.2 }, rest: week(fleet) });
    const [ecs, kubernetes] = [platform('ecs'), platform('kubernetes')].map((on) => {
      const { log } = play(planned, on);
      return log.flatMap((record) => (record.kind === 'notice' ? [record.timeMs] : []));
    });
    expect(ecs!.length).toBeGreaterThan(0);
    expect(kubernetes).toEqual(ecs);
  });

  test('Capacity Rebalancing replaces an instance before its notice', () => {
    const spot = { ...SPOT, rebalance: true };
    const rebalancing = [group({ min: 2, max: 4 }, { launch: seconds(30), boot: seconds(60), spot })];
    const market = { ...RECLAIMED, rebalanceLeadMs: 10 * MINUTE };
    const { result, log } = play(spotPlan({}, { market, rest: week(rebalancing) }));
    const counts = result.summary.spot!;
    expect(counts.recommendations).toBeGreaterThan(0);
    expect(counts).toMatchObject({ rebalanced: counts.recommendations, interrupted: 0 });
    const [first] = log.filter((record) => record.kind === 'notice');
    const ended = result.instances.find(({ endMs }) => endMs !== null);
    expect(ended!.endMs).toBe(first!.timeMs + 90_000);
  });

  test('come together with a demand scaler that grows and ends instances: nothing breaks', () => {
    const scaled = [group({ min: 1, max: 6 }, { launch: seconds(20), boot: seconds(40), spot: SPOT })];
    const jobs = [
      job('batch', { at: Array.from({ length: 300 }, (_, n) => n * 3600), runS: 3000, count: 7 }),
    ];
    const planned = spotPlan({ jobs }, { market: RECLAIMED, rest: week(scaled) });
    const { summary } = play(planned, platform('kubernetes', {}, { autoscaler: DEMAND })).result;
    expect(summary.spot!.interrupted).toBeGreaterThan(0);
    expect(summary.tasks.succeeded).toBe(2100);
  });
});

describe('a Spot Fleet with weights', () => {
  const SMALL = instanceType(2, 8);
  const LARGE = instanceType(8, 32);
  /** 2 vCPU are one unit, 8 vCPU are four. A unit of the large type is the cheaper one when its saving is larger. */
  const weighted = (
    savings: readonly [small: number, large: number],
    size: Parameters<typeof group>[0],
    rest: Partial<SpotPurchase> = {},
  ) => {
    const weights = new Map([
      [SMALL.name, 1],
      [LARGE.name, 4],
    ]);
    const pool = group(size, { types: [SMALL.name, LARGE.name], spot: { ...SPOT, weights, ...rest } });
    const types = [SMALL, LARGE].map(({ name }, index) => ({
      type: name,
      savingPercent: savings[index]!,
      monthlyShare: 0,
    }));
    return spotPlan({}, { market: { types }, rest: { fleet: [pool], types: [SMALL, LARGE] } });
  };
  const bought = (planned: Plan) => play(planned).result.instances.map(({ type }) => type);

  test.each([
    // Per unit 0.72 × 0.4 against 2.88 × 0.3 / 4 = 0.72 × 0.3: the large one, two of which are 8 ≥ 6 units.
    { savings: [60, 70], target: 6, types: [LARGE.name, LARGE.name] },
    // 0.72 × 0.3 against 0.72 × 0.4: six small ones.
    { savings: [70, 60], target: 6, types: Array.from({ length: 6 }, () => SMALL.name) },
  ] as const)(
    'launches for $target units what is cheapest by the unit, and may exceed the target',
    ({ savings, target, types }) => {
      expect(bought(weighted(savings, target))).toEqual(types);
    },
  );

  test('diversified: even in units, not in instances', () => {
    // One large of 4 units, then small ones until both have 4: the first of equals is the cheaper, a small one.
    const types = bought(weighted([60, 60], 8, { strategy: 'diversified' }));
    expect(types.filter((name) => name === SMALL.name)).toHaveLength(4);
    expect(types.filter((name) => name === LARGE.name)).toHaveLength(1);
  });

  test('the base counts units, too: On-Demand until it is reached', () => {
    const { result } = play(weighted([60, 70], 6, { onDemandBase: 3 }));
    // Three small ones On-Demand (the first type), then a large one is 7 ≥ 6 units.
    expect(result.instances.map(({ type }) => type)).toEqual([
      SMALL.name,
      SMALL.name,
      SMALL.name,
      LARGE.name,
    ]);
    expect(result.summary.spot!.instances).toBe(1);
  });

  test('an idle instance ends only when the rest of the group is worth its minimum', () => {
    const planned = weighted([60, 70], { min: 5, max: 20, initial: 9 });
    const on = platform('ecs', {}, { autoscaler: DEMAND });
    // Three large ones are 12; one may go (8 ≥ 5), a second may not (4 < 5).
    const { result } = play(planned, on);
    expect(result.instances.filter(({ endMs }) => endMs === null)).toHaveLength(2);
  });
});
