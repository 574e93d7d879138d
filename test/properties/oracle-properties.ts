import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/units.ts';
import { ANOMALIES, type AnomalyCase } from '../support/anomalies.ts';
import { type NaiveWorld, runNaive } from '../support/oracles/naive-engine.ts';
import { bestFit, firstFit, lowerBound2, makespanBound } from '../support/oracles/packing-bounds.ts';
import { singleSlotStarts } from '../support/oracles/single-slot.ts';
import {
  arbitrarySlotWorld,
  type SimpleScheduler,
  type SimpleWorld,
  slotWorld,
  staysOf,
  tasksOf,
  toPlan,
} from '../support/simple-world.ts';
import { forEachWorld, lastEnd, type Suite, starts } from './suite.ts';

/** Schedulers that decide exactly as a rule of the naive engine. */
const NAIVE_FITS = {
  'first-fit': 'first',
  'best-fit': 'best',
  'worst-fit': 'worst',
  'ecs-binpack': 'best',
} as const satisfies Partial<Record<SimpleScheduler, NaiveWorld['fit']>>;
type NaiveScheduler = keyof typeof NAIVE_FITS;

/** The engine against exact recursions and the naive engine. */
export function defineOracles(suite: Suite): void {
  const { run, schedulers, parameters } = suite;

  test.each(schedulers)(
    'single-slot instances, and one instance with slots, start as the recursion says: %s',
    (scheduler) => {
      fc.assert(
        fc.property(arbitrarySlotWorld, (slots) => {
          const expected = singleSlotStarts(slots.servers, slots.jobs);
          for (const layout of ['apart', 'together'] as const) {
            const { log } = run(toPlan(slotWorld(slots, layout, scheduler)));
            expect(starts(staysOf(log)), layout).toEqual(expected);
          }
        }),
        parameters,
      );
    },
  );

  const naive = Object.keys(NAIVE_FITS) as readonly NaiveScheduler[];
  forEachWorld(
    // 500 worlds in all, whatever the other properties take.
    { ...suite, parameters: { seed: 7, numRuns: Math.max(125, parameters.numRuns) } },
    'each task runs where and when the naive engine says',
    (world) => {
      const { log } = run(toPlan(world));
      const expected = runNaive(naiveWorld(world)).map(
        (stay) => stay && { instance: stay.node + 1, startMs: stay.startMs, endMs: stay.endMs },
      );
      expect(staysOf(log)).toEqual(expected);
    },
    naive,
  );

  forEachWorld(suite, 'every task ends after exactly its runtime', (world) => {
    const stays = staysOf(run(toPlan(world)).log);
    expect(stays.map((stay) => stay && stay.endMs! - stay.startMs)).toEqual(
      tasksOf(world).map(({ runtimeMs }) => runtimeMs),
    );
  });
}

/** The engine against bounds that no schedule beats, and anomalies that it must show. */
export function defineBounds(suite: Suite): void {
  const { run, schedulers } = suite;

  const packers = { 'first-fit': firstFit, 'best-fit': bestFit, 'ecs-binpack': bestFit } as const;
  const packing = (Object.keys(packers) as readonly (keyof typeof packers)[]).filter((name) =>
    schedulers.includes(name),
  );
  test.each(packing)(
    'tasks that never leave fill as many instances as the packer opens bins: %s',
    (scheduler) => {
      const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 25 });
      fc.assert(
        fc.property(sizes, (items) => {
          const world: SimpleWorld = {
            instances: items.map(() => ({ cpu: 20, memoryMiB: 20 * 512 })),
            batches: items.map((cpu) => ({ cpu, memoryMiB: 256, submitMs: 0, runtimeMs: HOUR, count: 1 })),
            scheduler,
            queue: 'strict',
          };
          const used = new Set(staysOf(run(toPlan(world)).log).map((stay) => stay?.instance));
          expect(used.size).toBe(packers[scheduler](items, 20));
          expect(used.size).toBeGreaterThanOrEqual(lowerBound2(items, 20));
        }),
        suite.parameters,
      );
    },
  );

  const byFit = { first: ['first-fit'], best: ['best-fit', 'ecs-binpack'], worst: ['worst-fit'] } as const;
  const cases = ANOMALIES.flatMap((anomaly) =>
    byFit[anomaly.fit]
      .filter((scheduler) => schedulers.includes(scheduler))
      .map((scheduler) => ({ ...anomaly, scheduler })),
  );
  test.each(cases)(
    '$scheduler, $queue queue: $name makes everything end later',
    ({ scheduler, queue, base, changed }) => {
      for (const one of [base, changed]) {
        const { log } = run(toPlan(anomalyWorld(one, scheduler, queue)));
        expect(lastEnd(staysOf(log))).toBe(one.makespan * SECOND);
      }
    },
  );

  forEachWorld(suite, 'nothing ends before the makespan bound', (world) => {
    const stays = staysOf(run(toPlan(world)).log);
    const tasks = tasksOf(world).map((task) => ({ ...task, sizes: [task.cpu, task.memoryMiB] }));
    const totals = [
      world.instances.reduce((sum, { cpu }) => sum + cpu, 0),
      world.instances.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
    ];
    expect(lastEnd(stays)).toBeGreaterThanOrEqual(makespanBound(tasks, totals));
  });

  test.each(schedulers)(
    'MR-11 single-slot: more servers or shorter tasks start nothing later: %s',
    (scheduler) => {
      const shorter = fc.tuple(arbitrarySlotWorld, fc.nat(3), fc.integer({ min: 1, max: 4 }));
      fc.assert(
        fc.property(shorter, ([slots, more, divisor]) => {
          const before = starts(staysOf(run(toPlan(slotWorld(slots, 'apart', scheduler))).log));
          const jobs = slots.jobs.map((one) => ({ ...one, runtimeMs: Math.ceil(one.runtimeMs / divisor) }));
          const eased = slotWorld({ servers: slots.servers + more, jobs }, 'apart', scheduler);
          const after = starts(staysOf(run(toPlan(eased)).log));
          expect(after.filter((startMs, task) => startMs! > before[task]!)).toEqual([]);
        }),
        { ...suite.parameters, numRuns: Math.ceil(suite.parameters.numRuns / 2) },
      );
    },
  );
}

function naiveWorld(world: SimpleWorld): NaiveWorld {
  return {
    nodes: world.instances.map(({ cpu, memoryMiB }) => [cpu, memoryMiB]),
    tasks: tasksOf(world).map(({ cpu, memoryMiB, ...times }) => ({ ...times, sizes: [cpu, memoryMiB] })),
    queue: world.queue,
    fit: NAIVE_FITS[world.scheduler as NaiveScheduler],
  };
}

function anomalyWorld(
  one: AnomalyCase,
  scheduler: SimpleScheduler,
  queue: SimpleWorld['queue'],
): SimpleWorld {
  return {
    instances: one.nodes.map((cpu) => ({ cpu, memoryMiB: 16_384 })),
    batches: one.tasks.map(([cpu, duration]) => ({
      cpu,
      memoryMiB: 256,
      submitMs: 0,
      runtimeMs: duration * SECOND,
      count: 1,
    })),
    scheduler,
    queue,
  };
}
