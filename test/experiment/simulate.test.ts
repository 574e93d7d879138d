import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../src/errors.ts';
import { type Observe, simulate, simulateObserved } from '../../src/experiment/simulate.ts';
import type { Plan, PlatformPlan } from '../../src/model/plan.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import { HOUR } from '../../src/units.ts';
import { HOST_USD_PER_S } from '../support/small-day.ts';
import {
  DEMAND,
  FIRST_FIT,
  group,
  job,
  plan,
  platform,
  seconds,
  service,
  template,
} from '../support/plans.ts';
import { play, simulationInput, taskLines } from '../support/play.ts';

/** Everything at once: services that scale, jobs that wait, a fleet that follows. */
const BUSY: Plan = plan(
  {
    services: [
      service(
        'web',
        [
          [0, 3],
          [900, 9],
          [1800, 2],
        ],
        { spread: 'zone', template: template({ startup: { kind: 'uniform', minMs: 1000, maxMs: 9000 } }) },
      ),
    ],
    jobs: [
      job('batch', {
        arrivals: { kind: 'poisson', steps: [{ atMs: 0, perHour: 120 }], repeatMs: null },
        runtime: { kind: 'lognormal', meanMs: 240_000, p95Ms: 900_000 },
        template: template({ cpuMilli: 1500, priority: 1 }),
      }),
    ],
  },
  { fleet: [group({ min: 1, max: 12 }, { zones: ['zone-a', 'zone-b'], boot: seconds(40) })] },
);
const ON: readonly PlatformPlan[] = [
  platform('bare', {}, { autoscaler: DEMAND }),
  platform('ecs', { placementStrategy: [{ type: 'binpack', field: 'memory' }] }, { autoscaler: DEMAND }),
  platform('ecs', { tieBreak: 'random' }, { autoscaler: DEMAND, queue: 'strict' }),
  platform('kubernetes', {}, { autoscaler: DEMAND }),
];

describe('simulate()', () => {
  test.each(ON)('gives the same result for the same input, byte for byte: $name, $queue queue', (on) => {
    const text = () => {
      const { result } = play(BUSY, on);
      return JSON.stringify({ ...result, tasks: [...result.tasks()] });
    };
    expect(text()).toBe(text());
  });

  test.each(ON)(
    'gives the same result whoever looks on, at once or in their own time: $name, $queue queue',
    async (on) => {
      let asked = 0;
      const atOnce: Observe = () => {
        asked += 1;
        return false;
      };
      const later: Observe = async () => {
        asked += 1;
        await new Promise((resume) => setImmediate(resume));
        return false;
      };
      const unseen = simulate(simulationInput(BUSY, on));
      for (const observe of [atOnce, later]) {
        const memory = new MemoryLog();
        asked = 0;
        const seen = await simulateObserved(simulationInput(BUSY, on, { log: memory }), observe);
        expect(seen.summary).toEqual(unseen.summary);
        expect(seen.series).toEqual(unseen.series);
        expect(asked).toBeGreaterThan(0);
        expect(checkLog(memory.records, { livenessMs: 0 })).toEqual([]);
      }
    },
  );

  test('another seed and another replication are other worlds', () => {
    const behaviour = (seed: number, replication: number) =>
      simulate(simulationInput({ ...BUSY, seed }, FIRST_FIT, { replication })).summary.fingerprint.behaviour;
    expect(new Set([behaviour(1, 0), behaviour(2, 0), behaviour(1, 1)]).size).toBe(3);
  });

  test('goes on to its horizon when nothing happens any more: instances cost money all the same', () => {
    const { summary } = play(plan({ jobs: [job('short')] })).result;
    expect(summary).toMatchObject({ complete: true, endedMs: HOUR });
    expect(summary.metrics['cost.instances']).toBeCloseTo(3600 * HOST_USD_PER_S, 9);
  });

  test('a task that ends at the horizon has ended', () => {
    const run = play(plan({ jobs: [job('exact', { runS: 60 })] }, { horizonS: 60 }));
    expect(taskLines(run)).toEqual(['exact/0 i-0000001 0 > 0 > 60 succeeded']);
    expect(run.result.summary.tasks).toMatchObject({ succeeded: 1, running: 0 });
  });
});

describe('a run that is told to stop', () => {
  async function stoppedAfter(asks: number, answer: (stop: boolean) => ReturnType<Observe>) {
    const memory = new MemoryLog();
    let asked = 0;
    const observe: Observe = () => {
      asked += 1;
      return answer(asked > asks);
    };
    const jobs = [job('batch', { arrivals: { kind: 'every', intervalMs: 1000, firstMs: 0 }, runS: 3 })];
    const planned = plan({ services: [service('web', [[0, 9]])], jobs }, { fleet: [group(2)] });
    const result = await simulateObserved(
      simulationInput(planned, platform('bare'), { log: memory }),
      observe,
    );
    return { result, log: memory.records };
  }

  const answers = [
    { name: 'at once', answer: (stop: boolean) => stop },
    { name: 'after a while', answer: async (stop: boolean) => stop },
  ];

  test.each(answers)(
    '$name leaves a valid partial result and a valid log, up to where it came',
    async ({ answer }) => {
      const { result, log } = await stoppedAfter(2, answer);
      const { summary } = result;
      expect(summary.complete).toBe(false);
      expect(summary.endedMs).toBeGreaterThan(0);
      expect(summary.endedMs).toBeLessThan(summary.horizonMs);
      expect(checkLog(log, { livenessMs: 0 })).toEqual([]);
      const { submitted, ...rest } = summary.tasks;
      expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(submitted);
      expect([...result.tasks()].length).toBe(submitted);
      const billedS = 2 * Math.ceil(summary.endedMs / 1000);
      expect(summary.metrics['cost.instances']).toBeCloseTo(billedS * HOST_USD_PER_S, 9);
      expect(summary.metrics['instances.hours']).toBeCloseTo((2 * summary.endedMs) / HOUR, 9);
      expect(result.series.rows.every(({ startMs }) => startMs < summary.endedMs)).toBe(true);
    },
  );

  test.each(answers)('$name stops in the same place', async ({ answer }) => {
    const { result } = await stoppedAfter(3, answer);
    const { result: other } = await stoppedAfter(3, answers[0]!.answer);
    expect(result.summary).toEqual(other.summary);
  });

  test.each(answers)('$name before anything happened, too', async ({ answer }) => {
    const { result, log } = await stoppedAfter(0, answer);
    expect(result.summary).toMatchObject({ complete: false, endedMs: 0, tasks: { submitted: 0 } });
    expect(result.series.rows).toEqual([]);
    expect(checkLog(log)).toEqual([]);
    // Two instances were there, and the minimum of 60 s is owed.
    expect(result.summary.metrics['cost.instances']).toBeCloseTo(120 * HOST_USD_PER_S, 9);
  });
});

test('a scheduler that decides wrongly stops the run as a bug', () => {
  const always = {
    ...simulationInput(plan({})).scheduler,
    create: () => ({ ...simulationInput(plan({})).scheduler.create(null), decide: () => 0 }),
  };
  const planned = plan({ jobs: [job('batch', { count: 5 })] });
  expect(() => simulate(simulationInput(planned, FIRST_FIT, { scheduler: always }))).toThrow(InvariantError);
});
