import { describe, expect, test } from 'vitest';
import { balance } from '../../../../src/schedulers/kubernetes/plugins/node-resources-balanced-allocation.ts';
import { createFixture } from '../fixture.ts';

const columns = (shares: readonly number[]) => ({
  requested: Float64Array.from(shares),
  allocatable: new Float64Array(shares.length).fill(1),
  weights: new Float64Array(shares.length).fill(1),
  count: shares.length,
});

test.each([
  [[], 100],
  [[0.7], 100],
  // |0.5 - 0| / 2 = 0.25
  [[0.5, 0], 75],
  // shares above 1 count as 1: |1 - 0.5| / 2
  [[1.5, 0.5], 75],
  // standard deviation 0.11785
  [[0.5, 0.5, 0.25], 88],
  // (1 - 0.34) * 100 is 65.99999999999999 in doubles
  [[0.68, 0], 65],
])('balance() of the shares %j is %i', (shares, expected) => {
  expect(balance(columns(shares))).toBe(expected);
});

describe('NodeResourcesBalancedAllocation, node 4000m and 8Gi', () => {
  test.each([
    // balance 93 before, 100 after: 50 + floor((50 + 7) / 2) = 78
    {
      used: { cpu: '1', memory: '1Gi' },
      requests: { cpu: '500m', memory: '2Gi' },
      relative: 78,
      absolute: 100,
    },
    // 93, 68: 50 + floor(25 / 2)
    { used: { cpu: '1', memory: '1Gi' }, requests: { cpu: '2' }, relative: 62, absolute: 68 },
    { used: {}, requests: { cpu: '1', memory: '2Gi' }, relative: 75, absolute: 100 },
    { used: {}, requests: { cpu: '2' }, relative: 62, absolute: 75 },
    { used: {}, requests: { cpu: '4' }, relative: 50, absolute: 50 },
  ])('$used taken, $requests wanted', ({ used, requests, relative, absolute }) => {
    const score = (version: string) => {
      const fixture = createFixture([{ name: 'n', cpu: '4', memory: '8Gi' }], { version });
      fixture.bind({ requests: used as Record<string, string> }, 'n');
      return fixture.examine({ requests }).scores('NodeResourcesBalancedAllocation')['n']![0];
    };
    expect({ relative: score('1.36'), absolute: score('1.34') }).toEqual({ relative, absolute });
  });

  test('is left out for a pod without requests', () => {
    const { cycle } = createFixture([{ name: 'n' }]).examine({});
    expect(cycle.preScoreSkipped).toContain('NodeResourcesBalancedAllocation');
    expect(cycle.scores[0]!.map(({ rule }) => rule)).not.toContain('NodeResourcesBalancedAllocation');
  });
});
