import { expect, test } from 'vitest';
import { type KarpenterPod, demandOf } from '../../../src/controllers/karpenter/pod-demand.ts';
import { SortedPods } from '../../../src/controllers/karpenter/pod-queue.ts';
import { topologyNode } from '../../../src/controllers/karpenter/topology.ts';
import { TopologyCensus } from '../../../src/controllers/karpenter/topology-census.ts';
import { HOSTNAME_LABEL, TopologyGroup } from '../../../src/controllers/karpenter/topology-group.ts';
import type { TaskClass } from '../../../src/model/task-class.ts';

const ZONE = 'topology.kubernetes.io/zone';
const classOf = (groupId: number) =>
  ({ groupId, namespace: 'default', labels: new Map(), requests: [1] }) as unknown as TaskClass;
const [web, api] = [classOf(1), classOf(2)];
let made = 0;
const pod = (taskClass: TaskClass, nodeName: string | null): KarpenterPod => {
  made += 1;
  const none = { required: [], preferred: [] };
  return {
    name: `${made}`,
    uid: `${made}`,
    createdMs: 0,
    spec: {
      taskClass,
      nodeSelector: null,
      nodeAffinity: { required: null, preferred: [] },
      tolerations: [],
      hostPorts: [],
      spread: [],
      podAffinity: none,
      podAntiAffinity: none,
    },
    requests: [1],
    nodeName,
    pending: nodeName === null,
  } as KarpenterPod;
};
const node = (name: string, zone: string | null, pods: readonly KarpenterPod[]) =>
  topologyNode({ name, labels: new Map(zone === null ? [] : [[ZONE, zone]]), taints: [] }, pods);
/** Counts the pods of `web`. */
const group = (topologyKey: string) =>
  new TopologyGroup(
    {
      kind: 'spread',
      topologyKey,
      counted: { kind: 'group', groupId: 1 },
      maxSkew: 1,
      minDomains: 1,
      filter: { alternatives: null, honourTaints: false, tolerations: [] },
    },
    [],
  );
const sorted = (pods: readonly KarpenterPod[]) => new SortedPods(pods, demandOf);

const onA = [pod(web, 'a'), pod(web, 'a'), pod(api, 'a')];
const onB = [pod(web, 'b')];
const onC = [pod(web, 'c'), pod(web, 'c')];
const nodes = [
  node('a', 'z1', onA),
  node('b', 'z2', onB),
  node('c', 'z1', onC),
  node('d', null, [pod(web, 'd')]),
];

test('TopologyCensus counts by domain the pods that a constraint is about, on nodes that have one', () => {
  const { names, counts } = new TopologyCensus(nodes, sorted([])).present('key', group(ZONE));
  expect([...names]).toEqual([
    ['z1', ['a', 'c']],
    ['z2', ['b']],
  ]);
  // z1: 2 of a and 2 of c.
  expect([...counts]).toEqual([
    ['z1', 4],
    ['z2', 1],
  ]);
});

test('TopologyCensus leaves out pods that are placed anew, and tells how many of others it counts', () => {
  const census = new TopologyCensus(nodes, sorted([...onB, pod(web, null), pod(web, 'elsewhere')]));
  const { counts, countsOf } = census.present('key', group(ZONE));
  expect([...counts]).toEqual([
    ['z1', 4],
    ['z2', 0],
  ]);
  expect([...countsOf(sorted(onA))]).toEqual([['z1', 2]]);
});

test('TopologyCensus takes a node without the label of its host for a host of its own', () => {
  const { names, counts } = new TopologyCensus(nodes, sorted([])).present('key', group(HOSTNAME_LABEL));
  expect([...names]).toEqual([]);
  expect([...counts]).toEqual([
    ['a', 2],
    ['b', 1],
    ['c', 2],
    ['d', 1],
  ]);
});
