import { expect, test } from 'vitest';
import { INSTANCE_STATE } from '../../../src/model/cluster-view.ts';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { createCluster, type TaskSpec } from '../../support/cluster-builder.ts';
import { constantDraws } from '../../support/draws.ts';
import { optionsOf } from '../../support/laws.ts';

const shape = { cpu: 4000, memoryMiB: 8192 };

function createScene() {
  const cluster = createCluster({ resources: kubernetesResourceTable([]) });
  const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, {}));
  const decide = (spec: TaskSpec) => {
    const task = cluster.submit(cluster.taskClass(spec));
    const slot = scheduler.decide({ view: cluster.store, task, random: constantDraws(0), nowMs: 0 });
    return slot < 0 ? 'none' : cluster.store.instanceName(slot);
  };
  return { cluster, decide };
}

test('FastCycle forgets what it knew of an instance when its slot gets another one', () => {
  const { cluster, decide } = createScene();
  const wantsPool = { where: { pool: 'x' } };
  cluster.leave(cluster.join({ ...shape, name: 'first', labels: { pool: 'x' } }));
  cluster.join({ ...shape, name: 'second', labels: { pool: 'x' } });
  expect(decide(wantsPool)).toBe('second');
  cluster.leave(cluster.slot('second'));
  expect(cluster.join({ ...shape, name: 'third' })).toBe(0);
  expect(decide(wantsPool)).toBe('none');
});

test('FastCycle notices that an instance is drained, and that it is not any longer', () => {
  const { cluster, decide } = createScene();
  const slot = cluster.join({ ...shape, name: 'a' });
  expect(decide({})).toBe('a');
  cluster.drain(slot);
  expect(decide({})).toBe('none');
  cluster.store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
  expect(decide({})).toBe('a');
});

test('FastCycle notices tasks that came and went', () => {
  const { cluster, decide } = createScene();
  const slot = cluster.join({ ...shape, name: 'a' });
  const large = { cpu: 3000 };
  expect(decide(large)).toBe('a');
  const task = cluster.put(cluster.taskClass({ cpu: 2000 }), slot);
  expect(decide(large)).toBe('none');
  cluster.release(task);
  expect(decide(large)).toBe('a');
});

test('FastCycle scores soft taints once the first node has one', () => {
  const { cluster, decide } = createScene();
  cluster.join({ ...shape, name: 'a', taints: [{ key: 'old', value: '', effect: 'PreferNoSchedule' }] });
  cluster.join({ ...shape, name: 'b' });
  // Without the taint both would be equal, and the first of the list would be taken.
  expect(decide({})).toBe('b');
});
