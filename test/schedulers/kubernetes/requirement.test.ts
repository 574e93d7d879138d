import { describe, expect, test } from 'vitest';
import { Reader } from '../../../src/schedulers/kubernetes/reader.ts';
import {
  isSatisfied,
  type Operator,
  readLabelSelector,
  readRequirements,
} from '../../../src/schedulers/kubernetes/requirement.ts';

describe('isSatisfied', () => {
  test.each<[operator: Operator, values: string[], value: string | undefined, satisfied: boolean]>([
    ['In', ['a', 'b'], 'b', true],
    ['In', ['a', 'b'], 'c', false],
    ['In', ['a'], undefined, false],
    ['NotIn', ['a'], 'b', true],
    ['NotIn', ['a'], 'a', false],
    ['NotIn', ['a'], undefined, true],
    ['Exists', [], '', true],
    ['Exists', [], undefined, false],
    ['DoesNotExist', [], undefined, true],
    ['DoesNotExist', [], '', false],
    ['Gt', ['5'], '6', true],
    ['Gt', ['5'], '5', false],
    ['Gt', ['5'], '+6', true],
    ['Gt', ['5'], 'six', false],
    ['Gt', ['5'], '', false],
    ['Gt', ['5'], undefined, false],
    ['Lt', ['5'], '-1', true],
    ['Lt', ['5'], '5', false],
    // 2^63 is no 64-bit integer
    ['Gt', ['5'], '9223372036854775808', false],
    ['Gt', ['5'], '9223372036854775807', true],
  ])('%s %j accepts %j: %s', (operator, values, value, satisfied) => {
    expect(isSatisfied({ key: 'k', operator, values }, value)).toBe(satisfied);
  });
});

describe('readRequirements', () => {
  test.each([
    { item: { key: 'k', operator: 'In', values: [] }, message: 'In needs at least one value' },
    { item: { key: 'k', operator: 'Exists', values: ['a'] }, message: 'Exists takes no values' },
    { item: { key: 'k', operator: 'Gt', values: ['-1'] }, message: 'Gt needs one non-negative integer' },
    { item: { key: 'k', operator: 'Gt', values: ['1', '2'] }, message: 'Gt needs one non-negative integer' },
    { item: { operator: 'Exists' }, message: 'needs a key and an operator' },
  ])('tells what is wrong with $item', ({ item, message }) => {
    const reader = new Reader();
    expect(readRequirements(reader, [item], ['x'], true)).toEqual([]);
    expect(reader.problems.map((problem) => problem.message)).toContain(message);
  });

  test('knows Gt for nodes only', () => {
    const reader = new Reader();
    readRequirements(reader, [{ key: 'k', operator: 'Gt', values: ['1'] }], ['x'], false);
    expect(reader.problems[0]).toMatchObject({
      path: ['x', 0, 'operator'],
      validNames: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
    });
  });
});

test('readLabelSelector keeps absent and empty apart', () => {
  const reader = new Reader();
  expect(readLabelSelector(reader, undefined, [])).toBeUndefined();
  expect(readLabelSelector(reader, {}, [])).toEqual([]);
  expect(readLabelSelector(reader, { matchLabels: { app: 'web' } }, [])).toEqual([
    { key: 'app', operator: 'In', values: ['web'] },
  ]);
});
