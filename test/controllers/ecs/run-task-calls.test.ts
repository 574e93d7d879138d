import { describe, expect, test } from 'vitest';
import type { RunTaskPlan } from '../../../src/model/ecs-run-task.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { GIB, SECOND } from '../../../src/units.ts';
import { checkedEcsRun } from '../../support/checked-ecs-run.ts';
import { group, job, template } from '../../support/plans.ts';

/** On one instance of 4 vCPU and 16 GiB: what ended how, and what is told of RunTask. */
function play(jobs: Plan['workload']['jobs'], runTask: RunTaskPlan, rest: Partial<Plan> = {}) {
  const { run, log } = checkedEcsRun({ jobs }, { runTask }, rest);
  const ends = log.records.flatMap((record) =>
    record.kind === 'ended' ? [`${record.task} ${record.outcome} ${record.timeMs / SECOND}`] : [],
  );
  return { ends, told: run.controllers.summary?.().runTask };
}

const whole = template({ cpuMilli: 4000 });

describe('RunTask that finds no room', () => {
  test('fails at once with the reason, and takes nothing from the others of its call', () => {
    // Room for four of six.
    const { ends, told } = play([job('six', { count: 6 })], { retries: 0, retryDelayMs: 60_000 });
    expect(ends.slice(0, 2)).toEqual(['4 failed 0', '5 failed 0']);
    expect(ends.slice(2)).toEqual(['0 succeeded 10', '1 succeeded 10', '2 succeeded 10', '3 succeeded 10']);
    expect(told).toEqual({
      failures: 2,
      retried: 0,
      dropped: 2,
      reasons: [{ reason: 'RESOURCE:CPU', failures: 2 }],
    });
  });

  test.each([
    // Busy until 100 s. Asked at 0, 60, 120: the third time there is room.
    { retries: 2, ends: ['0 succeeded 100', '1 succeeded 130'], retried: 2, dropped: 0 },
    // Given up after the second failure.
    { retries: 1, ends: ['1 failed 60', '0 succeeded 100'], retried: 1, dropped: 1 },
  ])('is asked for again by its caller, $retries times', ({ retries, ends, retried, dropped }) => {
    const jobs = [job('first', { template: whole, runS: 100 }), job('next', { template: whole })];
    const got = play(jobs, { retries, retryDelayMs: 60_000 });
    expect(got.ends).toEqual(ends);
    expect(got.told).toMatchObject({ failures: 2, retried, dropped });
  });

  test('is told apart by what is short', () => {
    const jobs = [
      job('memory', { template: template({ cpuMilli: 100, memoryBytes: 15.5 * GIB }), runS: 1000 }),
      job('more', { template: template({ cpuMilli: 100, memoryBytes: 2 * GIB }), at: [10, 20] }),
    ];
    const { told } = play(jobs, { retries: 0, retryDelayMs: 1000 }, { fleet: [group(1)] });
    expect(told?.reasons).toEqual([{ reason: 'RESOURCE:MEMORY', failures: 2 }]);
  });
});
