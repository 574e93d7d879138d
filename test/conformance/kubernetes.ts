import { ClusterStore } from '../../src/model/cluster-store.ts';
import { INSTANCE_STATE } from '../../src/model/cluster-view.ts';
import type { HostPort, ImageRef, TaskClassSpec } from '../../src/model/task-class.ts';
import type { Cycle } from '../../src/schedulers/kubernetes/cycle.ts';
import {
  type KubernetesOptions,
  readKubernetesOptions,
  VERSIONS,
} from '../../src/schedulers/kubernetes/kubernetes-options.ts';
import {
  type KubernetesScheduler,
  kubernetesScheduler,
} from '../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { NodeTree, zoneKey } from '../../src/schedulers/kubernetes/node-order.ts';
import { nodeFromObject, podFromObject } from '../../src/schedulers/kubernetes/objects.ts';
import { isScalarResource, kubernetesResourceTable } from '../../src/schedulers/kubernetes/resource-names.ts';
import type { RandomDraws } from '../../src/schedulers/scheduler.ts';
import { compareStored } from './kubernetes-admission.ts';
import { playQueue } from './kubernetes-queue.ts';

/**
 * Plays cases recorded from the running kube-scheduler against this one: builds the cluster from the case's objects,
 * schedules its pending pods one after another, and compares everything that was recorded about each.
 */
export type CaseResult = { readonly agree: boolean; readonly difference?: string } | 'unsupported';

// biome-ignore lint/suspicious/noExplicitAny: recorded objects of the Kubernetes API, in all their shapes.
type Json = Record<string, any>;

/** A case of any family; 12, 13 and 15 have formats of their own. */
export function runCase(recorded: Json): CaseResult {
  const { ops } = recorded;
  if (ops?.[0]?.node !== undefined) return runNodeOrder(recorded);
  if (ops !== undefined) return resultOf(playQueue(ops));
  const { input, expected } = recorded;
  if (expected?.pod !== undefined) return resultOf(compareStored(input.pod, expected.pod));
  if (expected?.pods === undefined) return 'unsupported';
  if (!isSupported(recorded)) return 'unsupported';
  return resultOf(playCase(recorded));
}

function resultOf(difference: string | null): CaseResult {
  return difference === null ? { agree: true } : { agree: false, difference };
}

/** Volume claims, nominations and successful preemption are not simulated yet. */
function isSupported({ input, expected }: Json): boolean {
  const text = JSON.stringify(input);
  const preempts = expected.pods.some((pod: Json) => pod['postFilter']?.nominated !== undefined);
  return (
    !preempts &&
    input.nominated === undefined &&
    input.persistentVolumes === undefined &&
    input.persistentVolumeClaims === undefined &&
    !text.includes('"persistentVolumeClaim"') &&
    !text.includes('"nominatedNodeName"')
  );
}

/** Plays a case up to the first pending pod that preempts others. */
export function runBeforePreemption(recorded: Json): {
  readonly pods: number;
  readonly difference: string | null;
} {
  const { input, expected } = recorded as { input: Json; expected: Json };
  const pending = pendingPods(input);
  const end = expected['pods'].findIndex((pod: Json) => pod['postFilter']?.nominated !== undefined);
  const pods = end < 0 ? pending.length : end;
  return { pods, difference: playCase({ input: { ...input, pending: pending.slice(0, pods) }, expected }) };
}

function runNodeOrder(recorded: Json): CaseResult {
  const tree = new NodeTree();
  const names: string[] = [];
  for (const [step, { op, node, nodeOrder }] of recorded['ops'].entries()) {
    const { name, labels = {} } = node.metadata;
    if (!names.includes(name)) names.push(name);
    const id = names.indexOf(name);
    const zone = zoneKey({ name, label: (key) => labels[key], taints: [], unschedulable: false });
    if (op === 'add') tree.add(id, zone);
    else if (op === 'remove') tree.remove(id);
    else tree.update(id, zone);
    const order = [...tree.list()].map((one) => names[one]);
    const difference = differenceOf(`step ${step} nodeOrder`, order, nodeOrder);
    if (difference !== null) return { agree: false, difference };
  }
  return { agree: true };
}

function playCase({ input, expected }: Json): string | null {
  const world = buildWorld(input, expected.nodeOrder);
  const versions = VERSIONS.map((version) => optionsOf(input, version));
  // A recording does not name its version, but its score plugins tell.
  const isRecorded = ({ profile }: KubernetesOptions) =>
    differenceOf('', profile.score, expected.scorePlugins ?? []) === null;
  const options = versions.findLast(isRecorded) ?? versions.at(-1)!;
  const plugins = differenceOf('scorePlugins', options.profile.score, expected.scorePlugins ?? []);
  if (plugins !== null) return plugins;
  const scheduler = kubernetesScheduler.create(options);
  const pending = pendingPods(input);
  for (const [index, pod] of pending.entries()) {
    const difference = playPod(world, scheduler, pod, expected.pods[index], options.version);
    if (difference !== null) return `pod ${index}: ${difference}`;
  }
  return null;
}

function optionsOf({ tieBreak, config, namespaces = [] }: Json, version: string): KubernetesOptions {
  const labels = namespaces.map(({ metadata }: Json) => [metadata.name, metadata.labels ?? {}]);
  const read = readKubernetesOptions({
    version,
    tieBreak,
    namespaces: Object.fromEntries(labels),
    ...(config === undefined ? {} : { config }),
  });
  if ('problems' in read) throw new Error(`options refused: ${JSON.stringify(read.problems)}`);
  return read.options;
}

function playPod(
  world: TestWorld,
  scheduler: KubernetesScheduler,
  pod: Json,
  expected: Json,
  version: string,
): string | null {
  const { store } = world;
  const task = store.addTask(world.classOf(pod), 0);
  const decision = { view: store, task, random: NO_DRAWS, nowMs: 0 };
  const cycle = scheduler.examine(decision);
  const difference = compareCycle(world, cycle, expected);
  if (difference !== null) return difference;
  // Up to 1.34 the choice among ties is random; the recorder's own choice stands.
  const decided = version === '1.34' && cycle.best.length > 1 ? cycle.chosen : scheduler.decide(decision);
  if (decided !== cycle.chosen) return `decide ${decided} is not what examine chose, ${cycle.chosen}`;
  const isArbitrary = expected['kubeHost'] === undefined || (version === '1.34' && cycle.best.length > 1);
  const chosen = world.nameOf(cycle.chosen);
  if (!isArbitrary && chosen !== expected['chosen'])
    return `chosen ${chosen}, recorded ${expected['chosen']}`;
  if (expected['chosen'] !== undefined) store.place(task, world.slotOf(expected['chosen']), 0);
  return null;
}

function compareCycle(world: TestWorld, cycle: Cycle, expected: Json): string | null {
  const names = (slots: Iterable<number>) => [...slots].map((slot) => world.nameOf(slot));
  const order = new Map(world.nodeOrder.map((name, index) => [name, index]));
  const failed = cycle.verdicts.filter(({ refusal }) => refusal !== null).length;
  const best = names(cycle.best).sort((a, b) => order.get(a)! - order.get(b)!);
  const found = cycle.feasible.length > 0;
  const checks: [what: string, ours: unknown, recorded: unknown][] = [
    ['preFilter.skipped', [...cycle.preFilterSkipped].sort(), withoutVolumes(expected['preFilter']?.skipped)],
    [
      'preFilter.nodeNames',
      cycle.nodeNames && [...cycle.nodeNames].sort(),
      expected['preFilter'] && (expected['preFilter'].nodeNames ?? null),
    ],
    [
      'preFilter.rejected',
      rejection(cycle),
      expected['preFilter'] && (expected['preFilter'].rejected ?? null),
    ],
    ['feasible', cycle.feasible.length, expected['feasible']],
    ['evaluated', found ? cycle.verdicts.length : failed, expected['evaluated']],
    ['nextStartNodeIndex', cycle.nextStart, expected['nextStartNodeIndex']],
    ['feasibleOrder', names(cycle.feasible), expected['feasibleOrder']],
    ['bestTotal', found ? Math.max(...cycle.totals) : undefined, expected['bestTotal']],
    ['best', best.slice(0, expected['bestCount'] === undefined ? best.length : 12), expected['best']],
    ['bestCount', cycle.best.length, expected['bestCount']],
    ['preScoreSkipped', [...cycle.preScoreSkipped].sort(), withoutVolumes(expected['preScoreSkipped'])],
    ['filter', verdictsOf(world, cycle), expected['filter'] && seen(world, cycle, expected['filter'])],
    ['scores', scoresOf(world, cycle), expected['scores']],
    ['message', cycle.message, expected['message'] && withoutPreemption(expected['message'], cycle.message)],
  ];
  for (const [what, ours, recorded] of checks) {
    // A field that was not recorded says nothing, except where absence has a meaning of its own (null).
    if (recorded === undefined) continue;
    const difference = differenceOf(what, ours, recorded);
    if (difference !== null) return difference;
  }
  return null;
}

function rejection({ rejected }: Cycle): Json | null {
  if (rejected === null) return null;
  return { plugin: rejected.rule, code: 'UnschedulableAndUnresolvable', reasons: rejected.reasons };
}

function verdictsOf(world: TestWorld, cycle: Cycle): Json {
  return Object.fromEntries(
    cycle.verdicts.map(({ slot, refusal }) => [
      world.nameOf(slot),
      refusal && {
        plugin: refusal.rule,
        code: refusal.resolvable ? 'Unschedulable' : 'UnschedulableAndUnresolvable',
        reasons: [...refusal.reasons].sort(),
      },
    ]),
  );
}

/** The recorder filtered every node, even where the search ended early; only nodes that were seen are compared. */
function seen(world: TestWorld, cycle: Cycle, filter: Json): Json {
  const looked = new Set(cycle.verdicts.map(({ slot }) => world.nameOf(slot)));
  return Object.fromEntries(Object.entries(filter).filter(([name]) => looked.has(name)));
}

function scoresOf(world: TestWorld, cycle: Cycle): Json {
  return Object.fromEntries(
    [...cycle.feasible].map((slot, i) => {
      const total = cycle.totals[i]!;
      const rules = cycle.scores[i];
      if (rules === undefined) return [world.nameOf(slot), { total }];
      const plugins = rules.map(({ rule, raw, normalised, weighted }) => [rule, [raw, normalised, weighted]]);
      return [world.nameOf(slot), { total, plugins: Object.fromEntries(plugins) }];
    }),
  );
}

/** What volume plugins skip is recorded only for pods with volumes. */
function withoutVolumes(names: readonly string[] | undefined): readonly string[] | undefined {
  return names?.filter(
    (name) => !/^(VolumeBinding|VolumeRestrictions|VolumeZone|NodeVolumeLimits)$/.test(name),
  );
}

/** The recorded message up to what preemption adds to it, which must be nothing else. */
function withoutPreemption(recorded: string, ours: string): string {
  const tail = recorded.slice(ours.length);
  const isPreemption =
    tail === '' || tail.startsWith(' no new claims to deallocate, ') || tail === ' not found';
  return recorded.startsWith(ours) && isPreemption ? ours : recorded;
}

interface TestWorld {
  readonly store: ClusterStore;
  /** Names in the recorded order of the node list. */
  readonly nodeOrder: readonly string[];
  slotOf(name: string): number;
  nameOf(slot: number): string;
  /** The class of a pod object. */
  classOf(pod: Json): number;
}

/** As recorded: nothing but the scheduler's own filters keeps a node from being overfull. */
class ClusterWithoutKubelets extends ClusterStore {
  override fits(): boolean {
    return true;
  }
}

function buildWorld(input: Json, nodeOrder: readonly string[]): TestWorld {
  const nodes: Json[] =
    input['nodes'] ??
    input['nodesFromTemplates'].map(([name, template]: [string, string]) =>
      nodeFromTemplate(name, input['nodeTemplates'][template]),
    );
  const bound: Json[] = input['pods'] ?? [];
  const pods = [...bound, ...pendingPods(input)];
  const table = kubernetesResourceTable(resourceNames([...nodes, ...pods]));
  const readNodes = nodes.map((node) => unwrap(nodeFromObject(node, table)));
  // The size of an image is the one that the first node to have it reports.
  const sizes = new Map<string, number>();
  for (const { name, sizeBytes } of readNodes.flatMap(({ images }): readonly ImageRef[] => images)) {
    if (!sizes.has(name)) sizes.set(name, sizeBytes);
  }
  const context = {
    table,
    group: 'pods',
    groupKind: 'job',
    imageSize: (name: string) => sizes.get(name) ?? 0,
  } as const;
  const specOf = (pod: Json): TaskClassSpec =>
    unwrap(podFromObject({ ...pod, selectedBy: ownersOf(pod, input) }, context));
  const hostPorts: HostPort[] = pods.flatMap((pod) => [...specOf(pod).hostPorts]);
  const store = new ClusterWithoutKubelets({ resources: table, hostPorts });
  const slots = new Map<string, number>();
  for (const { instance, images } of readNodes) {
    const slot = store.addInstance(instance, 0);
    store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
    for (const { name } of images) store.addImage(slot, name);
    slots.set(instance.name!, slot);
  }
  const classOf = (pod: Json) => store.internClass(specOf(pod)).id;
  for (const pod of bound) {
    store.place(store.addTask(classOf(pod), 0), slots.get(pod['spec'].nodeName)!, 0);
  }
  return {
    store,
    nodeOrder,
    slotOf: (name) => slots.get(name)!,
    nameOf: (slot) => (slot < 0 ? 'none' : store.instanceName(slot)),
    classOf,
  };
}

function pendingPods(input: Json): Json[] {
  if (input['pending'] !== undefined) return input['pending'];
  return input['pendingFromTemplates'].map(([name, template]: [string, string]) => {
    const pod = structuredClone(input['podTemplates'][template]);
    pod.metadata = { ...pod.metadata, name, uid: `uid-${name}` };
    return pod;
  });
}

function nodeFromTemplate(name: string, template: Json): Json {
  const node = structuredClone(template);
  node['metadata'] = { ...node['metadata'], name };
  const { labels } = node['metadata'];
  if (labels?.['kubernetes.io/hostname'] !== undefined) labels['kubernetes.io/hostname'] = name;
  return node;
}

/** Extended resources that occur anywhere in the objects. */
function resourceNames(objects: readonly Json[]): string[] {
  const names = new Set<string>();
  const add = (amounts: Json | undefined) => {
    for (const name of Object.keys(amounts ?? {})) {
      if (isScalarResource(name) && name !== 'nvidia.com/gpu') names.add(name);
    }
  };
  for (const { spec, status } of objects) {
    add(status?.allocatable);
    add(spec.overhead);
    add(spec.resources?.requests);
    for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
      add(container.resources?.requests);
    }
  }
  return [...names].sort();
}

/** Selectors of all Services and of the controller that select the pod. */
function ownersOf(pod: Json, input: Json): Json[] {
  const { namespace = 'default', labels = {}, ownerReferences = [] } = pod['metadata'];
  const services = (input['services'] ?? []).filter(
    ({ metadata, spec }: Json) =>
      metadata.namespace === namespace &&
      spec.selector !== undefined &&
      Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
  );
  const selectors = services.map(({ spec }: Json) => ({ matchLabels: spec.selector }));
  const owner = ownerReferences.find(({ controller }: Json) => controller === true);
  if (owner === undefined) return selectors;
  const lists: Record<string, Json[] | undefined> = {
    ReplicaSet: input['replicaSets'],
    StatefulSet: input['statefulSets'],
    ReplicationController: input['replicationControllers'],
  };
  const controller = lists[owner.kind]?.find(
    ({ metadata }) => metadata.name === owner.name && metadata.namespace === namespace,
  );
  if (controller === undefined) return selectors;
  const { selector } = controller['spec'];
  return [...selectors, owner.kind === 'ReplicationController' ? { matchLabels: selector } : selector];
}

function unwrap<T>(read: { readonly value: T } | { readonly problems: readonly unknown[] }): T {
  if ('problems' in read) throw new Error(`object refused: ${JSON.stringify(read.problems)}`);
  return read.value;
}

/** Recorded decisions need no draws; the reservoir of 1.34 takes the first of its ties with these. */
const NO_DRAWS: RandomDraws = { double: () => 0.999_999, clone: () => NO_DRAWS };

/** null when equal as JSON, with keys in any order. */
function differenceOf(what: string, ours: unknown, recorded: unknown): string | null {
  const [left, right] = [canonical(ours), canonical(recorded)];
  return left === right ? null : `${what}: ${left}, recorded ${right}`;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
