import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FleetGroup, JobPlan, KubeQueue, Plan, PlatformPlan } from '../../src/model/plan.ts';
import { HOUR } from '../../src/units.ts';
import { DEMAND, group, job, plan, platform, seconds, service, template } from '../support/plans.ts';
import { play, type PlayedRun } from '../support/play.ts';

/** Random hours on Kubernetes with priorities, preemption, back-off and latencies, small enough to end. */
interface Hour {
  readonly planned: Plan;
  readonly on: PlatformPlan;
}

const priority = fc.constantFrom(0, 0, 5, 100);

const arbitraryJob = (index: number): fc.Arbitrary<JobPlan> =>
  fc
    .record({
      at: fc.array(fc.integer({ min: 0, max: 240 }), { minLength: 1, maxLength: 4 }),
      runS: fc.integer({ min: 1, max: 90 }),
      count: fc.integer({ min: 1, max: 4 }),
      vcpus: fc.integer({ min: 1, max: 4 }),
      priority,
      never: fc.boolean(),
      startup: fc.constantFrom(0, 3),
      port: fc.boolean(),
    })
    .map(({ at, runS, count, vcpus, never, startup, port, ...rest }) =>
      job(`job-${index}`, {
        at: at.sort((a, b) => a - b),
        runS,
        count,
        template: template({
          ...rest,
          name: `job-${index}`,
          cpuMilli: vcpus * 1000,
          startup: seconds(startup),
          hostPorts: port ? [{ port: 8080, protocol: 'TCP' }] : [],
          ...(never ? { preemptionPolicy: 'Never' as const } : {}),
        }),
      }),
    );

const arbitraryQueue: fc.Arbitrary<KubeQueue> = fc.record({
  kind: fc.constant('kube' as const),
  cycleMs: fc.constantFrom(0, 1, 250, 1500),
  bindMs: fc.constantFrom(0, 10, 700),
  graceMs: fc.constantFrom(0, 1, 5000, 30_000),
});

const arbitraryFleet: fc.Arbitrary<FleetGroup> = fc.oneof(
  fc.integer({ min: 1, max: 3 }).map((size) => group(size)),
  fc
    .record({ min: fc.integer({ min: 0, max: 1 }), max: fc.integer({ min: 2, max: 4 }) })
    .map((size) => group(size, { launch: seconds(7), boot: seconds(5), zones: ['zone-a', 'zone-b'] })),
);

const arbitraryHour: fc.Arbitrary<Hour> = fc
  .record({
    jobs: fc
      .integer({ min: 1, max: 5 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => arbitraryJob(index)))),
    web: fc.option(
      fc.record({
        steps: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }),
        priority,
      }),
    ),
    fleet: arbitraryFleet,
    queue: arbitraryQueue,
  })
  .map(({ jobs, web, fleet, queue }) => {
    const replicas = web?.steps.map((count, index) => [index * 100, count] as const) ?? [];
    const services =
      web === null
        ? []
        : [service('web', [...replicas, [300, 0]], { template: template({ priority: web.priority }) })];
    return {
      planned: plan({ jobs, services }, { fleet: [fleet], horizonS: (6 * HOUR) / 1000 }),
      on: platform('kubernetes', {}, { queue, autoscaler: DEMAND }),
    };
  });

const kindsOf = ({ log }: PlayedRun) => new Set(log.map(({ kind }) => kind));

test("kube-scheduler's queue keeps every invariant, forgets nobody, and repeats itself", () => {
  let evictions = 0;
  fc.assert(
    fc.property(arbitraryHour, ({ planned, on }) => {
      const run = play(planned, on);
      const { tasks, fingerprint, metrics } = run.result.summary;
      // Everything fits on an empty instance and ends by itself, so in the end everything has ended.
      expect(tasks).toMatchObject({ pending: 0, running: 0, failed: 0, rejected: 0 });
      expect(tasks.succeeded + tasks.stopped).toBe(tasks.submitted);
      expect(play(planned, on).result.summary.fingerprint).toEqual(fingerprint);
      if (kindsOf(run).has('evicted')) evictions += 1;
      else expect(metrics['tasks.interrupted']).toBe(0);
    }),
    { seed: 1, numRuns: 60 },
  );
  expect(evictions, 'worlds in which somebody was evicted').toBeGreaterThan(15);
});

test('without priorities nobody is evicted, and the same tasks get the same runtimes as in a simple queue', () => {
  const level = (planned: Plan): Plan => ({
    ...planned,
    workload: {
      ...planned.workload,
      services: planned.workload.services.map((one) => ({
        ...one,
        template: { ...one.template, priority: 0 },
      })),
      jobs: planned.workload.jobs.map((one) => ({ ...one, template: { ...one.template, priority: 0 } })),
    },
  });
  fc.assert(
    fc.property(arbitraryHour, ({ planned, on }) => {
      const run = play(level(planned), on);
      // What leaves by its controller's will is told to go too, but for nobody's sake.
      expect(run.log.filter((record) => record.kind === 'evicted' && record.for !== null)).toEqual([]);
      const simple = play(level(planned), { ...on, queue: 'skip' });
      const submissions = ({ log }: PlayedRun) =>
        log.flatMap((record) => (record.kind === 'submitted' ? [[record.timeMs, record.runtimeMs]] : []));
      expect(submissions(run)).toEqual(submissions(simple));
    }),
    { seed: 2, numRuns: 20 },
  );
});

test('a queue in which nothing takes time places what a simple queue places, while everything fits', () => {
  const roomy = group(30);
  fc.assert(
    fc.property(arbitraryHour, ({ planned, on }) => {
      const idle = { kind: 'kube', cycleMs: 0, bindMs: 0, graceMs: 0 } as const;
      const wide = { ...planned, fleet: [roomy] };
      const rows = (queue: PlatformPlan['queue']) => [...play(wide, { ...on, queue }).result.tasks()];
      const high = (list: ReturnType<typeof rows>) =>
        list.map(({ task, placedMs, endMs }) => [task, placedMs, endMs]);
      expect(high(rows(idle))).toEqual(high(rows('skip')));
    }),
    { seed: 3, numRuns: 15 },
  );
});
