import { expect, test } from 'vitest';
import { DisruptionBudgets } from '../../src/controllers/disruption-budgets.ts';
import type { NamedBudget } from '../../src/schedulers/kubernetes/manifests/cluster-policies.ts';
import { createCluster } from '../support/cluster-builder.ts';

const app = (value: string): NamedBudget['selector'] => [{ key: 'app', operator: 'In', values: [value] }];
const budget = (rest: Partial<NamedBudget>): NamedBudget => ({
  name: 'budget',
  namespace: 'default',
  selector: app('web'),
  minAvailable: null,
  maxUnavailable: null,
  unhealthyPods: 'IfHealthyBudget',
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

test.each<[string, Partial<NamedBudget>, number]>([
  // 3 healthy
  ['minAvailable 1', { minAvailable: { pods: 1 } }, 2],
  ['minAvailable 3', { minAvailable: { pods: 3 } }, 0],
  ['minAvailable 9', { minAvailable: { pods: 9 } }, 0],
  // ceil(5 * 50 / 100) = 3 must be healthy; ceil(5 * 21 / 100) = 2
  ['minAvailable 50 %', { minAvailable: { percent: 50 } }, 0],
  ['minAvailable 21 %', { minAvailable: { percent: 21 } }, 1],
  // 5 - 3 = 2 must be healthy; 5 - ceil(5 * 41 / 100) = 2
  ['maxUnavailable 3', { maxUnavailable: { pods: 3 } }, 1],
  ['maxUnavailable 41 %', { maxUnavailable: { percent: 41 } }, 1],
  ['a selector of nobody', { minAvailable: { pods: 0 }, selector: app('nobody') }, 0],
  ['another namespace', { minAvailable: { pods: 0 }, namespace: 'kube-system' }, 0],
])('DisruptionBudgets: of 5 wanted pods 3 are healthy, %s allows %#', (_name, rest, allowed) => {
  const { store, web } = createPods();
  const budgets = new DisruptionBudgets(store, [budget(rest)]);
  budgets.desired(web.groupId, 5);
  expect(budgets.now()[0]!.disruptionsAllowed).toBe(allowed);
});

test('DisruptionBudgets: an evicted pod is not healthy, and pods nobody wants replicas of count for none', () => {
  const { store, web, running, waiting } = createPods();
  const budgets = new DisruptionBudgets(store, [
    budget({ minAvailable: { pods: 1 } }),
    budget({ maxUnavailable: { pods: 5 } }),
  ]);
  const allowed = () => budgets.now().map(({ disruptionsAllowed }) => disruptionsAllowed);
  expect(allowed()).toEqual([2, 0]);
  budgets.desired(web.groupId, 5);
  expect(allowed()).toEqual([2, 3]);
  store.evict(running[0]!, waiting, 30, 5);
  expect(allowed()).toEqual([1, 2]);
});
