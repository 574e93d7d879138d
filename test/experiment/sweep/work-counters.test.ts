import { describe, expect, test } from 'vitest';
import { FailedRuns } from '../../../src/experiment/sweep/losses.ts';
import { WorkCounters } from '../../../src/experiment/sweep/work-counters.ts';

/** A process and a thread look at the same memory. */
function pair(threads = 1) {
  const process = WorkCounters.forThreads(threads);
  return { process, thread: new WorkCounters(process.shared) };
}

describe('WorkCounters', () => {
  test('count the runs of all threads, and tell them to stop', () => {
    const { process, thread } = pair(2);
    const [one, two] = [thread.begin(0), thread.begin(10)];
    expect([one.ran(false, false), two.ran(true, false)]).toEqual([false, false]);
    process.stop();
    expect(one.ran(false, false)).toBe(true);
    expect([process.done, process.failed]).toEqual([3, 1]);
  });

  test('time failed runs by the ticks between their ends; those that were found cost nothing', () => {
    const { process, thread } = pair();
    process.tick(1000);
    const chunk = thread.begin(0);
    process.tick(1200);
    chunk.ran(false, false); // 200 ms that were not lost
    process.tick(1500);
    chunk.ran(true, false); // 300 ms
    process.tick(1600);
    chunk.ran(true, true); // as someone had left it
    expect(process.lostRuns).toEqual({ times: 1, ms: 300 });
    expect(process.failed).toBe(2);
  });

  test('lost(): of a thread that has died, the time since its last run; its place is free again', () => {
    const { process, thread } = pair();
    process.tick(100);
    const chunk = thread.begin(42);
    process.tick(400);
    chunk.ran(false, false);
    process.tick(1100);
    expect(process.lost(42)).toBe(700);
    expect(process.lost(42)).toBe(0);
    const other = thread.begin(50);
    expect(() => thread.begin(60)).toThrow('more chunks are in work than there are threads');
    other.end();
    expect(() => thread.begin(60)).not.toThrow();
  });
});

test('FailedRuns.take() tells every failed run once', () => {
  const { process, thread } = pair();
  const failed = new FailedRuns(process);
  expect(failed.take()).toBeNull();
  const chunk = thread.begin(0);
  process.tick(30);
  chunk.ran(true, false);
  expect(failed.take()).toEqual({ what: 'run', times: 1, ms: 30 });
  expect(failed.take()).toBeNull();
  process.tick(50);
  chunk.ran(true, false);
  expect(failed.take()).toEqual({ what: 'run', times: 1, ms: 20 });
});
