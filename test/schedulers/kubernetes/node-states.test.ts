import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TASK_END } from '../../../src/model/cluster-view.ts';
import { NodeRows } from '../../../src/schedulers/kubernetes/node-rows.ts';
import { CHANGES_KEPT, NodeStates } from '../../../src/schedulers/kubernetes/node-states.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { createCluster } from '../../support/cluster-builder.ts';

const CLOSED = 0;

function createScene(shapes: readonly { cpu: number; memoryMiB: number; slots: number }[]) {
  const cluster = createCluster({ resources: kubernetesResourceTable([]) });
  const { store } = cluster;
  const rows = new NodeRows(store);
  const states = new NodeStates(store, rows);
  const classes = [
    cluster.taskClass({ cpu: 100, memoryMiB: 100, slots: 1 }),
    cluster.taskClass({ cpu: 200, memoryMiB: 100, slots: 1 }),
  ];
  const refresh = (slot: number) => {
    rows.ensure();
    rows.update(slot);
    states.ensure();
    states.changed(slot);
  };
  for (const shape of shapes) refresh(cluster.join(shape));
  return { cluster, store, states, classes, refresh };
}

test('NodeStates tell nodes apart by what they offer and what is taken, and by nothing else', () => {
  const shape = { cpu: 1000, memoryMiB: 1000, slots: 10 };
  const { cluster, states, classes, refresh } = createScene([shape, shape, { ...shape, cpu: 2000 }, shape]);
  expect(states.at(0)).toBe(states.at(1));
  expect(states.at(2)).not.toBe(states.at(0));
  // Two of 100m on one node, one of 200m on the other, and memory for another one.
  for (const slot of [0, 0, 1]) cluster.put(classes[slot === 0 ? 0 : 1]!, slot);
  cluster.put(cluster.taskClass({ memoryMiB: 100, slots: 1 }), 1);
  for (const slot of [0, 1]) refresh(slot);
  expect(states.at(0)).toBe(states.at(1));
  expect(states.at(0)).not.toBe(states.at(3));
});

test('NodeStates know one state of nodes that take no more pods', () => {
  const { cluster, store, states, classes, refresh } = createScene([
    { cpu: 1000, memoryMiB: 1000, slots: 1 },
    { cpu: 5000, memoryMiB: 2000, slots: 2 },
  ]);
  expect([states.at(0), states.at(1)]).not.toContain(CLOSED);
  const task = cluster.put(classes[0]!, 0);
  cluster.drain(1);
  for (const slot of [0, 1]) refresh(slot);
  expect([states.at(0), states.at(1)]).toEqual([CLOSED, CLOSED]);
  store.endTask(task, TASK_END.succeeded, 0);
  refresh(0);
  expect(states.at(0)).not.toBe(CLOSED);
});

test('NodeStates give one number to each state, whatever came before, and remember which nodes changed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ slot: fc.nat({ max: 6 }), leave: fc.boolean(), class: fc.nat({ max: 1 }) }), {
        minLength: 300,
        maxLength: 300,
      }),
      (steps) => {
        const shape = { cpu: 100_000, memoryMiB: 100_000, slots: 200 };
        const { cluster, store, states, classes, refresh } = createScene(Array(7).fill(shape));
        const textOf = new Map<number, string>();
        const stateOf = new Map<string, number>();
        for (const { slot, leave, class: picked } of steps) {
          const task = store.firstTask[slot]!;
          if (leave && task >= 0) store.endTask(task, TASK_END.succeeded, 0);
          else cluster.put(classes[picked]!, slot);
          refresh(slot);
          expect(states.log[(states.changes - 1) % CHANGES_KEPT]).toBe(slot);
          const text = [0, 1].map((lane) => store.requested[lane]![slot]).join();
          const state = states.at(slot);
          textOf.set(state, textOf.get(state) ?? text);
          stateOf.set(text, stateOf.get(text) ?? state);
          expect([textOf.get(state), stateOf.get(text)]).toEqual([text, state]);
        }
        expect(stateOf.size).toBeGreaterThan(30);
      },
    ),
    { seed: 1, numRuns: 3, endOnFailure: true },
  );
});

test('NodeStates forget all states when they are too many for so many nodes, and say so', () => {
  const { cluster, states, classes, refresh } = createScene([
    { cpu: 10_000_000, memoryMiB: 10_000_000, slots: 100_000 },
  ]);
  for (let n = 0; n < 16_384; n++) {
    cluster.put(classes[0]!, 0);
    refresh(0);
    states.limit(1);
    expect(states.at(0)).toBe(n + 1);
  }
  const { epoch } = states;
  states.limit(8193);
  expect(states.epoch).toBe(epoch);
  states.limit(8192);
  expect(states.epoch).toBe(epoch + 1);
  expect(states.at(0)).toBe(1);
});
