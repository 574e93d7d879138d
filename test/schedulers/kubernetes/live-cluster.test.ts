import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { INSTANCE_STATE } from '../../../src/model/cluster-view.ts';
import { LiveCluster } from '../../../src/schedulers/kubernetes/live-cluster.ts';
import { plainCluster } from '../../../src/schedulers/kubernetes/plain-cluster.ts';
import type {
  Cluster,
  DomainCounts,
  DomainQuery,
  PodWeight,
} from '../../../src/schedulers/kubernetes/framework.ts';
import { livingPods, type PodSelector } from '../../../src/schedulers/kubernetes/pod-selector.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { createCluster } from '../../support/cluster-builder.ts';
import { arbitraryWorld, playWorld, type WorldOptions } from '../../support/worlds.ts';

const ZONE = 'topology.kubernetes.io/zone';
const options: WorldOptions = {
  resources: kubernetesResourceTable([]),
  zoneLabel: ZONE,
  nameLabel: 'kubernetes.io/hostname',
  maxOperations: 40,
};
const web: PodSelector = {
  kind: 'labels',
  namespace: 'default',
  requirements: [{ key: 'app', operator: 'In', values: ['web'] }],
};
const group: PodSelector = { kind: 'group', groupId: 1 };
/** Terminating or not, with weights of either sign that may cancel out. */
const weighted: PodWeight = {
  key: 'weighted',
  of: ({ taskClass }) => {
    const weights: Record<string, number> = { web: 5, api: -5 };
    return weights[taskClass.labels.get('app') ?? ''] ?? null;
  },
};
const weights: readonly PodWeight[] = [livingPods(web), livingPods(group), weighted];
const queries: DomainQuery[] = [ZONE, 'pool', 'kubernetes.io/hostname'].flatMap((topologyKey) =>
  weights.map((weight) => ({
    topologyKey,
    weight,
    requiredKeys: ['pool'],
    policyKey: 'no taints',
    accepts: (node) => node.taints.length === 0,
  })),
);

/** Pods by node that comes first in each domain: numbers of domains are nobody's business. */
function described(counts: DomainCounts, cluster: Cluster): unknown {
  const nodes = [...cluster.nodes];
  return nodes.map((slot) => {
    const domain = counts.of(slot);
    const first = domain < 0 ? -1 : nodes.find((other) => counts.of(other) === domain);
    return domain < 0 ? null : [first, counts.exists(domain), counts.total(domain)];
  });
}

function existing(counts: DomainCounts): number {
  let count = 0;
  for (let domain = 0; domain < counts.size; domain++) if (counts.exists(domain)) count += 1;
  return count;
}

function checkAgainstPlain(live: LiveCluster): void {
  live.sync();
  const plain = plainCluster(live.view, live.nodes, live.pods);
  expect(live.nodesToAvoid).toBe(plain.nodesToAvoid);
  for (const image of ['web:1', 'batch:1'].map((name) => live.view.strings.find(name))) {
    expect(live.nodesWithImage(image)).toBe(plain.nodesWithImage(image));
  }
  for (const weight of weights) {
    const count = (cluster: Cluster) => [...live.nodes].map((slot) => cluster.counter(weight).on(slot));
    expect(count(live)).toEqual(count(plain));
  }
  for (const query of queries) {
    const [left, right] = [live.domains(query), plain.domains(query)];
    expect(described(left, live)).toEqual(described(right, live));
    expect(existing(left)).toBe(existing(right));
    expect(left.pods).toBe(right.pods);
    checkColumns(left, live);
  }
  for (const weight of weights) {
    const counter = live.counter(weight);
    expect([...live.nodes].map((slot) => counter.column![slot])).toEqual(
      [...live.nodes].map((slot) => counter.on(slot)),
    );
  }
}

/** The columns say what the questions answer. */
function checkColumns(counts: DomainCounts, { nodes }: Cluster): void {
  const columns = counts.columns!;
  expect([...nodes].map((slot) => columns.domainOf[slot])).toEqual([...nodes].map((slot) => counts.of(slot)));
  const totals = Array.from({ length: counts.size }, (_, domain) => counts.total(domain));
  expect([...columns.totals.subarray(0, counts.size)]).toEqual(totals);
  expect(columns.existing).toBe(existing(counts));
  expect(columns.fewest).toBe(Math.min(...totals.filter((_, domain) => counts.exists(domain))));
  expect(columns.unlabelled).toBe([...nodes].filter((slot) => counts.of(slot) < 0).length);
}

test.each([
  { name: 'change by change', overflow: false, numRuns: 150 },
  { name: 'when the change log overflows', overflow: true, numRuns: 15 },
])('LiveCluster counts what is there, $name', ({ overflow, numRuns }) => {
  fc.assert(
    fc.property(arbitraryWorld({ ...options, overflow }), fc.infiniteStream(fc.boolean()), (world, looks) => {
      const played = playWorld(world, options);
      const live = new LiveCluster(played.cluster.store);
      for (const operation of world.operations) {
        if (operation.kind !== 'ask') played.apply(operation);
        // Now and then several changes go by before anybody looks.
        if (looks.next().value === true) checkAgainstPlain(live);
      }
      checkAgainstPlain(live);
      const { store } = played.cluster;
      const nodes = played.instances.filter((slot) => store.state[slot] === 3 || store.state[slot] === 4);
      expect([...live.nodes].sort((a, b) => a - b)).toEqual([...nodes].sort((a, b) => a - b));
    }),
    { seed: 1, numRuns },
  );
});

test('LiveCluster keeps the places of known nodes when the log overflows, but not for new nodes in their slots', () => {
  const { store, join, leave } = createCluster({ resources: kubernetesResourceTable([]) });
  const shape = { cpu: 4000, memoryMiB: 8192 };
  const slots = ['a', 'b', 'c'].map((name) => join({ ...shape, name }));
  const live = new LiveCluster(store);
  live.sync();
  leave(slots[0]!);
  // In the slot of a, but the newest node.
  expect(join({ ...shape, name: 'd' })).toBe(slots[0]);
  for (let step = 0; step < 35_000; step++) {
    store.setInstanceState(slots[1]!, INSTANCE_STATE.draining, 0);
    store.setInstanceState(slots[1]!, INSTANCE_STATE.ready, 0);
  }
  live.sync();
  expect([...live.nodes].map((slot) => store.instanceName(slot))).toEqual(['b', 'c', 'd']);
});

test('the smallest total of many domains follows pods that come and go, and nodes', () => {
  const cluster = createCluster({
    resources: kubernetesResourceTable([]),
    nameLabel: 'kubernetes.io/hostname',
  });
  const pods = cluster.taskClass({ group: 'web', labels: { app: 'web' }, cpu: 1 });
  const shape = { cpu: 4000, memoryMiB: 8192 };
  const slots = Array.from({ length: 40 }, () => cluster.join(shape));
  const live = new LiveCluster(cluster.store);
  live.sync();
  const counts = live.domains({
    topologyKey: 'kubernetes.io/hostname',
    weight: livingPods({ kind: 'group', groupId: pods.groupId }),
    requiredKeys: [],
    policyKey: '',
    accepts: () => true,
  });
  const fewest = () => {
    live.sync();
    return counts.columns!.fewest;
  };
  expect(fewest()).toBe(0);
  const first = slots.map((slot) => cluster.put(pods, slot));
  expect(fewest()).toBe(1);
  for (const slot of slots.slice(1)) for (let i = 0; i < 20; i++) cluster.put(pods, slot);
  expect(fewest()).toBe(1);
  cluster.put(pods, slots[0]!);
  expect(fewest()).toBe(2);
  cluster.release(first[0]!);
  expect(fewest()).toBe(1);
  cluster.leave(slots[0]!);
  expect(fewest()).toBe(21);
  cluster.join(shape);
  expect(fewest()).toBe(0);
});
