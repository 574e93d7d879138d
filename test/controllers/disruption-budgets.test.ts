import { expect, test } from 'vitest';
import { DisruptionBudgets } from '../../src/controllers/disruption-budgets.ts';
import type { DisruptionBudgetPlan } from '../../src/model/plan.ts';
import { createCluster } from '../support/cluster-builder.ts';

const plan = (rest: Partial<DisruptionBudgetPlan>): DisruptionBudgetPlan => ({
  name: 'budget',
  namespace: 'default',
  selector: { matchLabels: { app: 'web' } },
  rule: 'minAvailable',
  amount: 1,
  isPercent: false,
  ...rest,
});

/** A service that wants 5: three pods run, one starts up, one waits; and a pod of another. */
function createPods() {
  const cluster = createCluster({});
  const { store } = cluster;
  const slot = cluster.join({ cpu: 8000, memoryMiB: 8192 });
  const web = cluster.taskClass({ group: 'web', labels: { app: 'web' } });
  const running = [0, 1, 2].map(() => cluster.put(web, slot));
  for (const task of running) store.startRunning(task, 1);
  cluster.put(web, slot);
  const waiting = cluster.submit(web);
  const other = cluster.taskClass({ group: 'other', labels: { app: 'other' } });
  store.startRunning(cluster.put(other, slot), 1);
  return { store, web, running, waiting };
}

test.each<[string, Partial<DisruptionBudgetPlan>, number]>([
  // 3 healthy
  ['minAvailable 1', { amount: 1 }, 2],
  ['minAvailable 3', { amount: 3 }, 0],
  ['minAvailable 9', { amount: 9 }, 0],
  // ceil(5 * 50 / 100) = 3 must be healthy; ceil(5 * 21 / 100) = 2
  ['minAvailable 50 %', { amount: 50, isPercent: true }, 0],
  ['minAvailable 21 %', { amount: 21, isPercent: true }, 1],
  // 5 - 3 = 2 must be healthy; 5 - ceil(5 * 41 / 100) = 2
  ['maxUnavailable 3', { rule: 'maxUnavailable', amount: 3 }, 1],
  ['maxUnavailable 41 %', { rule: 'maxUnavailable', amount: 41, isPercent: true }, 1],
  ['a selector of nobody', { selector: { matchLabels: { app: 'nobody' } } }, 0],
  ['another namespace', { namespace: 'kube-system' }, 0],
])('DisruptionBudgets: of 5 wanted pods 3 are healthy, %s allows %#', (_name, rest, allowed) => {
  const { store, web } = createPods();
  const budgets = new DisruptionBudgets(store, [plan(rest)]);
  budgets.desired(web.groupId, 5);
  expect(budgets.now()[0]!.disruptionsAllowed).toBe(allowed);
});

test('DisruptionBudgets: an evicted pod is not healthy, and pods nobody wants replicas of count for none', () => {
  const { store, web, running, waiting } = createPods();
  const budgets = new DisruptionBudgets(store, [
    plan({ amount: 1 }),
    plan({ rule: 'maxUnavailable', amount: 5 }),
  ]);
  const allowed = () => budgets.now().map(({ disruptionsAllowed }) => disruptionsAllowed);
  expect(allowed()).toEqual([2, 0]);
  budgets.desired(web.groupId, 5);
  expect(allowed()).toEqual([2, 3]);
  store.evict(running[0]!, waiting, 30, 5);
  expect(allowed()).toEqual([1, 2]);
});
