import { describe, expect, test } from 'vitest';
import {
  answerEviction,
  type BudgetedPod,
  syncDisruptionBudget,
} from '../../../src/controllers/kubernetes/disruption-budget.ts';

function pod(name: string, changes: Partial<BudgetedPod> = {}): BudgetedPod {
  return { name, phase: 'Running', ready: { isTrue: true, sinceMs: 0 }, terminating: false, ...changes };
}

describe('syncDisruptionBudget', () => {
  // 5 pods, 30 % may be missing: ceil(1.5) = 2, so 3 have to be healthy.
  test('percentages round up, and a pod whose eviction is under way is not healthy', () => {
    const pods = ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name));
    const state = {
      rule: { maxUnavailable: '30%' },
      pods,
      controllerReplicas: 5,
      disrupted: new Map([['a', 0]]),
    };
    expect(syncDisruptionBudget(state, 60_000)).toMatchObject({
      desiredHealthy: 3,
      currentHealthy: 4,
      disruptionsAllowed: 1,
    });
    // Two minutes later it has not gone: it counts again.
    expect(syncDisruptionBudget(state, 120_001)).toMatchObject({ currentHealthy: 5, disrupted: new Map() });
  });
});

describe('answerEviction', () => {
  const unready = pod('p', { ready: { isTrue: false, sinceMs: 0 } });
  test.each([
    {
      what: 'allowed',
      one: pod('p'),
      allowed: 1,
      healthy: 3,
      policy: 'IfHealthyBudget',
      answer: 'evict-from-budget',
    },
    { what: 'none left', one: pod('p'), allowed: 0, healthy: 3, policy: 'IfHealthyBudget', answer: 'refuse' },
    {
      what: 'pending',
      one: pod('p', { phase: 'Pending' }),
      allowed: 0,
      healthy: 3,
      policy: 'IfHealthyBudget',
      answer: 'evict',
    },
    {
      what: 'ended',
      one: pod('p', { phase: 'Failed' }),
      allowed: 0,
      healthy: 3,
      policy: 'IfHealthyBudget',
      answer: 'evict',
    },
    {
      what: 'not ready, enough others',
      one: unready,
      allowed: 0,
      healthy: 3,
      policy: 'IfHealthyBudget',
      answer: 'evict',
    },
    {
      what: 'not ready, too few others',
      one: unready,
      allowed: 0,
      healthy: 2,
      policy: 'IfHealthyBudget',
      answer: 'refuse',
    },
    {
      what: 'not ready, always allowed',
      one: unready,
      allowed: 0,
      healthy: 2,
      policy: 'AlwaysAllow',
      answer: 'evict',
    },
  ] as const)('$what: $answer', ({ one, allowed, healthy, policy, answer }) => {
    const status = { disruptionsAllowed: allowed, currentHealthy: healthy, desiredHealthy: 3 };
    expect(answerEviction(one, status, policy)).toBe(answer);
  });
});
