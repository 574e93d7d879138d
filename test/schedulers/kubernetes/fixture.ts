import { ClusterStore } from '../../../src/model/cluster-store.ts';
import { INSTANCE_STATE } from '../../../src/model/cluster-view.ts';
import type { HostPort } from '../../../src/model/task-class.ts';
import type { Cycle } from '../../../src/schedulers/kubernetes/cycle.ts';
import {
  type KubernetesScheduler,
  kubernetesScheduler,
} from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { nodeFromObject, podFromObject } from '../../../src/schedulers/kubernetes/objects.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import type { VolumeObjects } from '../../../src/schedulers/kubernetes/volume-claims.ts';
import { constantDraws } from '../../support/draws.ts';
import { optionsOf } from '../../support/laws.ts';

/** A node in few words: `{ cpu: '4', memory: '8Gi' }`; `labels` beside zone and host name. */
export interface NodeWords {
  readonly name: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly zone?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly unknown[];
  readonly unschedulable?: boolean;
  readonly images?: Readonly<Record<string, number>>;
}

/** A pod in few words: requests of its single container, and any fields of `spec` beside. */
export interface PodWords {
  readonly requests?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly terminating?: boolean;
  readonly selectedBy?: readonly unknown[];
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** The outcome of one cycle by node name. */
export interface Outcome {
  readonly cycle: Cycle;
  /** Reasons of refused nodes; feasible ones have no entry. */
  readonly refusals: Readonly<Record<string, readonly string[]>>;
  /** Refused nodes that freeing room could help. */
  readonly resolvable: readonly string[];
  /** Raw, normalised and weighted score of one plugin by feasible node. */
  scores(plugin: string): Readonly<Record<string, readonly [number, number, number]>>;
  readonly totals: Readonly<Record<string, number>>;
  readonly chosen: string;
}

export interface Fixture {
  readonly store: ClusterStore;
  readonly scheduler: KubernetesScheduler;
  /** A pending pod; its task slot. */
  submit(pod: PodWords): number;
  /** Puts a pod on the node, whatever the scheduler thinks of it; its task slot. */
  bind(pod: PodWords, node: string, startMs?: number): number;
  /** The next cycle for this pod; nothing is bound. */
  examine(pod: PodWords): Outcome;
  /** Decides and binds; the name of the node, or `none`. */
  schedule(pod: PodWords): string;
}

const EXTENDED = ['example.com/gpu', 'example.com/fpga'];
export const PORTS: readonly HostPort[] = [
  { ip: '0.0.0.0', protocol: 'TCP', port: 80 },
  { ip: '10.0.0.1', protocol: 'TCP', port: 80 },
  { ip: '10.0.0.2', protocol: 'TCP', port: 80 },
  { ip: '0.0.0.0', protocol: 'UDP', port: 80 },
];

/** A cluster of ready nodes and a scheduler with the given raw options. */
export function createFixture(
  nodes: readonly NodeWords[],
  rawOptions: unknown = {},
  volumes?: VolumeObjects,
): Fixture {
  const table = kubernetesResourceTable(EXTENDED);
  const store = new ClusterStore({ resources: table, hostPorts: PORTS });
  const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, rawOptions));
  const sizes = new Map(nodes.flatMap(({ images = {} }) => Object.entries(images)));
  const slots = new Map<string, number>();
  for (const words of nodes) {
    const read = unwrap(nodeFromObject(nodeObject(words), table));
    const slot = store.addInstance(read.instance, 0);
    store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
    for (const { name } of read.images) store.addImage(slot, name);
    slots.set(words.name, slot);
  }
  const submit = (words: PodWords): number => {
    const imageSize = (name: string) => sizes.get(name) ?? 0;
    const context = { table, group: 'pods', groupKind: 'job', imageSize } as const;
    const read = podFromObject(podObject(words), volumes === undefined ? context : { ...context, volumes });
    return store.addTask(store.internClass(unwrap(read)).id, 0);
  };
  const inputOf = (task: number) => ({ view: store, task, random: constantDraws(0), nowMs: 0 });
  const nameOf = (slot: number) => (slot < 0 ? 'none' : store.instanceName(slot));
  return {
    store,
    scheduler,
    submit,
    bind(words, node, startMs = 0) {
      const task = submit(words);
      store.place(task, slots.get(node)!, startMs);
      return task;
    },
    examine: (words) => outcomeOf(scheduler.examine(inputOf(submit(words))), nameOf),
    schedule(words) {
      const task = submit(words);
      const slot = scheduler.decide(inputOf(task));
      if (slot >= 0) store.place(task, slot, 0);
      return nameOf(slot);
    },
  };
}

function outcomeOf(cycle: Cycle, nameOf: (slot: number) => string): Outcome {
  const refused = cycle.verdicts.filter(({ refusal }) => refusal !== null);
  const byNode = <T>(value: (index: number) => T) =>
    Object.fromEntries([...cycle.feasible].map((slot, i) => [nameOf(slot), value(i)]));
  return {
    cycle,
    refusals: Object.fromEntries(refused.map(({ slot, refusal }) => [nameOf(slot), refusal!.reasons])),
    resolvable: refused.filter(({ refusal }) => refusal!.resolvable).map(({ slot }) => nameOf(slot)),
    scores: (plugin) =>
      byNode((i) => {
        const score = cycle.scores[i]!.find(({ rule }) => rule === plugin)!;
        return [score.raw, score.normalised, score.weighted] as const;
      }),
    totals: byNode((i) => cycle.totals[i]!),
    chosen: nameOf(cycle.chosen),
  };
}

function nodeObject(words: NodeWords): unknown {
  const { name, cpu = '8', memory = '32Gi', pods = '110', more = {}, zone, labels = {} } = words;
  const zoneLabel = zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone };
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...zoneLabel, ...labels } },
    spec: { taints: words.taints ?? [], unschedulable: words.unschedulable ?? false },
    status: {
      allocatable: { cpu, memory, pods, ...more },
      images: Object.entries(words.images ?? {}).map(([image, sizeBytes]) => ({ names: [image], sizeBytes })),
    },
  };
}

function podObject({ requests = {}, labels, namespace, terminating, selectedBy, spec }: PodWords): unknown {
  return {
    metadata: {
      ...(namespace === undefined ? {} : { namespace }),
      labels: labels ?? {},
      ...(terminating === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    selectedBy: selectedBy ?? [],
    spec: { containers: [{ image: 'app:1', resources: { requests } }], ...spec },
  };
}

export function unwrap<T>(read: { readonly value: T } | { readonly problems: readonly unknown[] }): T {
  if ('problems' in read) throw new Error(`object refused: ${JSON.stringify(read.problems)}`);
  return read.value;
}
