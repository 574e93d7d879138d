import { expect, test } from 'vitest';
import type { TaskRow } from '../../../src/experiment/result.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { ECS_BINPACK, KUBERNETES, sampleRun } from '../../support/results.ts';

const RUN = sampleRun(ECS_BINPACK);
const ROWS = [...RUN.tasks()];

test('framesOf() keeps everything when there is room', () => {
  const frames = framesOf(RUN, 400);
  expect(frames.attempts.length).toBe(400);
  expect(frames.thinning).toEqual({ keptEvery: 1, instances: 41, attempts: 400, untilMs: null });
});

test('framesOf() keeps some instances with all their tasks when there is not', () => {
  // 38 instances hold 400 tasks: 0 to 19 hold 11 each, the others 10. Every fourth: 0, 4, ..., 16 and 20, ..., 36
  // are 5 × 11 + 5 × 10 = 105; every third: 0, 3, ..., 18 and 21, ..., 36 are 7 × 11 + 6 × 10 = 137.
  const frames = framesOf(RUN, 110);
  expect(frames.thinning).toEqual({ keptEvery: 4, instances: 41, attempts: 400, untilMs: null });
  expect(frames.attempts.length).toBe(105);
  expect(frames.instances.names).toHaveLength(11);
  for (const [index, name] of frames.instances.names.entries()) {
    const own = ROWS.filter(({ instance }) => instance === name).length;
    expect(frames.attempts.instance.filter((instance) => instance === index)).toHaveLength(own);
  }
});

test('framesOf() cuts in time what one instance alone has too much of, and says when', () => {
  const tasks = () => ROWS.map((row): TaskRow => ({ ...row, instance: 'i-0000' }));
  const { attempts, thinning } = framesOf({ ...RUN, tasks }, 100);
  expect(attempts.length).toBe(100);
  expect(thinning.untilMs).toBe(ROWS[100]!.placedMs);
});

test('framesOf() puts tasks without room last', () => {
  const { attempts } = framesOf(sampleRun(KUBERNETES));
  expect([...attempts.instance.slice(-7)]).toEqual(new Array(7).fill(-1));
  expect([...attempts.placedMs.slice(-8)].filter(Number.isFinite)).toHaveLength(1);
});

test('framesOf() lets an attempt wait since the end of the one before', () => {
  const [row] = ROWS;
  const first = {
    ...row!,
    attempt: 0,
    submitMs: 1,
    placedMs: 5,
    runningMs: 6,
    endMs: 9,
    outcome: 'interrupted',
  };
  const second = { ...first, attempt: 1, placedMs: 12, runningMs: null, endMs: null, outcome: 'starting' };
  const { attempts } = framesOf({ ...RUN, tasks: () => [first, second] });
  expect([...attempts.waitFromMs]).toEqual([1, 9]);
});
