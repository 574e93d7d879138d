import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../src/errors.ts';
import { NodeTree, zoneKey } from '../../../src/schedulers/kubernetes/node-order.ts';

function treeOf(...nodes: [node: number, zone: string][]): NodeTree {
  const tree = new NodeTree();
  for (const [node, zone] of nodes) tree.add(node, zone);
  return tree;
}

describe('NodeTree', () => {
  test('goes round the zones and passes over exhausted ones', () => {
    // A = 1 2 3, B = 4, C = 5 6: first of each 1 4 5, second 2 6, third 3
    const tree = treeOf([1, 'A'], [2, 'A'], [4, 'B'], [3, 'A'], [5, 'C'], [6, 'C']);
    expect([...tree.list()]).toEqual([1, 4, 5, 2, 6, 3]);
  });

  test('forgets an empty zone and puts it last when it returns', () => {
    const tree = treeOf([1, 'A'], [2, 'B'], [3, 'C']);
    tree.remove(1);
    tree.add(4, 'A');
    expect([...tree.list()]).toEqual([2, 3, 4]);
  });

  test('a change of zone shows when the next node comes or goes', () => {
    const tree = treeOf([1, 'A'], [2, 'A'], [3, 'B']);
    const before = tree.list();
    tree.update(1, 'B');
    expect(tree.list()).toBe(before);
    tree.add(4, 'A');
    // A = 2 4, B = 3 1
    expect([...tree.list()]).toEqual([2, 3, 4, 1]);
  });

  test('refuses a node twice, and the removal of a stranger', () => {
    const tree = treeOf([1, 'A']);
    expect(() => tree.add(1, 'B')).toThrow(InvariantError);
    expect(() => tree.remove(2)).toThrow(InvariantError);
  });

  test('lists every node exactly once, each zone in order of addition', () => {
    const nodes = fc.array(fc.constantFrom('A', 'B', 'C', ''), { maxLength: 20 });
    fc.assert(
      fc.property(nodes, (zones) => {
        const list = [...treeOf(...zones.map((zone, node) => [node, zone] as [number, string])).list()];
        expect([...list].sort((a, b) => a - b)).toEqual(zones.map((_, node) => node));
        for (const zone of zones) {
          const ofZone = list.filter((node) => zones[node] === zone);
          expect(ofZone).toEqual([...ofZone].sort((a, b) => a - b));
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

test.each([
  [{}, ''],
  [{ 'topology.kubernetes.io/zone': 'z' }, ':\0:z'],
  [{ 'topology.kubernetes.io/region': 'r' }, 'r:\0:'],
  [{ 'failure-domain.beta.kubernetes.io/zone': 'old', 'topology.kubernetes.io/zone': 'z' }, ':\0:old'],
])('zoneKey() of %j is %j', (labels: Record<string, string>, key) => {
  expect(zoneKey({ name: 'n', label: (name) => labels[name], taints: [], unschedulable: false })).toBe(key);
});
