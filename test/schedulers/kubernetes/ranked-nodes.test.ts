import { describe, expect, test } from 'vitest';
import { INSTANCE_STATE } from '../../../src/model/cluster-view.ts';
import { type Selection, selectHost } from '../../../src/schedulers/kubernetes/host-selection.ts';
import { RankedNodes } from '../../../src/schedulers/kubernetes/ranked-nodes.ts';
import { createCluster } from '../../support/cluster-builder.ts';
import { constantDraws } from '../../support/draws.ts';

const NOTHING_DRAWN = constantDraws(0);

/** Nodes with these totals, in slots that count down from `count`, so that a slot is no position. */
function rank(totals: readonly number[], selection: Selection, wrapAt = totals.length) {
  const cluster = createCluster();
  for (const _ of totals) cluster.join({ cpu: 1000, memoryMiB: 1024 });
  const count = totals.length;
  const slots = Int32Array.from(totals, (_, i) => count - 1 - i);
  const nodes = { slots, totals: Float64Array.from(totals), count, wrapAt };
  const found = { slots, instanceIds: cluster.store.instanceId };
  const chosen = selectHost(nodes.totals, count, wrapAt, selection, NOTHING_DRAWN, found);
  const ranked = new RankedNodes(selection);
  ranked.keep(nodes, slots[chosen]!, cluster.store);
  const take = () => {
    const slot = ranked.take(cluster.store, NOTHING_DRAWN);
    return slot < 0 ? slot : count - 1 - slot;
  };
  const takeAll = () => Array.from({ length: ranked.count }, take);
  return { cluster, ranked, chosen, take, takeAll };
}

describe('RankedNodes', () => {
  // Popped one after the other by container/heap of go1.26.8.
  test.each([
    { totals: [10, 10, 10], order: [0, 2, 1] },
    { totals: [10, 10, 10, 10, 10], order: [0, 4, 3, 2, 1] },
    { totals: [1, 10, 10], order: [1, 2, 0] },
    { totals: [1, 2, 10, 10], order: [3, 2, 1, 0] },
    { totals: [5, 7, 10, 10, 10], order: [3, 4, 2, 1, 0] },
    { totals: [9, 9, 9, 9, 10, 10, 10, 10], order: [7, 4, 6, 5, 0, 1, 2, 3] },
    { totals: [3, 3, 3, 3, 3, 3, 3, 3, 3], order: [0, 8, 7, 6, 5, 4, 3, 2, 1] },
  ])('gives up $totals in the order in which the heap of Go pops them', ({ totals, order }) => {
    const { chosen, takeAll } = rank(totals, 'heap');
    expect([chosen, ...takeAll()]).toEqual(order);
  });

  test.each([
    // Best first; equals in the order of the node list, which began with index 2.
    { selection: 'first', order: [3, 1, 2, 0] },
    { selection: 'last', order: [1, 3, 0, 2] },
    // The draw 0 takes the first of equals that the search found.
    { selection: 'random', order: [1, 3, 0, 2] },
  ] as const)('gives up equals by the tie rule $selection', ({ selection, order }) => {
    const { chosen, takeAll } = rank([5, 9, 5, 9], selection, 2);
    expect([chosen, ...takeAll()]).toEqual(order);
  });

  test('count tells how many are left, before and after the first was taken', () => {
    const { ranked, take } = rank([3, 2, 1], 'heap');
    expect(ranked.count).toBe(2);
    expect(take()).toBe(1);
    expect(ranked.count).toBe(1);
    ranked.clear();
    expect(ranked.count).toBe(0);
    expect(rank([1], 'heap').ranked.count).toBe(0);
  });

  test('a node that has gone is given up as none, even if another one has its slot', () => {
    const { cluster, take } = rank([3, 2, 1], 'heap');
    cluster.leave(1);
    expect(take()).toBe(-1);
    const reused = rank([3, 2, 1], 'heap');
    reused.cluster.leave(1);
    expect(reused.cluster.join({ cpu: 1000, memoryMiB: 1024 })).toBe(1);
    expect(reused.cluster.store.state[1]).toBe(INSTANCE_STATE.ready);
    expect(reused.takeAll()).toEqual([-1, 2]);
  });

  test('a clone gives up the same nodes, and leaves them where they are', () => {
    const { ranked, cluster, takeAll } = rank([4, 4, 4, 4], 'heap');
    const twin = ranked.clone(cluster.store);
    const foreseen = [0, 1, 2].map(() => 3 - twin.take(cluster.store, NOTHING_DRAWN));
    expect(takeAll()).toEqual(foreseen);
  });
});
