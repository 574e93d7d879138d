import { expect, test } from 'vitest';
import { stepArea, stepBand, stepLine } from '../../../src/report/charts/paths.ts';

// 100 wide for 4 s, 100 high for a value of 10.
const AREA = { width: 100, height: 100, endMs: 4000, largest: 10 };
const steps = (...values: number[]) => ({ bucketMs: 1000, values });

test('stepLine() holds each value for its stretch', () => {
  expect(stepLine(steps(0, 10, 5, 5), AREA)).toBe('M0 100H25V0H50V50H100');
});

test('stepLine() stops at the end of the run, also when the last stretch is longer', () => {
  expect(stepLine(steps(1, 1, 1, 1, 1), AREA)).toBe('M0 90H100');
});

test('stepArea() closes at zero', () => {
  expect(stepArea(steps(5, 10, 10, 10), AREA)).toBe('M0 50H25V0H100V100H0Z');
});

test('stepBand() goes out along the highest and back along the lowest values', () => {
  expect(stepBand(steps(0, 5, 5, 5), steps(10, 10, 10, 10), AREA)).toBe('M0 0H100V50H75V50H50V50H25V100H0Z');
});

test('stepLine() keeps negative noise inside the box', () => {
  expect(stepLine(steps(-1e-9), AREA)).toBe('M0 100H25');
});
