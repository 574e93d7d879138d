import { ClusterStore } from '../../src/model/cluster-store.ts';
import { INSTANCE_STATE } from '../../src/model/cluster-view.ts';
import { RandomStreams } from '../../src/kernel/random-streams.ts';
import { kubernetesScheduler } from '../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { nodeFromObject, podFromObject } from '../../src/schedulers/kubernetes/objects.ts';
import { kubernetesResourceTable } from '../../src/schedulers/kubernetes/resource-names.ts';
import { Checksum } from './checksum.ts';

const LABELS = { app: 'bench' };
const selector = { matchLabels: LABELS };
const spread = (topologyKey: string, whenUnsatisfiable: string) => ({
  topologySpreadConstraints: [{ topologyKey, maxSkew: 5, whenUnsatisfiable, labelSelector: selector }],
});
const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

/** What the pods ask for beside 100m and 500Mi. */
export const POD_KINDS = {
  plain: {},
  'spread-hard': spread(ZONE, 'DoNotSchedule'),
  'spread-soft': spread(ZONE, 'ScheduleAnyway'),
  'spread-host': spread(HOST, 'ScheduleAnyway'),
  'anti-affinity': {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: HOST, labelSelector: selector }],
      },
    },
  },
} as const;
export type PodKind = keyof typeof POD_KINDS;

export interface KubernetesWorld {
  /** Schedules pods until there are `count` or one finds no node; returns how many found one. */
  run(count: number): number;
  /** Of all nodes chosen, in order. */
  readonly checksum: string;
}

/**
 * A world of kube-scheduler's own throughput tests: nodes of 32 CPU, 128 GiB and 110 pods in three zones by turns, one
 * plain pod running on each; then pods of 100m and 500Mi with one label, all alike, scheduled one after the other by
 * the default profile. `percentageOfNodesToScore` 0: as the scheduler chooses.
 */
export function kubernetesWorld(
  nodes: number,
  kind: PodKind,
  percentageOfNodesToScore: number,
): KubernetesWorld {
  const table = kubernetesResourceTable([]);
  const store = new ClusterStore({ resources: table });
  const classOf = (labels: object, spec: object): number => {
    const container = { image: 'app:1', resources: { requests: { cpu: '100m', memory: '500Mi' } } };
    const pod = { metadata: { labels }, selectedBy: [], spec: { containers: [container], ...spec } };
    const context = { table, group: 'pods', groupKind: 'job', imageSize: () => 0 } as const;
    return store.internClass(unwrap(podFromObject(pod, context))).id;
  };
  const plain = classOf({}, {});
  for (let n = 0; n < nodes; n++) {
    const name = `node-${n}`;
    const node = {
      metadata: { name, labels: { [HOST]: name, [ZONE]: `zone-${n % 3}` } },
      spec: {},
      status: { allocatable: { cpu: '32', memory: '128Gi', pods: '110' } },
    };
    const slot = store.addInstance(unwrap(nodeFromObject(node, table)).instance, 0);
    store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
    store.place(store.addTask(plain, 0), slot, 0);
  }
  const read = kubernetesScheduler.readOptions({ config: { percentageOfNodesToScore } });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const scheduler = kubernetesScheduler.create(read.options);
  const random = new RandomStreams(1, 0).stream('placement');
  const classId = classOf(LABELS, POD_KINDS[kind]);
  const input = { view: store, task: -1, random, nowMs: 0 };
  const checksum = new Checksum();
  return {
    run(count) {
      let placed = 0;
      for (; placed < count; placed++) {
        input.task = store.addTask(classId, 0);
        const slot = scheduler.decide(input);
        if (slot < 0) break;
        checksum.add(slot);
        store.place(input.task, slot, 0);
      }
      return placed;
    },
    get checksum() {
      return checksum.text;
    },
  };
}

function unwrap<T>(read: { readonly value: T } | { readonly problems: readonly unknown[] }): T {
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.value;
}
