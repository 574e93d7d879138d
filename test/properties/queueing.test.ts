import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/experiment/simulate.ts';
import { drawn, SERVICE_MS, stream } from '../support/oracles/queue-runs.ts';
import type { Distribution } from '../../src/model/plan.ts';
import * as theory from '../support/oracles/queueing.ts';
import { lossSystem, priorityStarts, singleSlotStarts } from '../support/oracles/single-slot.ts';
import { kubeQueue, plan, platform, template } from '../support/plans.ts';
import { simulationInput } from '../support/play.ts';
import {
  CONSTANT,
  ECS,
  engineStarts,
  EXPONENTIAL,
  expectHolds,
  expectServedAlike,
  hyper,
  KUBERNETES,
  measured,
  overWindows,
  TWO_POINTS,
} from '../support/queue-windows.ts';

/**
 * The queues of the textbooks, whose answers are known. Each is shown in two steps. The first customers are served by the
 * engine, and each starts in the millisecond that the recursion of the queue says: so the recursion speaks for the engine.
 * Then 20 windows with other seeds, drawn by the engine's own streams and served by the recursion, give an interval of
 * 99.9 % that must hold the known value, and must not be wider than stated. Seeds are fixed: what holds, holds.
 */
describe('one server', () => {
  // ±5 % at 95 % takes 44,563, 189,775 and 681,073 customers at ρ = .5, .8 and .9: at 99.9 % the same are ±9 %.
  test.each([
    { rho: 0.5, wait: 1, p95: 5.991465, customers: 44_563, width: 0.11 },
    { rho: 0.8, wait: 4, p95: 14.978661, customers: 189_775, width: 0.11 },
    { rho: 0.9, wait: 9, p95: 29.957323, customers: 681_073, width: 0.11 },
    { rho: 0.95, wait: 19, p95: 59.914645, customers: 1_200_000, width: 0.2 },
  ])('M/M/1 at ρ $rho: wait $wait, one in twenty stays longer than $p95', (row) => {
    const queue = { servers: 1, lambda: row.rho, service: EXPONENTIAL };
    expectServedAlike(queue, ECS);
    const of = overWindows((seed) =>
      measured({ ...queue, customers: row.customers, sojournAbove: row.p95 }, seed),
    );
    expectHolds(of('wait'), row.wait, row.width);
    expectHolds(of('longStays'), 0.05, 0.6);
  });

  test.each([
    { name: 'always the same', service: CONSTANT, wait: 2, customers: 100_000 },
    { name: 'two lengths', service: TWO_POINTS, wait: 2.5, customers: 100_000 },
    { name: 'exponential', service: EXPONENTIAL, wait: 4, customers: 189_775 },
    { name: 'H2 with C² 4', service: hyper(4), wait: 10, customers: 300_000 },
    { name: 'H2 with C² 10', service: hyper(10), wait: 22, customers: 500_000 },
  ])('M/G/1 at ρ 0.8, service $name: wait $wait', ({ service, wait, customers }) => {
    const queue = { servers: 1, lambda: 0.8, service };
    expectServedAlike(queue, KUBERNETES);
    expectHolds(overWindows((seed) => measured({ ...queue, customers }, seed))('wait'), wait, 0.15);
  });

  test('two classes without interruption: waits 1.0 and 3.33, as first come first served 2.33', () => {
    const classes = [0.3, 0.4].map((lambda, index) => ({
      ...stream({ lambda, service: EXPONENTIAL }, `class-${index}`),
      template: template({ name: `class-${index}`, cpuMilli: 4000, priority: 1 - index }),
    }));
    const both = (seed: number, untilMs: number) =>
      classes
        .flatMap((one, index) => drawn(one, seed, untilMs).map((each) => ({ ...each, class: index })))
        .sort((a, b) => a.submitMs - b.submitMs || a.class - b.class);
    const shortMs = 200 * SERVICE_MS;
    const { starts } = engineStarts(classes, 1, shortMs, platform('bare'));
    const expected = priorityStarts(both(1, shortMs)).map((startMs) => (startMs <= shortMs ? startMs : null));
    expect(starts).toEqual(expected);

    const warmUpMs = 100 * SERVICE_MS;
    const of = overWindows((seed) => {
      const jobs = both(seed, warmUpMs + 15_000 * SERVICE_MS);
      const [inClasses, inOrder] = [priorityStarts(jobs), singleSlotStarts(1, jobs)];
      const [waits, counts, plain] = [
        [0, 0],
        [0, 0],
        [0, 0],
      ];
      jobs.forEach(({ submitMs, class: own }, index) => {
        if (submitMs < warmUpMs) return;
        counts[own]! += 1;
        waits[own]! += (inClasses[index]! - submitMs) / SERVICE_MS;
        plain[own]! += (inOrder[index]! - submitMs) / SERVICE_MS;
      });
      return {
        first: waits[0]! / counts[0]!,
        second: waits[1]! / counts[1]!,
        fcfs: (plain[0]! + plain[1]!) / (counts[0]! + counts[1]!),
      };
    });
    expectHolds(of('first'), 1, 0.06);
    expectHolds(of('second'), 3.3333333, 0.09);
    expectHolds(of('fcfs'), 2.3333333, 0.09);
  });

  test('preemption: the higher class stays 1.43, as if it were alone', () => {
    // kube-scheduler evicts; an evicted pod starts over, so that of the lower class no theory of "resume" speaks.
    const classes = [0.3, 0.4].map((lambda, index) => ({
      ...stream({ lambda, service: EXPONENTIAL }, `class-${index}`),
      template: template({ name: `class-${index}`, cpuMilli: 4000, priority: 1 - index }),
    }));
    const untilMs = 300 * SERVICE_MS;
    const on = platform('kubernetes', {}, { queue: kubeQueue({ graceMs: 0 }) });
    const world = plan({ jobs: classes }, { horizonS: untilMs / 1000 });
    const rows = [...simulate(simulationInput(world, on)).tasks()];
    expect(rows.some(({ outcome }) => outcome === 'interrupted')).toBe(true);
    const starts = rows.flatMap(({ group: own, placedMs }) =>
      own === 'class-0' && placedMs !== null ? [placedMs] : [],
    );
    const alone = drawn(classes[0]!, 1, untilMs);
    expect(starts).toEqual(singleSlotStarts(1, alone).filter((startMs) => startMs <= untilMs));
    const queue = { servers: 1, lambda: 0.3, service: EXPONENTIAL };
    const of = overWindows((seed) => {
      const { wait, inSystem } = measured({ ...queue, customers: 100_000 }, seed);
      return { wait, inSystem };
    });
    expectHolds(of('wait'), 1.4285714 - 1, 0.08);
    expectHolds(of('inSystem'), 0.3 * 1.4285714, 0.04);
  });
});

describe('several servers', () => {
  const LENGTH = 150_000;
  test.each([
    { servers: 2, lambda: 1.6, wait: 1.7777778, delayed: 0.7111111, inSystem: 4.4444444 },
    { servers: 3, lambda: 2.4, wait: 1.0786517, delayed: 0.647191 },
    { servers: 5, lambda: 4, wait: 0.5541126, delayed: 0.5541126 },
    { servers: 10, lambda: 8, wait: 0.2045901, delayed: 0.4091802, inSystem: 9.6367206 },
    { servers: 10, lambda: 9, wait: 0.6687315, delayed: 0.6687315, above: [1, 0.2460126] },
    { servers: 50, lambda: 45, wait: 0.0727729 },
    { servers: 100, lambda: 95, wait: 0.1012914 },
  ] as const)('M/M/$servers at λ $lambda: wait $wait', ({ servers, lambda, wait, ...row }) => {
    const queue = { servers, lambda, service: EXPONENTIAL };
    expectServedAlike(queue, servers % 2 === 0 ? ECS : KUBERNETES);
    const [waitAbove, longWaits] = 'above' in row ? row.above : [0, null];
    const of = overWindows((seed) => measured({ ...queue, customers: LENGTH, waitAbove }, seed));
    expectHolds(of('wait'), wait, servers < 50 ? 0.2 : 0.4);
    if ('delayed' in row) expectHolds(of('delayed'), row.delayed, 0.07);
    if ('inSystem' in row) expectHolds(of('inSystem'), row.inSystem, 0.12);
    if (longWaits !== null) expectHolds(of('longWaits'), longWaits, 0.2);
  });

  test.each([
    [0.1, 0.704493],
    [0.05, 1.051066],
    [0.01, 1.855785],
  ])('M/M/10 at λ 8: a share of %d waits longer than %d', (share, waitAbove) => {
    const queue = { servers: 10, lambda: 8, service: EXPONENTIAL };
    const of = overWindows((seed) => measured({ ...queue, customers: LENGTH, waitAbove }, seed));
    expectHolds(of('longWaits'), share, 0.8);
  });

  test.each([
    { servers: 2, lambda: 1.6, wait: 0.9032839, delayed: null },
    { servers: 3, lambda: 2.7, wait: 1.377912, delayed: null },
    { servers: 10, lambda: 8, wait: 0.1098278, delayed: 0.3847174 },
    { servers: 10, lambda: 9, wait: 0.3445821, delayed: 0.6468613 },
  ])('M/D/$servers at λ $lambda: wait $wait', ({ servers, lambda, wait, delayed }) => {
    const queue = { servers, lambda, service: CONSTANT };
    expectServedAlike(queue, servers === 10 ? ECS : KUBERNETES, false);
    const of = overWindows((seed) => measured({ ...queue, customers: LENGTH, warmUp: 500 }, seed));
    expectHolds(of('wait'), wait, 0.2);
    if (delayed !== null) expectHolds(of('delayed'), delayed, 0.07);
  });

  test.each([
    { name: 'M', service: EXPONENTIAL },
    { name: 'D', service: CONSTANT },
    { name: 'H2', service: hyper(4) },
  ])(
    'M/G/10/10, service $name: RunTask fails as often as Erlang B says, whatever the service',
    ({ service }) => {
      for (const { lambda, blocked } of [
        { lambda: 8, blocked: 0.1216611 },
        { lambda: 10, blocked: 0.2145823 },
      ]) {
        const customers = stream({ lambda, service });
        const shortMs = 40 * SERVICE_MS;
        const fails = { ...ECS, runTask: { retries: 0, retryDelayMs: 0 } };
        const { starts } = engineStarts([customers], 10, shortMs, fails);
        const admitted = lossSystem(10, drawn(customers, 1, shortMs));
        expect(starts.map((startMs) => startMs !== null)).toEqual(admitted);
        expect(admitted.filter((one) => !one).length).toBeGreaterThan(10);
        const warmUpMs = 20 * SERVICE_MS;
        const of = overWindows((seed) => {
          const jobs = drawn(customers, seed, warmUpMs + 500 * SERVICE_MS);
          const lost = lossSystem(10, jobs).map((isIn) => (isIn ? 0 : 1));
          const counted = lost.filter((_, index) => jobs[index]!.submitMs >= warmUpMs);
          return { lost: counted.reduce((sum: number, one) => sum + one, 0) / counted.length };
        });
        expectHolds(of('lost'), blocked, 0.15);
      }
    },
  );

  test('M/G/∞ at λ 20 and E[S] 3: 60 there on average, with variance 60, and 2.6 % of the time more than 75', () => {
    // Service of three means, looked at every 30: nobody is counted twice.
    const service: Distribution = { kind: 'exponential', meanMs: 3 * SERVICE_MS };
    const customers = stream({ lambda: 20, service });
    const shortMs = 20 * SERVICE_MS;
    const roomy = platform('bare');
    const { starts, summary } = engineStarts([customers], 200, shortMs, roomy);
    const jobs = drawn(customers, 1, shortMs);
    expect(starts).toEqual(jobs.map(({ submitMs }) => submitMs));
    /** How many there are at each of the looks, `everyMs` apart. */
    const thereAt = (all: typeof jobs, looks: number, everyMs: number) => {
      const counts = new Array<number>(looks).fill(0);
      for (const { submitMs, runtimeMs } of all) {
        const last = Math.min(looks, Math.ceil((submitMs + runtimeMs) / everyMs) - 1);
        for (let look = Math.max(1, Math.ceil(submitMs / everyMs)); look <= last; look++)
          counts[look - 1]! += 1;
      }
      return counts;
    };
    expect(summary.tasks.running).toBe(thereAt(jobs, 1, shortMs)[0]);
    const of = overWindows((seed) => {
      const looks = 40;
      const everyMs = 30 * SERVICE_MS;
      const counts = thereAt(drawn(customers, seed, (looks + 1) * everyMs), looks, everyMs);
      const mean = counts.reduce((sum, count) => sum + count, 0) / looks;
      return {
        mean,
        variance: counts.reduce((sum, count) => sum + (count - mean) * (count - mean), 0) / (looks - 1),
        above75: counts.filter((count) => count > 75).length / looks,
      };
    });
    expectHolds(of('mean'), 60, 0.02);
    expectHolds(of('variance'), 60, 0.2);
    expectHolds(of('above75'), theory.poissonTail(60, 75), 0.8);
  });
});
