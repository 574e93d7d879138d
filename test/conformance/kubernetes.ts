import { ClusterStore } from '../../src/model/cluster-store.ts';
import { INSTANCE_STATE, TASK_END } from '../../src/model/cluster-view.ts';
import type { HostPort, ImageRef, TaskClassSpec } from '../../src/model/task-class.ts';
import type { Cycle } from '../../src/schedulers/kubernetes/cycle.ts';
import {
  type KubernetesOptions,
  readKubernetesOptions,
  VERSIONS,
} from '../../src/schedulers/kubernetes/kubernetes-options.ts';
import {
  type KubernetesInput,
  type KubernetesScheduler,
  kubernetesScheduler,
} from '../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { NodeTree, zoneKey } from '../../src/schedulers/kubernetes/node-order.ts';
import { nodeFromObject, podFromObject } from '../../src/schedulers/kubernetes/objects.ts';
import { isScalarResource, kubernetesResourceTable } from '../../src/schedulers/kubernetes/resource-names.ts';
import type { DisruptionBudget } from '../../src/schedulers/kubernetes/preemption/disruption-budget.ts';
import type { Nomination } from '../../src/schedulers/kubernetes/preemption/nomination.ts';
import type { Preemption } from '../../src/schedulers/kubernetes/preemption/preemption.ts';
import { Reader } from '../../src/schedulers/kubernetes/reader.ts';
import { readLabelSelector } from '../../src/schedulers/kubernetes/requirement.ts';
import type { RandomDraws, Refusal } from '../../src/schedulers/scheduler.ts';
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
  return resultOf(playCase(recorded));
}

function resultOf(difference: string | null): CaseResult {
  return difference === null ? { agree: true } : { agree: false, difference };
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
  // A recording has one profile at most.
  const scorePluginsOf = ({ profiles }: KubernetesOptions) => profiles[0]!.profile.score;
  const isRecorded = (options: KubernetesOptions) =>
    differenceOf('', scorePluginsOf(options), expected.scorePlugins ?? []) === null;
  const options = versions.findLast(isRecorded) ?? versions.at(-1)!;
  const plugins = differenceOf('scorePlugins', scorePluginsOf(options), expected.scorePlugins ?? []);
  if (plugins !== null) return plugins;
  const scheduler = kubernetesScheduler.create(options);
  const pending = pendingPods(input);
  for (const [index, pod] of pending.entries()) {
    const difference = playPod(world, scheduler, pod, expected.pods[index], options.version, index);
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
  index: number,
): string | null {
  const { store } = world;
  const task = world.addPod(pod);
  const own = world.slotOf(pod['status']?.nominatedNodeName);
  const nominations = own === undefined ? world.nominations : [...world.nominations, { task, slot: own }];
  const decision = { view: store, task, random: NO_DRAWS, nowMs: 0, nominations, budgets: world.budgets };
  const cycle = scheduler.examine(decision);
  // What was recorded from 1.34 was recorded without preemption.
  const message = version === '1.34' ? cycle.message : scheduler.explain(decision).message;
  const hasClaims = JSON.stringify(pod).includes('"persistentVolumeClaim"');
  const difference = compareCycle(world, cycle, hasClaims, message, expected);
  if (difference !== null) return difference;
  // Up to 1.34 the choice among ties is random; the recorder's own choice stands.
  const decided = version === '1.34' && cycle.best.length > 1 ? cycle.chosen : scheduler.decide(decision);
  if (decided !== cycle.chosen) return `decide ${decided} is not what examine chose, ${cycle.chosen}`;
  const startMs = Date.UTC(2026, 0, 1) + (index + 1) * 1000;
  if (expected['postFilter'] !== undefined) {
    return playPreemption(world, scheduler, decision, startMs, expected['postFilter']);
  }
  const isArbitrary = expected['kubeHost'] === undefined || (version === '1.34' && cycle.best.length > 1);
  const chosen = world.nameOf(cycle.chosen);
  if (!isArbitrary && chosen !== expected['chosen'])
    return `chosen ${chosen}, recorded ${expected['chosen']}`;
  if (expected['chosen'] !== undefined) store.place(task, world.slotOf(expected['chosen'])!, startMs);
  return null;
}

/** What preemption proposes, and after a success the retry of the pod on the node that was made free. */
function playPreemption(
  world: TestWorld,
  scheduler: KubernetesScheduler,
  decision: KubernetesInput,
  startMs: number,
  expected: Json,
): string | null {
  const { store } = world;
  const { task } = decision;
  const preemption = scheduler.preempt({ ...decision, random: FIRST_DRAWS });
  const difference = comparePreemption(world, preemption, expected);
  if (difference !== null || preemption.nominated < 0) return difference;
  const { nominated: slot, victims } = preemption;
  const priorityOf = (one: number) => store.classes[store.taskClass[one]!]!.priority;
  world.nominations = world.nominations.filter(
    (one) => one.slot !== slot || priorityOf(one.task) >= priorityOf(task),
  );
  world.evict(slot, victims);
  const retry = { ...decision, nominations: [...world.nominations, { task, slot }] };
  const cycle = scheduler.examine(retry);
  const decided = scheduler.decide(retry);
  if (decided !== cycle.chosen) return `retry: decide ${decided} is not what examine chose, ${cycle.chosen}`;
  const host = decided < 0 ? undefined : world.nameOf(decided);
  if (host !== undefined) store.place(task, decided, startMs);
  return (
    differenceOf('retryHost', host ?? null, expected['retryHost'] ?? null) ??
    differenceOf('retryMessage', cycle.message, expected['retryMessage'] ?? '')
  );
}

function comparePreemption(world: TestWorld, preemption: Preemption, expected: Json): string | null {
  const names = (slots: Iterable<number>) => [...slots].map((slot) => world.nameOf(slot));
  const candidates = preemption.candidates
    .map(({ slot, victims, violations }) => ({
      node: world.nameOf(slot),
      victims: victims.map((task) => world.podName(task)),
      numPDBViolations: violations,
    }))
    .sort((a, b) => world.nodeOrder.indexOf(a.node) - world.nodeOrder.indexOf(b.node));
  const nominated = preemption.nominated < 0 ? undefined : world.nameOf(preemption.nominated);
  const failures = preemption.failures.map(({ slot, refusal }) => {
    const { plugin, ...rest } = refusalOf(refusal);
    return [world.nameOf(slot), plugin === '' ? rest : { plugin, ...rest }];
  });
  // A summary holds the nominated node alone.
  const isFull = expected['potentialNodes'] !== undefined;
  const checks: [what: string, ours: unknown, recorded: unknown][] = [
    ['notEligible', preemption.notEligible, expected['notEligible'] ?? null],
    ['nominated', nominated, expected['nominated']],
    ['potentialNodes', names(preemption.potential), expected['potentialNodes']],
    [
      'candidates',
      candidates.filter(({ node }) => isFull || node === nominated),
      expected['candidates'] ?? (isFull ? [] : undefined),
    ],
    ['noCandidate', Object.fromEntries(failures), expected['noCandidate'] ?? (isFull ? {} : undefined)],
    ['best', names(preemption.best.map(({ slot }) => slot)), expected['best']],
  ];
  for (const [what, ours, recorded] of checks) {
    if (recorded === undefined) continue;
    const difference = differenceOf(what, ours, recorded);
    if (difference !== null) return `postFilter.${difference}`;
  }
  return null;
}

function compareCycle(world: TestWorld, cycle: Cycle, hasClaims: boolean, message: string, expected: Json): string | null {
  const names = (slots: Iterable<number>) => [...slots].map((slot) => world.nameOf(slot));
  const order = new Map(world.nodeOrder.map((name, index) => [name, index]));
  const failed = cycle.verdicts.filter(({ refusal }) => refusal !== null).length;
  const best = names(cycle.best).sort((a, b) => order.get(a)! - order.get(b)!);
  const found = cycle.feasible.length > 0;
  // What volume plugins skip is recorded only for pods with volumes.
  const known = (skipped: readonly string[] | undefined) =>
    hasClaims ? skipped : withoutVolumes(skipped);
  const checks: [what: string, ours: unknown, recorded: unknown][] = [
    ['preFilter.skipped', known([...cycle.preFilterSkipped].sort()), known(expected['preFilter']?.skipped)],
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
    ['message', message, expected['message']],
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
    cycle.verdicts.map(({ slot, refusal }) => [world.nameOf(slot), refusal && refusalOf(refusal)]),
  );
}

function refusalOf({ rule, resolvable, reasons }: Refusal): Json {
  return {
    plugin: rule,
    code: resolvable ? 'Unschedulable' : 'UnschedulableAndUnresolvable',
    reasons: [...reasons].sort(),
  };
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

function withoutVolumes(names: readonly string[] | undefined): readonly string[] | undefined {
  return names?.filter(
    (name) => !/^(VolumeBinding|VolumeRestrictions|VolumeZone|NodeVolumeLimits)$/.test(name),
  );
}

interface TestWorld {
  readonly store: ClusterStore;
  /** Names in the recorded order of the node list. */
  readonly nodeOrder: readonly string[];
  /** Of other pods than the one in question, in order. */
  nominations: readonly Nomination[];
  readonly budgets: readonly DisruptionBudget[];
  slotOf(name: string | undefined): number | undefined;
  nameOf(slot: number): string;
  /** A new pending task for the pod object. */
  addPod(pod: Json): number;
  /** Namespace and name. */
  podName(task: number): string;
  /** The pods go one after another; as in kube-scheduler's cache, the node's last pod takes the place of each. */
  evict(slot: number, victims: readonly number[]): void;
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
  const pods = [...bound, ...(input['nominated'] ?? []), ...pendingPods(input)];
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
    volumes: {
      claim: (namespace: string, name: string) =>
        (input['persistentVolumeClaims'] ?? []).find(
          ({ metadata }: Json) => metadata.namespace === namespace && metadata.name === name,
        ),
      volume: (name: string) =>
        (input['persistentVolumes'] ?? []).find(({ metadata }: Json) => metadata.name === name),
    },
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
  const podNames = new Map<number, string>();
  const addPod = (pod: Json): number => {
    const task = store.addTask(classOf(pod), 0);
    podNames.set(task, nameOfPod(pod));
    return task;
  };
  for (const pod of bound) {
    store.place(addPod(pod), slots.get(pod['spec'].nodeName)!, startOf(pod));
  }
  const taskOf = (name: string) => [...podNames].find(([, other]) => other === name)?.[0] ?? -1;
  return {
    store,
    nodeOrder,
    nominations: (input['nominated'] ?? []).map((pod: Json) => ({
      task: addPod(pod),
      slot: slots.get(pod['status'].nominatedNodeName) ?? -1,
    })),
    get budgets() {
      return (input['podDisruptionBudgets'] ?? []).map((budget: Json) => readBudget(budget, taskOf));
    },
    slotOf: (name) => (name === undefined ? undefined : slots.get(name)),
    nameOf: (slot) => (slot < 0 ? 'none' : store.instanceName(slot)),
    addPod,
    podName: (task) => podNames.get(task)!,
    evict(slot, victims) {
      const order = tasksOn(store, slot);
      for (const victim of victims) {
        order[order.indexOf(victim)] = order.at(-1)!;
        order.pop();
        store.endTask(victim, TASK_END.stopped, 0);
        podNames.delete(victim);
      }
      for (const [task, startMs] of order.map((one) => [one, store.taskSinceMs(one)] as const)) {
        store.requeue(task, startMs);
        store.place(task, slot, startMs);
      }
    },
  };
}

function tasksOn({ firstTask, nextTask }: ClusterStore, slot: number): number[] {
  const tasks: number[] = [];
  for (let task = firstTask[slot]!; task >= 0; task = nextTask[task]!) tasks.push(task);
  return tasks;
}

function nameOfPod({ metadata }: Json): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** A pod that has not been started yet counts as started now, after all others. */
function startOf({ status }: Json): number {
  return status?.startTime === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(status.startTime);
}

function readBudget({ metadata, spec, status }: Json, taskOf: (name: string) => number): DisruptionBudget {
  const namespace = metadata.namespace ?? 'default';
  const names = Object.keys(status?.disruptedPods ?? {});
  return {
    namespace,
    selector: readLabelSelector(new Reader(), spec.selector, []) ?? null,
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    disrupted: new Set(names.map((name) => taskOf(`${namespace}/${name}`))),
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
/** Preemption was recorded without its random offset. */
const FIRST_DRAWS: RandomDraws = { double: () => 0, clone: () => FIRST_DRAWS };

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
