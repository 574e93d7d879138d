import { describe, expect, test } from 'vitest';
import { FIRST_FIT, job, plan, template } from '../support/plans.ts';
import { play } from '../support/play.ts';

describe('a run without its warm-up', () => {
  // One place. A hundred tasks at 0 keep it busy for 1,000 s; then one every 20 s, for 10 s each: nobody waits.
  const whole = template({ cpuMilli: 4000 });
  const jobs = [
    job('backlog', { count: 100, runS: 10, template: whole }),
    job('steady', {
      at: Array.from({ length: 400 }, (_, index) => 1000 + 20 * index),
      runS: 10,
      template: whole,
    }),
  ];
  const workload = plan({ jobs }, { horizonS: 10_000 });

  test('leaves out what was submitted before the given time', () => {
    const { summary } = play(workload, FIRST_FIT, { warmUp: { fromMs: 1_000_000 } }).result;
    expect(summary.metrics['wait.max']).toBe(0);
    expect(summary.metrics['response.mean']).toBe(10);
    expect(summary.warmUp).toEqual({
      method: 'given',
      fromMs: 1_000_000,
      tasksLeftOut: 100,
      isTooShort: false,
      waitMeanHalfWidthS: 0,
    });
    // Everything else is of the whole run.
    expect(summary.metrics['tasks.succeeded']).toBe(500);
  });

  test('finds the time by itself', () => {
    const { summary } = play(workload, FIRST_FIT, { warmUp: 'auto' }).result;
    expect(summary.warmUp).toMatchObject({
      method: 'mser-5',
      fromMs: 1_000_000,
      tasksLeftOut: 100,
      isTooShort: false,
    });
    expect(summary.metrics['wait.mean']).toBe(0);
  });

  test('cuts nothing where there are too few tasks to see anything, and says so', () => {
    const { summary } = play(plan({ jobs: [job('few', { count: 8 })] }), FIRST_FIT, {
      warmUp: 'auto',
    }).result;
    expect(summary.warmUp).toMatchObject({ tasksLeftOut: 0, isTooShort: true, waitMeanHalfWidthS: null });
  });

  test('is as before when nothing is left out', () => {
    const before = play(workload).result.summary.metrics;
    expect(play(workload, FIRST_FIT, { warmUp: { fromMs: 0 } }).result.summary.metrics).toEqual(before);
    // 0, 10, ... 990 s for the backlog, 0 for the others: 49,500 / 500
    expect(before['wait.mean']).toBe(99);
  });
});
