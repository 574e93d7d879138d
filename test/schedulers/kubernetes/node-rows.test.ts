import { expect, test } from 'vitest';
import { type Amounts, NodeRows } from '../../../src/schedulers/kubernetes/node-rows.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { createCluster } from '../../support/cluster-builder.ts';

test('NodeRows hold what the columns of the view hold, also when those grow', () => {
  const cluster = createCluster({ resources: kubernetesResourceTable(['example.com/fpga']) });
  const { store } = cluster;
  const taskClass = cluster.taskClass({ cpu: 100, memoryMiB: 10, slots: 1 });
  const rows = new NodeRows(store);
  const at = ({ values, stride, offset }: Amounts, slot: number) => values[slot * stride + offset];
  for (let n = 0; n < 300; n++) {
    const slot = cluster.join({ cpu: 1000 + n, memoryMiB: 1024, slots: 7 });
    rows.ensure();
    rows.update(slot);
    cluster.put(taskClass, n >> 1);
    rows.updateRequested(n >> 1);
  }
  for (let lane = 0; lane < store.resources.laneCount; lane++) {
    for (let slot = 0; slot < store.slotCount; slot++) {
      expect(at(rows.allocatable[lane]!, slot)).toBe(store.allocatable[lane]![slot]);
      expect(at(rows.requested[lane]!, slot)).toBe(store.requested[lane]![slot]);
    }
  }
  // What nearly every pod is about stands in rows, the rest where it is.
  expect(rows.allocatable.map(({ stride }) => stride)).toContain(1);
  expect(rows.requested.filter(({ stride }) => stride > 1)).toHaveLength(5);
});
