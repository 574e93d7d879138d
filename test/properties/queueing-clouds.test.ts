import { describe, expect, test } from 'vitest';
import { billedSeconds, SECONDS_FROM_A_MINUTE } from '../../src/billing/billed-time.ts';
import { sampler } from '../../src/controllers/distributions.ts';
import { simulate } from '../../src/experiment/simulate.ts';
import type { PlanEvent } from '../../src/model/service-plan.ts';
import type { SpotMarketPlan, SpotPurchase } from '../../src/model/purchase.ts';
import { HOUR, SECOND } from '../../src/units.ts';
import * as theory from '../support/oracles/queueing.ts';
import { group, job, plan, platform, service, template, TYPE } from '../support/plans.ts';
import { play, simulationInput } from '../support/play.ts';
import { expectHolds, overWindows } from '../support/queue-windows.ts';

/** What clouds add to queues: minimum charges, interruptions, placement at random, zones that fail. */

describe('a minimum charge of 60 s', () => {
  test.each([
    { mean: 30, billed: 64.060058 },
    { mean: 60, billed: 82.072766 },
    { mean: 300, billed: 305.619226 },
    { mean: 3600, billed: 3600.497234 },
  ])(
    'makes lives of $mean s on average $billed s, and whole seconds add about a half',
    ({ mean, billed }) => {
      const lifeMs = sampler({ kind: 'exponential', meanMs: mean * SECOND });
      const steps = 100_000;
      const byMillisecond = { stepSeconds: 0.001, minimumSeconds: 60 };
      let [exact, inSeconds] = [0, 0];
      // The middle of each of 100,000 equally likely parts of the distribution: an integral, not a sample.
      for (let step = 0; step < steps; step++) {
        const durationMs = lifeMs((step + 0.5) / steps);
        exact += billedSeconds(durationMs, byMillisecond) / steps;
        inSeconds += billedSeconds(durationMs, SECONDS_FROM_A_MINUTE) / steps;
      }
      expect(Math.abs(exact / billed - 1)).toBeLessThan(1e-5);
      // 60 + Σ P(life > k s) over k = 60, 61, ...: a geometric series.
      const rounded = 60 + Math.exp(-60 / mean) / (1 - Math.exp(-1 / mean));
      expect(Math.abs(inSeconds / rounded - 1)).toBeLessThan(1e-5);
    },
  );
});

describe('work that starts over when its Spot instance goes', () => {
  // (e^(γd) − 1) / γ with γ = 0.001 an hour: a hundred or fifty times the hours of γ = 0.1 and 0.05.
  test.each([
    { hours: 100, takes: 100 * 1.0517092, interruptions: null, horizon: 1_000 },
    { hours: 1000, takes: 100 * 17.1828183, interruptions: null, horizon: 20_000 },
    { hours: 1200, takes: 50 * 46.4023385, interruptions: 2.3201169, horizon: 25_000 },
  ])('takes $takes h for $hours h of it', ({ hours, takes, interruptions, horizon }) => {
    const spot: SpotPurchase = {
      onDemandBase: 0,
      onDemandPercentAboveBase: 0,
      strategy: 'lowest-price',
      pools: 1,
      maxPriceE10: null,
      rebalance: false,
    };
    const market: SpotMarketPlan = {
      prices: 'model',
      // Of a pool's instances 51 % are reclaimed in 30 days, a fifth at a time.
      types: [{ type: TYPE.name, savingPercent: 70, monthlyShare: 1 - Math.exp(-0.72) }],
      swing: 0,
      memoryMs: 24 * HOUR,
      stepMs: horizon * HOUR,
      capacity: 1000,
      perReclaim: 0.2,
      rebalanceLeadMs: 0,
      noticeMs: 0,
    };
    const tasks = 30;
    const work = job('work', {
      template: template({ cpuMilli: 4000 }),
      count: tasks,
      runtime: { kind: 'constant', valueMs: hours * HOUR },
    });
    const of = overWindows((seed) => {
      const world = plan(
        { jobs: [work] },
        { fleet: [group(tasks, { spot })], spot: market, horizonS: horizon * 3600, seed },
      );
      const { summary } = simulate(simulationInput(world, platform('bare')));
      expect(summary.tasks.succeeded).toBe(tasks);
      const { metrics } = summary;
      return { takes: metrics['response.mean']! / 3600, interrupted: metrics['tasks.interrupted']! / tasks };
    });
    expectHolds(of('takes'), takes, 0.4);
    if (interruptions !== null) expectHolds(of('interrupted'), interruptions, 0.5);
  });
});

describe('tasks placed at random', () => {
  test('100 on 100 instances leave 36.6 empty, and hit all instances equally', () => {
    const counts = new Array<number>(100).fill(0);
    const tasks = job('task', { template: template({ cpuMilli: 40, memoryBytes: 2 ** 20 }), count: 100 });
    const rounds = 2;
    const of = overWindows((seed) => {
      let empty = 0;
      for (let round = 0; round < rounds; round++) {
        const world = plan(
          { jobs: [tasks] },
          { fleet: [group(100)], seed: rounds * seed + round, horizonS: 1 },
        );
        const on = platform('bare', {}, { scheduler: 'random' });
        const hit = [...simulate(simulationInput(world, on)).tasks()].map(({ instance }) => instance);
        empty += (100 - new Set(hit).size) / rounds;
        for (const name of hit) counts[Number(name.slice(2)) - 1]! += 1;
      }
      return { empty };
    });
    expectHolds(of('empty'), theory.meanEmptyNodes(100, 100), 0.06);
    const each = counts.reduce((sum, count) => sum + count, 0) / 100;
    expect(each).toBe(20 * rounds);
    // χ² with 99 degrees of freedom is below 160.06 in 99.99 % of all cases.
    const chiSquare = counts.reduce((sum, count) => sum + ((count - each) * (count - each)) / each, 0);
    expect(chiSquare).toBeLessThan(160.06);
    expect(chiSquare).toBeGreaterThan(50);
  });
});

describe('availability', () => {
  const zones = ['zone-a', 'zone-b', 'zone-c'];
  /** An hour each: those of neighbouring hours touch. */
  const outages = (zone: string, hours: readonly number[]): PlanEvent[] =>
    hours.map((hour) => ({ kind: 'outage', atMs: hour * HOUR, untilMs: (hour + 1) * HOUR, zone }));

  test('of one task is 720 of 721 h when its zone fails for an hour', () => {
    const world = plan(
      { services: [service('web', [[0, 1]])] },
      { fleet: [group(1)], horizonS: 721 * 3600, events: outages('zone-a', [720]) },
    );
    const { metrics } = play(world).result.summary;
    expect(metrics['services.availability']).toBeCloseTo(theory.availability(720, 1), 12);
    expect(theory.availability(720, 1)).toBeCloseTo(0.998613, 7);
  });

  test('of two zones out of three, all eight combinations in turn, is a³ + 3a²(1 − a)', () => {
    // Zone k is down in the hours whose k-th digit is 9: each a tenth of 1,000 h, independently of the others.
    const isDown = (hour: number, digit: number) => Math.floor(hour / 10 ** digit) % 10 === 9;
    const hours = Array.from({ length: 1000 }, (_, hour) => hour);
    const events = zones
      .flatMap((zone, digit) =>
        outages(
          zone,
          hours.filter((hour) => isDown(hour, digit)),
        ),
      )
      .sort((a, b) => a.atMs - b.atMs);
    const one = (zone: string) => group(1, { name: zone, zones: [zone] });
    const world = plan(
      { services: [service('web', [[0, 3]], { template: template({ cpuMilli: 4000 }), spread: 'zone' })] },
      { fleet: zones.map(one), horizonS: 1000 * 3600, events },
    );
    const rows = [...play(world).result.tasks()];
    const runsAt = (atMs: number) =>
      rows.filter(
        ({ runningMs, endMs }) => runningMs !== null && runningMs <= atMs && atMs < (endMs ?? Infinity),
      );
    const up = hours.filter((hour) => runsAt((hour + 0.5) * HOUR).length >= 2);
    expect(up).toEqual(hours.filter((hour) => [0, 1, 2].filter((digit) => isDown(hour, digit)).length <= 1));
    expect(up.length / 1000).toBeCloseTo(theory.twoOfThree(0.9), 12);
    expect(theory.twoOfThree(0.999)).toBeCloseTo(0.999997002, 9);
  });
});
