import { expect } from 'vitest';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { HOUR } from '../../src/units.ts';
import { horizonOf, staysOf, toPlan } from '../support/simple-world.ts';
import { cost, forEachWorld, moved, type Suite, starts, story } from './suite.ts';

/** What must stay the same, or change in step, when a plan changes in a known way. */
export function defineMetamorphic(suite: Suite): void {
  const { run } = suite;

  forEachWorld(suite, 'MR-1 all times × 3: three times as late, three times the cost', (world) => {
    const slow = {
      ...world,
      batches: world.batches.map((one) => ({
        ...one,
        submitMs: one.submitMs * 3,
        runtimeMs: one.runtimeMs * 3,
      })),
    };
    const base = run(toPlan(world));
    const scaled = run({ ...toPlan(slow), horizonMs: horizonOf(world) * 3 });
    expect(staysOf(scaled.log)).toEqual(staysOf(base.log).map((stay) => moved(stay, (timeMs) => timeMs * 3)));
    expect(cost(scaled)).toBeCloseTo(cost(base) * 3, 8);
  });

  forEachWorld(suite, 'MR-2 all sizes × 4: the same placements', (world) => {
    const grow = <S extends { cpu: number; memoryMiB: number }>(size: S) => ({
      ...size,
      cpu: size.cpu * 4,
      memoryMiB: size.memoryMiB * 4,
    });
    const large = { ...world, instances: world.instances.map(grow), batches: world.batches.map(grow) };
    expect(staysOf(run(toPlan(large)).log)).toEqual(staysOf(run(toPlan(world)).log));
  });

  forEachWorld(suite, 'MR-3 everything 1 h later: the same, 1 h later', (world) => {
    const later = {
      ...world,
      batches: world.batches.map((one) => ({ ...one, submitMs: one.submitMs + HOUR })),
    };
    const expected = staysOf(run(toPlan(world)).log).map((stay) => moved(stay, (timeMs) => timeMs + HOUR));
    expect(staysOf(run(toPlan(later)).log)).toEqual(expected);
  });

  forEachWorld(suite, 'MR-3 another origin of the calendar: the same log', (world) => {
    const plan = toPlan(world);
    const moved = { ...plan, startEpochMs: plan.startEpochMs + 12_345 * HOUR };
    expect(run(moved).log).toEqual(run(plan).log);
  });

  forEachWorld(suite, 'MR-4 other names in the same order: the same but for the names', (world) => {
    const named = run(toPlan(world, 'x-'));
    expect(staysOf(named.log)).toEqual(staysOf(run(toPlan(world)).log));
    expect(JSON.parse(JSON.stringify(named.log).replaceAll('"x-', '"'))).toEqual(run(toPlan(world)).log);
  });

  forEachWorld(suite, 'MR-5 identical instances in another order: the same times', (world) => {
    const alike = { ...world, instances: world.instances.map(() => ({ cpu: 8, memoryMiB: 4096 })) };
    const plan = toPlan(alike);
    const [group] = plan.fleet;
    const reversed = { ...plan, fleet: [{ ...group!, instances: [...group!.instances].reverse() }] };
    expect(starts(staysOf(run(reversed).log))).toEqual(starts(staysOf(run(plan).log)));
  });

  forEachWorld(
    suite,
    'MR-6 an instance that nobody can use: the same placements, and its cost',
    (world) => {
      const more = { ...world, instances: [...world.instances, { cpu: 1, memoryMiB: 1 }] };
      const base = run(toPlan(world));
      const idle = run(toPlan(more));
      expect(staysOf(idle.log)).toEqual(staysOf(base.log));
      // 10 cents an hour
      expect(cost(idle)).toBeCloseTo(cost(base) + (0.1 * horizonOf(world)) / HOUR, 8);
    },
    // kube-scheduler looks at nodes in turn, so one more node changes which of the equals comes first.
    suite.schedulers.filter((name) => name !== 'kubernetes'),
  );

  forEachWorld(suite, 'MR-7 tasks after the last end: the story before is the same', (world) => {
    const after = { ...world.batches[0]!, submitMs: horizonOf(world) };
    const longer = { ...world, batches: [...world.batches, after] };
    const base = story(run(toPlan(world)).log);
    expect(story(run(toPlan(longer)).log).slice(0, base.length)).toEqual(base);
  });

  forEachWorld(suite, 'MR-7 an earlier horizon: the story before it is the same', (world) => {
    const plan = toPlan(world);
    const horizonMs = Math.ceil(plan.horizonMs / 7);
    const before = (log: readonly LogRecord[]) => story(log).filter(({ timeMs }) => timeMs < horizonMs);
    expect(before(run({ ...plan, horizonMs }).log)).toEqual(before(run(plan).log));
  });

  forEachWorld(suite, 'MR-9 prices × 7: the same log, seven times the cost', (world) => {
    const plan = toPlan(world);
    const types = plan.types.map((type) => ({ ...type, priceE10PerHour: type.priceE10PerHour * 7n }));
    const base = run(plan);
    const dear = run({ ...plan, types });
    expect(dear.log).toEqual(base.log);
    expect(cost(dear)).toBeCloseTo(cost(base) * 7, 8);
  });

  forEachWorld(suite, 'MR-10 neutral constraints and priorities: the same behaviour', (world) => {
    const plan = toPlan(world);
    const pool = new Map([['pool', 'all']]);
    const jobs = plan.workload.jobs.map((job) => ({
      ...job,
      template: { ...job.template, where: pool, priority: 5, tolerations: [{ operator: 'Exists' } as const] },
    }));
    const fleet = plan.fleet.map((group) => ({ ...group, labels: pool }));
    const base = run(plan);
    const neutral = run({ ...plan, fleet, workload: { ...plan.workload, jobs } });
    expect(staysOf(neutral.log)).toEqual(staysOf(base.log));
    expect(neutral.summary.fingerprint).toEqual(base.summary.fingerprint);
  });
}
