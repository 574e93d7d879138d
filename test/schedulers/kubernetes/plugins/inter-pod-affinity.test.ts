import { expect, test } from 'vitest';
import { kubernetesScheduler } from '../../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { kubernetesResourceTable } from '../../../../src/schedulers/kubernetes/resource-names.ts';
import { createCluster } from '../../../support/cluster-builder.ts';
import { constantDraws } from '../../../support/draws.ts';
import { optionsOf } from '../../../support/laws.ts';

test('InterPodAffinity keeps tasks of a group with distinct instances apart', () => {
  const cluster = createCluster({
    resources: kubernetesResourceTable([]),
    nameLabel: 'kubernetes.io/hostname',
  });
  const slots = [1, 2].map(() => cluster.join({ cpu: 4000, memoryMiB: 8192 }));
  const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, {}));
  const web = cluster.taskClass({ group: 'web', distinctInstance: true });
  const input = (task: number) => ({ view: cluster.store, task, random: constantDraws(0), nowMs: 0 });
  const placed = slots.map(() => {
    const task = cluster.submit(web);
    const slot = scheduler.decide(input(task));
    cluster.store.place(task, slot, 0);
    return slot;
  });
  expect([...placed].sort()).toEqual(slots);
  const third = cluster.submit(web);
  expect(scheduler.explain(input(third)).message).toBe(
    "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.",
  );
  expect(scheduler.decide(input(third))).toBe(-1);
  // Another group is not concerned.
  expect(
    scheduler.decide(input(cluster.submit(cluster.taskClass({ group: 'api', distinctInstance: true })))),
  ).not.toBe(-1);
});
