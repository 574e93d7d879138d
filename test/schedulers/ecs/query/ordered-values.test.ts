import { describe, expect, test } from 'vitest';
import {
  compareComponents,
  compareTexts,
  readCount,
  readTime,
  readVersion,
} from '../../../../src/schedulers/ecs/query/ordered-values.ts';

describe('readTime()', () => {
  // 2018-06-18T22:28:28Z = 1529360908 s
  test.each([
    ['2018-06-18T22:28:28Z', 1_529_360_908],
    ['2018-06-18T22:28:28', 1_529_360_908],
    ['2018-06-19T00:28:28+02:00', 1_529_360_908],
    ['2018-06-18T17:28:28-05:00', 1_529_360_908],
    ['2018-06-18', 1_529_280_000],
    ['2020-02-29', 1_582_934_400],
  ])('reads %s', (text, seconds) => {
    expect(readTime(text)).toEqual([BigInt(seconds) * 1000n]);
  });

  test.each([
    '2018-02-30',
    '2018-2-13',
    '2018-02-13T25:00:00',
    '2018-02-13T00:00',
    '2018-02-13 00:00:00',
    'today',
    '',
  ])('refuses %s', (text) => {
    expect(readTime(text)).toBeUndefined();
  });
});

test.each([
  ['1.9.0', '1.14.5', -1],
  ['1.14', '1.14.0', 0],
  ['2', '1.999', 1],
] as const)('compareComponents() of versions %s and %s: %s', (left, right, order) => {
  expect(compareComponents(readVersion(left)!, readVersion(right)!)).toBe(order);
});

test.each([
  // numbers by value, exactly
  ['10', '9', 1],
  ['1.50', '1.5', 0],
  ['+1.4', '1.40000000000000000001', -1],
  ['-3', '2', -1],
  // else by code unit
  ['10', 'ten', -1],
  ['9', '10x', 1],
  ['Prod', 'prod', -1],
] as const)('compareTexts() of %s and %s: %s', (left, right, order) => {
  expect(compareTexts(left, right)).toBe(order);
});

test('readCount() and readVersion() read whole numbers only', () => {
  expect([readCount('-1'), readCount('01'), readCount('1.0'), readCount('')]).toEqual([
    [-1n],
    [1n],
    undefined,
    undefined,
  ]);
  expect([readVersion('1..2'), readVersion('v1'), readVersion('')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
