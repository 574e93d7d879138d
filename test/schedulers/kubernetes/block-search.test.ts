import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INSTANCE_STATE, TASK_END } from '../../../src/model/cluster-view.ts';
import { createResourceTable } from '../../../src/model/resources.ts';
import type { TaskClass } from '../../../src/model/task-class.ts';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { createCluster, type InstanceSpec, type TestCluster } from '../../support/cluster-builder.ts';
import { createDraws } from '../../support/draws.ts';
import { optionsOf } from '../../support/laws.ts';

/**
 * Clusters of many blocks, sampled, on which searches begin and end anywhere: what is decided against the plain cycle,
 * and in half of the worlds everything that blocks keep against the rules.
 */
/** Without sums that count silent tasks: these all say what they want. */
const resources = createResourceTable({ cpuPerVcpu: 1000 });
const WORLDS_OF_EACH = 2;
const STEPS = 40;
const CHURN = 80;
const NODES: readonly Omit<InstanceSpec, 'name'>[] = [
  { cpu: 2000, memoryMiB: 8192, slots: 110 },
  { cpu: 4000, memoryMiB: 8192, slots: 3 },
  { cpu: 4000, memoryMiB: 16_384, slots: 110, labels: { pool: 'a' } },
  // Nothing of one resource: it is left out of the scores.
  { cpu: 2000, memoryMiB: 0, slots: 110 },
  { cpu: 8000, memoryMiB: 16_384, slots: 110, taints: [{ key: 'own', value: '', effect: 'NoSchedule' }] },
];
const SOFT: Omit<InstanceSpec, 'name'> = {
  ...NODES[0]!,
  taints: [{ key: 'old', value: '', effect: 'PreferNoSchedule' }],
};
const CLASSES = [
  { cpu: 500, memoryMiB: 512 },
  { cpu: 1000, memoryMiB: 6000 },
  { cpu: 250, memoryMiB: 2048, where: { pool: 'a' } },
  { cpu: 1900 },
  { cpu: 100, memoryMiB: 100, hostPorts: [80] },
  // Nowhere.
  { cpu: 64_000 },
];
const scored = (
  type: string,
  ...resources: readonly { readonly name: string; readonly weight: number }[]
) => ({
  config: {
    profiles: [
      {
        pluginConfig: [
          { name: 'NodeResourcesFit', args: { scoringStrategy: { type, resources } } },
          {
            name: 'NodeResourcesBalancedAllocation',
            args: { resources: resources.map(({ name }) => ({ name, weight: 1 })) },
          },
        ],
      },
    ],
  },
});
const CPU = { name: 'cpu', weight: 1 };
const MEMORY = { name: 'memory', weight: 1 };
const SCRATCH = { name: 'ephemeral-storage', weight: 1 };
const OPTIONS = [
  {},
  { config: { percentageOfNodesToScore: 5 } },
  { config: { percentageOfNodesToScore: 100 } },
  { version: '1.34' },
  { tieBreak: 'random' },
  { tieBreak: 'first' },
  { tieBreak: 'last' },
  { tieBreak: 'shuffled' },
  scored('LeastAllocated', { ...MEMORY, weight: 3 }, CPU),
  scored('LeastAllocated', CPU, MEMORY, SCRATCH),
  scored('MostAllocated', MEMORY),
  // Nothing is scored: the first node that passes.
  { config: { profiles: [{ plugins: { score: { disabled: [{ name: '*' }] } } }] } },
  // Room is not looked at by any plugin, but by the instance.
  { config: { profiles: [{ plugins: { filter: { disabled: [{ name: 'NodeResourcesFit' }] } } }] } },
];

const step = fc.record({
  change: fc.constantFrom(
    ...Array(8).fill('nothing'),
    'leave',
    'leave',
    'drain',
    'return',
    'join',
    'gone',
    'soft',
    'churn',
  ),
  pick: fc.nat({ max: 10_000 }),
  class: fc.nat({ max: CLASSES.length - 1 }),
});
const world = fc.record({
  nodes: fc.constantFrom(1, 31, 32, 33, 150, 230, 300),
  full: fc.integer({ min: 0, max: 3 }),
  /** Of one kind and empty, most nodes are equally good. */
  kinds: fc.constantFrom(1, 1, NODES.length),
  steps: fc.array(step, { minLength: STEPS, maxLength: STEPS }),
  seed: fc.nat(),
});

interface World {
  readonly cluster: TestCluster;
  readonly running: number[];
  readonly kinds: number;
  readonly smallest: TaskClass;
}

function change({ cluster, running, kinds, smallest }: World, kind: string, pick: number): void {
  const { store } = cluster;
  const slot = pick % store.slotCount;
  if (kind === 'churn' && store.accepts[slot] === 1 && store.fits(slot, smallest)) {
    // More changes than are worth following: the next search looks at nodes, and the one after it at buckets again.
    for (let n = 0; n < CHURN; n++) store.endTask(cluster.put(smallest, slot), TASK_END.succeeded, 0);
  }
  if (kind === 'leave' && running.length > 0) {
    const [task] = running.splice(pick % running.length, 1);
    store.endTask(task!, TASK_END.succeeded, 0);
  }
  if (kind === 'drain' && store.state[slot] === INSTANCE_STATE.ready) cluster.drain(slot);
  if (kind === 'return' && store.state[slot] === INSTANCE_STATE.draining) {
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
  }
  if (kind === 'join') cluster.join({ ...NODES[pick % kinds]!, zone: `z${pick % 3}` });
  // Scores are relative to the nodes found, as long as it is there.
  if (kind === 'soft') cluster.leave(cluster.join(SOFT));
  if (kind === 'gone' && store.firstTask[slot]! < 0 && store.state[slot] !== INSTANCE_STATE.free) {
    cluster.leave(slot);
  }
}

test('a search by blocks chooses the node that the plain cycle chooses, and ends where it ends', () => {
  const seen = { placed: 0, refused: 0, ended: 0, wrapped: 0, tied: 0 };
  for (const [index, options] of OPTIONS.entries()) {
    fc.assert(
      fc.property(world, ({ nodes, full, kinds, steps, seed }) => {
        const cluster = createCluster({
          resources,
          hostPorts: [80],
          zoneLabel: 'topology.kubernetes.io/zone',
        });
        const { store } = cluster;
        const classes = CLASSES.map((spec, n) =>
          cluster.taskClass({ slots: 1, ...spec, group: `g${n}`, groupKind: 'job' }),
        );
        const played: World = { cluster, running: [], kinds, smallest: classes[4]! };
        for (let n = 0; n < nodes; n++) {
          const slot = cluster.join({ ...NODES[(n * n + seed) % kinds]!, zone: `z${n % 3}` });
          for (let task = 0; task < (n + seed) % (full + 1); task++) {
            if (store.fits(slot, classes[0]!)) played.running.push(cluster.put(classes[0]!, slot));
          }
        }
        const mode = { verify: seed % 2 === 0 };
        const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, options), mode);
        const random = createDraws(seed);
        let start = 0;
        for (const { change: kind, pick, class: picked } of steps) {
          change(played, kind, pick);
          const task = cluster.submit(classes[picked]!);
          const input = { view: store, task, random, nowMs: 0 };
          // It begins where the last decision ended.
          const plain = scheduler.examine(input);
          const chosen = scheduler.decide(input);
          expect(chosen).toBe(plain.chosen);
          if (plain.verdicts.length < nodes / 2) seen.ended += 1;
          if (plain.best.length > 9 && plain.best[0] !== chosen) seen.tied += 1;
          if (plain.nextStart < start) seen.wrapped += 1;
          start = plain.nextStart;
          if (chosen < 0) {
            seen.refused += 1;
            store.endTask(task, TASK_END.rejected, 0);
          } else {
            seen.placed += 1;
            store.place(task, chosen, 0);
            played.running.push(task);
          }
        }
      }),
      { seed: index, numRuns: WORLDS_OF_EACH },
    );
  }
  expect(seen.placed).toBeGreaterThan(200);
  expect(seen.refused).toBeGreaterThan(30);
  expect(seen.ended).toBeGreaterThan(30);
  expect(seen.tied).toBeGreaterThan(30);
  expect(seen.wrapped).toBeGreaterThan(30);
});

test('a search that meets better nodes after the end of the list counts those alone as come round', () => {
  const cluster = createCluster({ resources });
  const small = cluster.taskClass({ cpu: 100, memoryMiB: 100, slots: 1, groupKind: 'job' });
  // 100 of 150 nodes are found: 0 to 99 at first, then 100 to 149 and 0 to 49. Three of the former are equally good.
  for (let n = 0; n < 150; n++) {
    const slot = cluster.join(NODES[0]!);
    for (let task = 0; task < (n < 100 ? 0 : n < 103 ? 1 : 2); task++) cluster.put(small, slot);
  }
  const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, { tieBreak: 'first' }));
  const decide = () => {
    const task = cluster.submit(small);
    const slot = scheduler.decide({ view: cluster.store, task, random: createDraws(1), nowMs: 0 });
    cluster.store.place(task, slot, 0);
    return slot;
  };
  expect(decide()).toBe(0);
  expect(decide()).toBe(1);
});
