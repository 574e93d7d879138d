import { expect, test } from 'vitest';
import { planDifferences } from '../../src/experiment/plan-differences.ts';

test('planDifferences() names every place that differs, lists of named things by name', () => {
  const before = {
    horizon: '1d',
    fleet: [{ name: 'pool', type: ['m5.large'], size: { min: 1, max: 5 } }, { name: 'old' }],
    checks: ['a', 'b'],
  };
  const after = {
    horizon: '2d',
    fleet: [{ name: 'new' }, { name: 'pool', type: ['m5.large', 'm6i.large'], size: { min: 1, max: 9 } }],
    checks: ['a'],
    seed: 4,
  };
  expect(planDifferences(before, after)).toEqual([
    { path: 'horizon', before: '1d', after: '2d' },
    { path: 'fleet[pool].type[1]', before: undefined, after: 'm6i.large' },
    { path: 'fleet[pool].size.max', before: 5, after: 9 },
    { path: 'fleet[old]', before: { name: 'old' }, after: undefined },
    { path: 'fleet[new]', before: undefined, after: { name: 'new' } },
    { path: 'checks[1]', before: 'b', after: undefined },
    { path: 'seed', before: undefined, after: 4 },
  ]);
  expect(planDifferences(before, structuredClone(before))).toEqual([]);
});
