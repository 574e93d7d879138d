import { expect, test } from 'vitest';
import { waitCurve, waitCurveSvg } from '../../src/report/wait-curve.ts';
import { ECS_BINPACK, sampleRun } from '../support/results.ts';

const [ROW] = sampleRun(ECS_BINPACK).tasks();
const row = (task: string, waitS: number | null) => ({
  ...{ ...ROW!, task, submitMs: 1000, placedMs: waitS === null ? null : 1000 + waitS * 1000 },
});

test('waitCurve() has the share of tasks that found room up to each wait', () => {
  // Of four that were placed: one after 0 s, two within 5 s, four within 60 s.
  const { points } = waitCurve('a', 0, [
    row('1', 60),
    row('2', 0),
    row('3', 60),
    row('4', 5),
    row('5', null),
  ]);
  expect(points).toEqual([
    [0, 0.25],
    [5, 0.5],
    [60, 0.75],
    [60, 1],
  ]);
});

test('waitCurve() takes the first attempt of each task', () => {
  const again = { ...row('1', 500), attempt: 1 };
  expect(waitCurve('a', 0, [row('1', 3), again, row('2', 4)]).points).toEqual([
    [3, 0.5],
    [4, 1],
  ]);
});

test('waitCurve() thins long runs to steps of equal height, the last the longest wait', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => row(String(index), index / 100));
  const { points } = waitCurve('a', 0, rows);
  expect(points).toHaveLength(200);
  expect(points[0]).toEqual([0.49, 0.005]);
  expect(points.at(-1)).toEqual([99.99, 1]);
});

test('waitCurveSvg() of nothing is still a drawing', () => {
  expect(waitCurveSvg([waitCurve('none', 0, [])])).toContain('none: half within – s');
});
