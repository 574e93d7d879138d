import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANOMALIES, type AnomalyCase } from '../anomalies.ts';
import { listSchedule } from './list-schedule.ts';
import { makespan, type NaiveWorld, runNaive } from './naive-engine.ts';
import { makespanBound } from './packing-bounds.ts';
import { singleSlotStarts } from './single-slot.ts';

describe('listSchedule()', () => {
  // Graham's anomaly: 1 before 9, 4 before 5 to 8 (counted from 1).
  const durations = [3, 2, 2, 2, 4, 4, 4, 4, 9];
  const graham = (shorten = 0, dropped: readonly number[] = []) =>
    durations.map((duration, index) => {
      if (index === 8) return { duration: duration - shorten, after: [0] };
      const needs = index >= 4 && !dropped.includes(index);
      return { duration: duration - shorten, after: needs ? [3] : [] };
    });

  test.each([
    { name: 'three machines', jobs: graham(), machines: 3, end: 12 },
    { name: 'a fourth machine', jobs: graham(), machines: 4, end: 15 },
    { name: 'every job shorter by one', jobs: graham(1), machines: 3, end: 13 },
    { name: 'two precedences less', jobs: graham(0, [4, 5]), machines: 3, end: 16 },
  ])("Graham's nine jobs end at $end with $name", ({ jobs, machines, end }) => {
    expect(listSchedule(jobs, machines)).toBe(end);
  });

  test('independent jobs end within (2 − 1/m) times the lower bound of the best schedule', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        (runtimes, m) => {
          const end = listSchedule(
            runtimes.map((duration) => ({ duration })),
            m,
          );
          const longest = Math.max(...runtimes);
          const work = runtimes.reduce((sum, runtime) => sum + runtime, 0) / m;
          expect(end).toBeGreaterThanOrEqual(Math.max(longest, work));
          expect(end).toBeLessThanOrEqual(work + (1 - 1 / m) * longest + 1e-9);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('runNaive()', () => {
  test.each(ANOMALIES)(
    '$fit fit, $queue queue: $name makes it end later',
    ({ fit, queue, base, changed }) => {
      const run = ({ nodes, tasks }: AnomalyCase) =>
        makespan(
          runNaive({
            nodes: nodes.map((node) => [node]),
            tasks: tasks.map(([size, runtimeMs]) => ({ submitMs: 0, runtimeMs, sizes: [size] })),
            queue,
            fit,
          }),
        );
      expect(run(base)).toBe(base.makespan);
      expect(run(changed)).toBe(changed.makespan);
      expect(changed.makespan).toBeGreaterThan(base.makespan);
    },
  );

  const jobs = fc.array(fc.record({ submitMs: fc.nat(50), runtimeMs: fc.integer({ min: 1, max: 30 }) }), {
    minLength: 1,
    maxLength: 30,
  });

  test.each(['first', 'best', 'worst'] as const)(
    '%s fit on one-slot nodes starts as singleSlotStarts() says',
    (fit) => {
      fc.assert(
        fc.property(
          jobs,
          fc.integer({ min: 1, max: 5 }),
          fc.constantFrom('strict', 'skip'),
          (unsorted, servers, queue) => {
            const sorted = [...unsorted].sort((a, b) => a.submitMs - b.submitMs);
            const tasks = sorted.map((job) => ({ ...job, sizes: [1] }));
            const expected = singleSlotStarts(servers, sorted);
            const apart: NaiveWorld = {
              nodes: Array.from({ length: servers }, () => [1]),
              tasks,
              queue,
              fit,
            };
            const together: NaiveWorld = { nodes: [[servers]], tasks, queue, fit };
            expect(runNaive(apart).map((run) => run?.startMs)).toEqual(expected);
            expect(runNaive(together).map((run) => run?.startMs)).toEqual(expected);
          },
        ),
        { seed: 1, numRuns: 100 },
      );
    },
  );

  test('never ends before the makespan bound', () => {
    fc.assert(
      fc.property(
        jobs,
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 30, maxLength: 30 }),
        (unsorted, sizes) => {
          const sorted = [...unsorted].sort((a, b) => a.submitMs - b.submitMs);
          const tasks = sorted.map((job, index) => ({ ...job, sizes: [sizes[index]!] }));
          const runs = runNaive({ nodes: [[4], [4]], tasks, queue: 'skip', fit: 'best' });
          expect(makespan(runs)).toBeGreaterThanOrEqual(makespanBound(tasks, [8]));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  test('a task that no node can hold never runs, and blocks nobody', () => {
    const tasks = [
      { submitMs: 0, runtimeMs: 5, sizes: [9] },
      { submitMs: 0, runtimeMs: 5, sizes: [1] },
    ];
    const runs = runNaive({ nodes: [[4]], tasks, queue: 'strict', fit: 'first' });
    expect(runs).toEqual([null, { node: 0, startMs: 0, endMs: 5 }]);
  });
});

describe('singleSlotStarts()', () => {
  test('serves in order of submission on the server that is free first', () => {
    // two servers: 0-10 and 0-3; the third takes the second server at 3, the fourth comes late, the fifth waits for 10
    const jobs = [
      { submitMs: 0, runtimeMs: 10 },
      { submitMs: 0, runtimeMs: 3 },
      { submitMs: 1, runtimeMs: 20 },
      { submitMs: 2, runtimeMs: 1 },
      { submitMs: 50, runtimeMs: 1 },
    ];
    expect(singleSlotStarts(2, jobs)).toEqual([0, 0, 3, 10, 50]);
  });
});
