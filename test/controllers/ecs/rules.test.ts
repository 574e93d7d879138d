import { describe, expect, test } from 'vitest';
import { type GroupInstance, nextVictim } from '../../../src/controllers/ecs/asg-victims.ts';
import { isBalanced, nextMove } from '../../../src/controllers/ecs/az-rebalance.ts';
import { nextProvider, providerToShrink } from '../../../src/controllers/ecs/capacity-provider-strategy.ts';
import { daemonPass, daemonWaves } from '../../../src/controllers/ecs/daemon-pass.ts';
import {
  ceilOfQuotient,
  compareExact,
  exactNumber,
  subtractExact,
  timesExact,
} from '../../../src/controllers/ecs/exact-number.ts';
import { LaunchRate } from '../../../src/controllers/ecs/launch-rate.ts';
import { provisioningPass } from '../../../src/controllers/ecs/provisioning-queue.ts';
import { placementRetryMs, startFailureDelayMs } from '../../../src/controllers/ecs/retry-delays.ts';
import { afterScheduledAction } from '../../../src/controllers/ecs/scalable-target.ts';
import { StepScaling } from '../../../src/controllers/ecs/step-scaling.ts';
import { TargetTracking } from '../../../src/controllers/ecs/target-tracking.ts';

describe('capacity provider strategy', () => {
  test.each([
    {
      strategy: 'A w1, B w4',
      items: [
        [0, 1],
        [0, 4],
      ],
      sequence: 'ABBBBABBBB',
    },
    {
      strategy: 'A base 2 w1, B w1',
      items: [
        [2, 1],
        [0, 1],
      ],
      sequence: 'AAABABA',
    },
    {
      strategy: 'A base 2 w1, B w3',
      items: [
        [2, 1],
        [0, 3],
      ],
      sequence: 'AAABBBABBB',
    },
    {
      strategy: 'A base 5 w0, B w1',
      items: [
        [5, 0],
        [0, 1],
      ],
      sequence: 'AAAAABB',
    },
  ])('$strategy: $sequence, and back in mirror image', ({ items, sequence }) => {
    const strategy = items.map(([base, weight], index) => ({
      capacityProvider: 'AB'[index]!,
      base: base!,
      weight: weight!,
    }));
    const counts = [0, 0];
    const placed = [...sequence].map(() => {
      const index = nextProvider(strategy, counts);
      counts[index]! += 1;
      return strategy[index]!.capacityProvider;
    });
    expect(placed.join('')).toBe(sequence);
    while (counts[0]! + counts[1]! > 0) {
      const index = providerToShrink(strategy, counts);
      // Never below its base while another has tasks.
      if (counts[index]! <= strategy[index]!.base)
        expect(counts[1 - index]).toBeLessThanOrEqual(strategy[1 - index]!.base);
      counts[index]! -= 1;
    }
    expect(providerToShrink(strategy, counts)).toBe(-1);
  });
});

describe('nextVictim()', () => {
  const instance = (id: string, rest: Partial<GroupInstance> = {}): GroupInstance => ({
    id,
    zone: 'a',
    ageSeconds: 0,
    isOutdated: false,
    isProtected: false,
    ...rest,
  });
  test.each([
    {
      rule: 'the fullest zone',
      among: [instance('1', { zone: 'b' }), instance('3'), instance('2')],
      victim: '2',
    },
    {
      rule: 'an outdated template',
      among: [instance('1'), instance('2', { isOutdated: true })],
      victim: '2',
    },
    // 3600 - 3500 = 100 s to the next hour, against 3600 - 200 = 3400
    {
      rule: 'the next billing hour',
      among: [instance('1', { ageSeconds: 200 }), instance('2', { ageSeconds: 7100 })],
      victim: '2',
    },
    {
      rule: 'never a protected one',
      among: [instance('1', { isProtected: true }), instance('2')],
      victim: '2',
    },
  ])('$rule', ({ among, victim }) => expect(nextVictim(among)?.id).toBe(victim));

  test('null when all are protected', () =>
    expect(nextVictim([instance('1', { isProtected: true })])).toBeNull());
});

describe('availability zone rebalancing', () => {
  const zones = (...tasks: number[]) =>
    tasks.map((count, index) => ({ zone: 'abc'[index]!, tasks: count, protectedTasks: 0 }));
  test.each([
    { counts: [2, 0], move: { start: 'b', stop: 'a' } },
    { counts: [1, 2], move: { end: 'balanced' } },
    { counts: [1, 2, 2], move: { end: 'balanced' } },
    { counts: [3, 1, 1], move: { start: 'b', stop: 'a' } },
    { counts: [4, 2, 0], move: { start: 'c', stop: 'a' } },
  ])('$counts', ({ counts, move }) => expect(nextMove(zones(...counts), 200, () => true)).toEqual(move));

  test('needs room for one more than desired, and an instance in the zone', () => {
    // floor(2 * 1.49) = 2 < 3
    expect(nextMove(zones(2, 0), 149, () => true)).toEqual({ end: 'maximumPercent' });
    expect(nextMove(zones(2, 0), 150, () => false)).toEqual({ end: 'placementFailure' });
  });
  test('a service without tasks is balanced', () => expect(isBalanced(zones(0, 0))).toBe(true));
});

describe('daemons', () => {
  test.each([
    // 5 - ceil(5 * 0.5) = 2 at a time
    { instances: 5, min: 50, waves: [2, 2, 1] },
    { instances: 5, min: 0, waves: [5] },
    { instances: 5, min: 100, waves: null },
    { instances: 0, min: 100, waves: [] },
  ])('daemonWaves() of $instances at $min %', ({ instances, min, waves }) =>
    expect(daemonWaves(instances, min)).toEqual(waves),
  );

  test('daemonPass() starts where it is missing, stops where it must not be, and waits for others on a draining one', () => {
    const at = (id: string, rest: object) => ({
      id,
      status: 'ACTIVE',
      matches: true,
      tasks: [] as string[],
      hasOthers: false,
      refusal: () => null,
      ...rest,
    });
    const actions = daemonPass([
      at('missing', {}),
      at('full', { refusal: () => 'RESOURCE:CPU' }),
      at('twice', { tasks: ['t1', 't2'] }),
      at('no-match', { matches: false, tasks: ['t3'] }),
      at('draining', { status: 'DRAINING', tasks: ['t4'] }),
      at('draining-busy', { status: 'DRAINING', tasks: ['t5'], hasOthers: true }),
    ]);
    expect(actions).toEqual({
      start: ['missing'],
      unplaced: [{ id: 'full', reason: 'RESOURCE:CPU' }],
      stop: [
        { task: 't2', reason: 'duplicate' },
        { task: 't3', reason: 'constraint' },
        { task: 't4', reason: 'draining' },
      ],
    });
  });
});

describe('delays', () => {
  test('placementRetryMs(): every 10 s for a minute, then 5, 10, 20 and 27 minutes', () => {
    const delays = Array.from({ length: 12 }, (_, index) => placementRetryMs(index + 1) / 1000);
    expect(delays).toEqual([10, 10, 10, 10, 10, 10, 300, 600, 1200, 1620, 1620, 1620]);
  });
  test('startFailureDelayMs() doubles from 10 s up to 27 minutes', () => {
    const delays = Array.from({ length: 10 }, (_, index) => startFailureDelayMs(index + 1) / 1000);
    expect(delays).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1620, 1620]);
  });
  test('LaunchRate gives a burst, then the rate, and never drifts', () => {
    const rate = new LaunchRate(500, 100);
    rate.take(rate.available(0));
    expect([rate.available(119), rate.untilNextMs(119)]).toEqual([0, 1]);
    expect(rate.available(120)).toBe(1);
    rate.take(1);
    // 500 a minute: 12 s for a hundred
    expect(rate.available(12_119)).toBe(99);
    expect(rate.available(12_120)).toBe(100);
    expect(rate.available(1_000_000)).toBe(100);
  });
});

test('provisioningPass() stops what waited too long, then places the oldest first, and skips what does not fit', () => {
  const queue = [
    { id: 'young', createdAtMs: 50 },
    { id: 'b', createdAtMs: 10 },
    { id: 'a', createdAtMs: 10 },
    { id: 'late', createdAtMs: 0 },
  ];
  const tried: string[] = [];
  const pass = provisioningPass(queue, 100, 100, ({ id }) => {
    tried.push(id);
    return id !== 'a';
  });
  expect(tried).toEqual(['a', 'b', 'young']);
  const ids = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => id);
  expect([ids(pass.stopped), ids(pass.placed), ids(pass.waiting)]).toEqual([['late'], ['b', 'young'], ['a']]);
});

describe('exact numbers', () => {
  test('0.1 + 0.2 is where decimals say it is', () => {
    expect(compareExact(subtractExact(exactNumber(0.3), exactNumber(0.1)), exactNumber(0.2))).toBe(0);
    expect(compareExact(timesExact(10, exactNumber(0.63)), timesExact(9, exactNumber(0.7)))).toBe(0);
    expect(exactNumber(1.5e-7)).toEqual({ digits: 15n, places: 8 });
    expect(exactNumber(2e21)).toEqual({ digits: 2n * 10n ** 21n, places: 0 });
  });
  test.each([
    { a: 204, b: 50, ceil: 5 },
    { a: 200, b: 50, ceil: 4 },
    { a: 0.7, b: 0.1, ceil: 7 },
    { a: 0, b: 3, ceil: 0 },
  ])('ceil($a / $b) = $ceil', ({ a, b, ceil }) =>
    expect(ceilOfQuotient(exactNumber(a), exactNumber(b))).toBe(ceil),
  );
});

describe('service auto scaling', () => {
  const bounds = { minCapacity: 1, maxCapacity: 20 };
  const policy = { targetValue: 50, scaleInCooldownSeconds: 300, disableScaleIn: false };
  const minutes = (tracking: TargetTracking, count: number, running: number, metric: number) => {
    let desired = running;
    for (let n = 0; n < count; n++) {
      ({ desired } = tracking.observe({ running, desired, metrics: [metric], deploymentInProgress: false }));
    }
    return desired;
  };

  test.each([
    // 4 * 75 / 50 = 6
    { running: 4, metric: 75, after: 3, desired: 6 },
    { running: 4, metric: 75, after: 2, desired: 4 },
    // ceil(4 * 51 / 50) = ceil(4.08)
    { running: 4, metric: 51, after: 3, desired: 5 },
    // 30 < 0.9 * 50; 10 * 30 / 50 = 6
    { running: 10, metric: 30, after: 15, desired: 6 },
    { running: 10, metric: 30, after: 14, desired: 10 },
    // 46 is above 45
    { running: 10, metric: 46, after: 60, desired: 10 },
  ])(
    'TargetTracking: $running tasks at $metric for $after minutes -> $desired',
    ({ running, metric, after, desired }) => {
      expect(minutes(new TargetTracking(bounds, [policy]), after, running, metric)).toBe(desired);
    },
  );

  test('TargetTracking waits for a deployment before it scales in', () => {
    const tracking = new TargetTracking(bounds, [policy]);
    for (let n = 0; n < 20; n++) {
      const answer = tracking.observe({
        running: 10,
        desired: 10,
        metrics: [30],
        deploymentInProgress: true,
      });
      expect(answer).toEqual({ desired: 10, action: 'none' });
    }
  });

  const steps = (direction: 'above' | 'below', change: number[][]) => ({
    direction,
    threshold: 50,
    adjustmentType: 'PercentChangeInCapacity' as const,
    minAdjustmentMagnitude: 0,
    cooldownSeconds: 120,
    steps: change.map(([lower, upper, scalingAdjustment]) => ({
      lower: Number.isFinite(lower) ? lower! : null,
      upper: Number.isFinite(upper) ? upper! : null,
      scalingAdjustment: scalingAdjustment!,
    })),
  });

  test.each([
    { metric: 49.9, desired: 10 },
    { metric: 59, desired: 11 },
    { metric: 60, desired: 13 },
  ])('StepScaling: ten tasks at $metric -> $desired', ({ metric, desired }) => {
    const scaling = new StepScaling({ minCapacity: 1, maxCapacity: 50 }, [
      steps('above', [
        [0, 10, 10],
        [10, Number.POSITIVE_INFINITY, 30],
      ]),
    ]);
    expect(scaling.observe(10, metric).desired).toBe(desired);
  });

  test('StepScaling works a second step out from the capacity before the first, while that cools down', () => {
    const scaling = new StepScaling({ minCapacity: 1, maxCapacity: 50 }, [
      steps('above', [
        [0, 10, 10],
        [10, Number.POSITIVE_INFINITY, 30],
      ]),
      steps('below', [[Number.NEGATIVE_INFINITY, 0, -50]]),
    ]);
    expect(scaling.observe(10, 55)).toEqual({ desired: 11, action: 'out' });
    expect(scaling.observe(11, 70)).toEqual({ desired: 13, action: 'out' });
    expect(scaling.observe(13, 20)).toEqual({ desired: 13, action: 'cooldown' });
    expect(scaling.observe(13, 20)).toEqual({ desired: 7, action: 'in' });
  });

  test.each([
    { desired: 5, limits: { minCapacity: 7 }, after: 7 },
    { desired: 5, limits: { maxCapacity: 3 }, after: 3 },
    { desired: 5, limits: {}, after: 5 },
  ])('afterScheduledAction() $limits -> $after', ({ desired, limits, after }) =>
    expect(afterScheduledAction(desired, limits)).toBe(after),
  );
});
