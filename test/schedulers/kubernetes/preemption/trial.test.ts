import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterStore } from '../../../../src/model/cluster-store.ts';
import { INSTANCE_STATE } from '../../../../src/model/cluster-view.ts';
import type { TaskClassSpec } from '../../../../src/model/task-class.ts';
import type { Cycle } from '../../../../src/schedulers/kubernetes/cycle.ts';
import { kubernetesScheduler } from '../../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { LiveCluster } from '../../../../src/schedulers/kubernetes/live-cluster.ts';
import { nodeFromObject, podFromObject } from '../../../../src/schedulers/kubernetes/objects.ts';
import { createPluginSet } from '../../../../src/schedulers/kubernetes/plugin-set.ts';
import { Trial } from '../../../../src/schedulers/kubernetes/preemption/trial.ts';
import { kubernetesResourceTable } from '../../../../src/schedulers/kubernetes/resource-names.ts';
import { constantDraws } from '../../../support/draws.ts';
import { optionsOf } from '../../../support/laws.ts';
import { PORTS, unwrap } from '../fixture.ts';

const table = kubernetesResourceTable([]);
const options = optionsOf(kubernetesScheduler, {});

/** Node 0 and 1 share a zone, so that what happens on one matters on the other. */
function createStore(): ClusterStore {
  const store = new ClusterStore({ resources: table, hostPorts: PORTS });
  ['z1', 'z1', 'z2'].forEach((zone, i) => {
    const labels = { 'kubernetes.io/hostname': `n${i}`, 'topology.kubernetes.io/zone': zone };
    const allocatable = { cpu: '8', memory: '16Gi', pods: '6', 'nvidia.com/gpu': '2' };
    const node = { metadata: { name: `n${i}`, labels }, status: { allocatable } };
    const slot = store.addInstance(unwrap(nodeFromObject(node, table)).instance, 0);
    store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
  });
  return store;
}

interface PodWords {
  readonly app: string;
  readonly cpu: number;
  readonly gpus: number;
  readonly port: number;
  readonly wish: 'none' | 'apart' | 'together' | 'spread';
}

const podWords: fc.Arbitrary<PodWords> = fc.record({
  app: fc.constantFrom('a', 'b'),
  cpu: fc.integer({ min: 0, max: 5 }),
  gpus: fc.constantFrom(0, 0, 1, 2),
  port: fc.constantFrom(0, 0, 80),
  wish: fc.constantFrom('none', 'none', 'apart', 'together', 'spread'),
});

function specOf({ app, cpu, gpus, port, wish }: PodWords): TaskClassSpec {
  const labelSelector = { matchLabels: { app } };
  const terms = (topologyKey: string) => ({
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector }],
  });
  const hard = { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' };
  const spec = {
    containers: [
      {
        image: 'app:1',
        ports: port === 0 ? [] : [{ hostPort: port }],
        resources: {
          requests: { cpu: String(cpu), ...(gpus === 0 ? {} : { 'nvidia.com/gpu': String(gpus) }) },
        },
      },
    ],
    affinity: {
      ...(wish === 'apart' ? { podAntiAffinity: terms('kubernetes.io/hostname') } : {}),
      ...(wish === 'together' ? { podAffinity: terms('topology.kubernetes.io/zone') } : {}),
    },
    topologySpreadConstraints: wish === 'spread' ? [{ ...hard, labelSelector }] : [],
  };
  const pod = { metadata: { labels: { app } }, selectedBy: [], spec };
  return unwrap(podFromObject(pod, { table, group: 'pods', groupKind: 'job', imageSize: () => 0 }));
}

interface Change {
  readonly pods: readonly { readonly words: PodWords; readonly slot: number; readonly leaves: boolean }[];
  readonly joining: readonly PodWords[];
  readonly slot: number;
  readonly incoming: PodWords;
}

/** A cluster of pods, some of which leave one node while others join it. */
const change: fc.Arbitrary<Change> = fc.record({
  pods: fc.array(fc.record({ words: podWords, slot: fc.nat(2), leaves: fc.boolean() }), { maxLength: 12 }),
  joining: fc.array(podWords, { maxLength: 2 }),
  slot: fc.nat(2),
  incoming: podWords,
});

const submit = (store: ClusterStore, words: PodWords): number =>
  store.addTask(store.internClass(specOf(words)).id, 0);

/** The cycle for the pod, node by node; all three are looked at. */
function examine(store: ClusterStore, incoming: PodWords): Cycle {
  const scheduler = kubernetesScheduler.create(options);
  return scheduler.examine({
    view: store,
    task: submit(store, incoming),
    random: constantDraws(0),
    nowMs: 0,
  });
}

/** The cluster before and after the change, and the tasks of `before` that change. */
function playChange({ pods, joining, slot }: Change) {
  const before = createStore();
  const after = createStore();
  const tryPlace = (store: ClusterStore, words: PodWords, at: number): number => {
    const task = submit(store, words);
    if (!store.fits(at, store.classes[store.taskClass[task]!]!)) return -1;
    store.place(task, at, 0);
    return task;
  };
  const leaving: number[] = [];
  for (const { words, slot: at, leaves } of pods) {
    const task = tryPlace(before, words, at);
    if (task < 0) continue;
    if (leaves && at === slot) leaving.push(task);
    else expect(tryPlace(after, words, at)).toBeGreaterThanOrEqual(0);
  }
  const coming = joining.filter((words) => tryPlace(after, words, slot) >= 0);
  return { before, after, leaving, coming: coming.map((words) => submit(before, words)) };
}

test('Trial says of a change what a cycle says once it has come true', () => {
  const verdicts = new Map<string, number>();
  fc.assert(
    fc.property(change, (one) => {
      const { before, after, leaving, coming } = playChange(one);
      const asIs = examine(before, one.incoming);
      const real = examine(after, one.incoming);
      // What says Skip as things are stays out of a trial, even if a change would give it something to refuse.
      fc.pre(asIs.preFilterSkipped.every((name) => real.preFilterSkipped.includes(name)));
      const cluster = new LiveCluster(before);
      cluster.sync();
      const trial = new Trial(cluster, cluster.pods, createPluginSet(options.profiles[0]!, table));
      const task = submit(before, one.incoming);
      trial.begin(cluster.pods.pod(before.taskClass[task]!), task, []);
      const verdictOf = ({ verdicts: all }: Cycle) => all.find(({ slot }) => slot === one.slot)!.refusal;
      trial.look(one.slot);
      expect(trial.refusal()).toEqual(verdictOf(asIs));
      for (const leaver of leaving) trial.view.remove(leaver);
      for (const comer of coming) trial.view.add(comer);
      const refusal = trial.refusal();
      expect(refusal).toEqual(verdictOf(real));
      for (const comer of coming) trial.view.remove(comer);
      for (const leaver of leaving) trial.view.add(leaver);
      expect(trial.refusal()).toEqual(verdictOf(asIs));
      verdicts.set(refusal?.rule ?? 'fits', (verdicts.get(refusal?.rule ?? 'fits') ?? 0) + 1);
    }),
    { seed: 1, numRuns: 400 },
  );
  // Every rule that a change can touch had its say.
  const rules = ['InterPodAffinity', 'NodePorts', 'NodeResourcesFit', 'PodTopologySpread', 'fits'];
  expect([...verdicts.keys()].sort()).toEqual(rules);
});

test('Trial leaves out what skips as things are: anti-affinity of a nominated pod goes unnoticed', () => {
  const store = createStore();
  const apart = { app: 'a', cpu: 1, gpus: 0, port: 0, wish: 'apart' } as const;
  const nominee = submit(store, apart);
  const cluster = new LiveCluster(store);
  cluster.sync();
  const trial = new Trial(cluster, cluster.pods, createPluginSet(options.profiles[0]!, table));
  const task = submit(store, { ...apart, wish: 'none' });
  trial.begin(cluster.pods.pod(store.taskClass[task]!), task, [{ task: nominee, slot: 0 }]);
  expect(trial.nomineesRefusal(0)).toBeNull();
  // Once a pod with such a term runs somewhere, the rule is awake, and hears of the nominated one.
  store.place(submit(store, apart), 2, 0);
  cluster.sync();
  trial.begin(cluster.pods.pod(store.taskClass[task]!), task, [{ task: nominee, slot: 0 }]);
  expect(trial.nomineesRefusal(0)?.rule).toBe('InterPodAffinity');
});
