import { describe, expect, test } from 'vitest';
import { HOUR } from '../../src/units.ts';
import { FIRST_FIT, group, job, plan, platform, seconds, template } from '../support/plans.ts';
import { play, taskLines } from '../support/play.ts';

describe('Jobs', () => {
  test('each arrival brings its tasks, each with the runtime and start-up of its template', () => {
    const grading = job('grading', {
      at: [1, 5],
      count: 2,
      runS: 10,
      template: template({ startup: seconds(2) }),
    });
    expect(taskLines(play(plan({ jobs: [grading] })))).toEqual([
      'grading/0 i-0000001 1 > 3 > 13 succeeded',
      'grading/1 i-0000001 1 > 3 > 13 succeeded',
      'grading/2 i-0000001 5 > 7 > 17 succeeded',
      'grading/3 i-0000001 5 > 7 > 17 succeeded',
    ]);
  });

  test('arrivals at the horizon and after it stay out', () => {
    const run = play(plan({ jobs: [job('late', { at: [0, 59, 60, 61] })] }, { horizonS: 60 }));
    expect(taskLines(run)).toEqual([
      'late/0 i-0000001 0 > 0 > 10 succeeded',
      'late/1 i-0000001 59 > 59 > - running',
    ]);
  });

  test('jobs of one instant come in the order of the plan', () => {
    const all = template({ cpuMilli: 4000 });
    const run = play(plan({ jobs: [job('b', { template: all }), job('a', { template: all })] }));
    expect(taskLines(run)).toEqual([
      'b/0 i-0000001 0 > 0 > 10 succeeded',
      'a/1 i-0000001 10 > 10 > 20 succeeded',
    ]);
  });

  test('the n-th task is the same one on every platform and in every company', () => {
    const random = job('random', {
      arrivals: { kind: 'poisson', steps: [{ atMs: 0, perHour: 60 }], repeatMs: null },
      runtime: { kind: 'exponential', meanMs: 60_000 },
      template: template({ startup: { kind: 'uniform', minMs: 0, maxMs: 9000 } }),
    });
    const lived = (run: ReturnType<typeof play>) =>
      [...run.result.tasks()]
        .filter((row) => row.group === 'random' && row.endMs !== null)
        .map((row) => [row.submitMs, row.runningMs! - row.placedMs!, row.endMs! - row.runningMs!]);
    const alone = lived(play(plan({ jobs: [random] }, { fleet: [group(50)] })));
    const crowd = [job('crowd', { at: [0, 3, 600], count: 30, runS: 100 }), random];
    const crowded = lived(play(plan({ jobs: crowd }, { fleet: [group(50)] }), platform('ecs')));
    expect(alone.length).toBeGreaterThan(30);
    expect(crowded).toEqual(alone);
  });

  test('another replication is another world', () => {
    const random = job('random', {
      arrivals: { kind: 'poisson', steps: [{ atMs: 0, perHour: 60 }], repeatMs: null },
    });
    const submits = (replication: number) =>
      [...play(plan({ jobs: [random] }), FIRST_FIT, { replication }).result.tasks()].map(
        (row) => row.submitMs,
      );
    expect(submits(1)).not.toEqual(submits(0));
    expect(submits(1)).toEqual(submits(1));
  });

  test('a job whose first arrival never comes brings nothing', () => {
    const never = job('never', { arrivals: { kind: 'at', timesMs: [HOUR] } });
    expect(taskLines(play(plan({ jobs: [never] })))).toEqual([]);
  });
});
