import { expect, test } from 'vitest';
import { allowedDisruptions, UNBOUNDED } from '../../../src/controllers/karpenter/budgets.ts';
import type { ClusterNode } from '../../../src/controllers/karpenter/candidates.ts';
import type { NodePool, PoolBudget } from '../../../src/controllers/karpenter/node-pool.ts';
import { HOUR, MINUTE } from '../../../src/units.ts';

const budget = (nodes: number | string, rest: Partial<PoolBudget> = {}): PoolBudget => ({
  nodes,
  reasons: null,
  window: null,
  ...rest,
});

function allowed(budgets: readonly PoolBudget[], nodes: number, rest: { gone?: number; at?: string } = {}) {
  const pool = { name: 'p', budgets } as unknown as NodePool;
  const cluster = Array.from({ length: nodes }, (_, index) => ({
    state: { pool: 'p', initialised: true },
    ready: true,
    deleting: index < (rest.gone ?? 0),
  })) as unknown as ClusterNode[];
  const at = Date.parse(`2026-03-02T${rest.at ?? '10:00:00'}Z`);
  return allowedDisruptions([pool], cluster, 'Empty', at).get('p');
}

test.each([
  // ceil(7 · 10 / 100) = 1, ceil(25 · 10 / 100) = 3
  { budgets: [budget('10%')], nodes: 7, left: 1 },
  { budgets: [budget('10%')], nodes: 25, left: 3 },
  { budgets: [budget('50%'), budget(2)], nodes: 25, left: 2 },
  { budgets: [budget(0, { reasons: ['Drifted'] })], nodes: 5, left: UNBOUNDED },
  { budgets: [budget(0, { reasons: ['Drifted'] }), budget(3)], nodes: 5, left: 3 },
])('allowedDisruptions() of $nodes nodes: $left', ({ budgets, nodes, left }) => {
  expect(allowed(budgets, nodes)).toBe(left);
});

test('allowedDisruptions() takes off nodes that are leaving, and does not go below 0', () => {
  expect(allowed([budget(3)], 9, { gone: 2 })).toBe(1);
  expect(allowed([budget(3)], 9, { gone: 5 })).toBe(0);
});

test.each([
  { at: '08:59:59', left: UNBOUNDED },
  { at: '09:00:00', left: 0 },
  { at: '10:29:59', left: 0 },
  // The last hit exactly its duration ago still counts for nothing: the next one is tomorrow.
  { at: '10:30:00', left: UNBOUNDED },
])('a budget from 9 for an hour and a half leaves $left at $at', ({ at, left }) => {
  const window = { schedule: '0 9 * * *', durationMs: HOUR + 30 * MINUTE };
  expect(allowed([budget(0, { window })], 5, { at })).toBe(left);
});
