import { type RandomStream, RandomStreams } from '../kernel/random-streams.ts';
import { ClusterStore } from '../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape, TASK_END } from '../model/cluster-view.ts';
import { LANE, type ResourceTable } from '../model/resources.ts';
import type { TraceShape } from '../model/trace-table.ts';
import {
  kubernetesResourceTable,
  NONZERO_CPU,
  NONZERO_MEMORY,
} from '../schedulers/kubernetes/resource-names.ts';
import { NO_INSTANCE, type Scheduler } from '../schedulers/scheduler.ts';
import { shuffled } from './shuffled.ts';

/** One machine. */
export interface InflationNode {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly gpuCount: number;
  readonly gpuModel: string;
}

export interface InflationInput {
  readonly nodes: readonly InflationNode[];
  /** What each pod of the workload asks for; their order plays no part but for the draws. */
  readonly pods: readonly TraceShape[];
  /** In the units of a Kubernetes platform, made for this run alone. */
  readonly scheduler: Scheduler;
  /** Of the order of the pods, of the copies, of the order of the nodes and of the scheduler's own draws. */
  readonly seed: number;
  /** Do the nodes join in an order of the seed, or as they are given? */
  readonly nodeOrder: 'random' | 'given';
  /** Where to look, in percent of all GPUs asked for so far; ascending. The last one ends the run. */
  readonly atPercents: readonly number[];
}

export interface InflationResult {
  /** Allocated GPUs in percent of all, at each of `atPercents`. */
  readonly allocatedPercents: readonly number[];
  readonly pods: number;
  /** Pods that fitted nowhere when their turn came. */
  readonly refused: number;
}

/** More pods than any node takes, so that the number of pods never decides (as in the published experiment). */
const PODS_PER_NODE = 1001;
const WHOLE = 1000;

/**
 * The Monte-Carlo workload inflation of Weng et al.: the pods of a workload arrive in random order, then random copies
 * of them, until they have asked for a given share of all GPUs; a workload that asks for more loses random pods first.
 * Nobody leaves, nobody waits: a pod that fits nowhere is passed over. How much of the GPUs is allocated in the end tells
 * how well a policy packs.
 * Source: Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent",
 * USENIX ATC 2023, section 6; hkust-adsl/kubernetes-scheduler-simulator 8f3d641
 */
export function runInflation(input: InflationInput): InflationResult {
  const { scheduler, atPercents } = input;
  const streams = new RandomStreams(input.seed, 0);
  const table = kubernetesResourceTable([]);
  const store = new ClusterStore({ resources: table });
  const nodes =
    input.nodeOrder === 'given' ? input.nodes : shuffled(input.nodes, streams.stream('inflation', 'nodes'));
  addNodes(store, table, nodes);
  const total = nodes.reduce((sum, { gpuCount }) => sum + gpuCount * WHOLE, 0);
  const pods = inflated(input.pods, (total * atPercents.at(-1)!) / 100, streams.stream('inflation', 'pods'));
  const classOf = classesOf(store, table);
  const random = streams.stream('placement', scheduler.name);
  const allocatedPercents: number[] = [];
  let [arrived, allocated, refused] = [0, 0, 0];
  for (const pod of pods) {
    const task = store.addTask(classOf(pod), 0);
    const decision = { view: store, task, random, nowMs: 0 };
    const slot = scheduler.decide(decision);
    arrived += gpuMilliOf(pod);
    if (slot === NO_INSTANCE) {
      store.endTask(task, TASK_END.rejected, 0);
      refused += 1;
    } else {
      store.place(task, slot, 0, scheduler.reserve?.(decision, slot));
      allocated += gpuMilliOf(pod);
    }
    const look = atPercents[allocatedPercents.length];
    if (look !== undefined && arrived * 100 >= look * total)
      allocatedPercents.push((allocated * 100) / total);
  }
  // A workload without GPUs never comes to the looks.
  while (allocatedPercents.length < atPercents.length) allocatedPercents.push((allocated * 100) / total);
  return { allocatedPercents, pods: pods.length, refused };
}

function gpuMilliOf({ gpu }: TraceShape): number {
  return gpu === null ? 0 : gpu.count * gpu.milli;
}

/** Random order, then random copies, or random pods less, until all together ask for `wantedMilli` of GPU. */
function inflated(
  workload: readonly TraceShape[],
  wantedMilli: number,
  random: RandomStream,
): readonly TraceShape[] {
  const pods = shuffled(workload, random);
  let asked = pods.reduce((sum, pod) => sum + gpuMilliOf(pod), 0);
  while (asked > wantedMilli) {
    // The order is random already: the last one is any.
    asked -= gpuMilliOf(pods.pop()!);
  }
  // Copies of pods without GPUs would never add up to anything.
  while (asked > 0 && asked < wantedMilli) {
    const copy = workload[random.below(workload.length)]!;
    pods.push(copy);
    asked += gpuMilliOf(copy);
  }
  return pods;
}

function addNodes(store: ClusterStore, table: ResourceTable, nodes: readonly InflationNode[]): void {
  const shapes = new Map<string, InstanceShape>();
  for (const node of nodes) {
    const { name, cpuMilli, memoryBytes, gpuCount, gpuModel } = node;
    const key = JSON.stringify([cpuMilli, memoryBytes, gpuCount, gpuModel]);
    const shape = shapes.get(key) ?? shapeOf(node, table);
    shapes.set(key, shape);
    const slot = store.addInstance({ shape, zone: '', name }, 0);
    store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
  }
}

function shapeOf(
  { cpuMilli, memoryBytes, gpuCount, gpuModel }: InflationNode,
  table: ResourceTable,
): InstanceShape {
  const amounts = new Array<number>(table.laneCount).fill(0);
  amounts[LANE.cpu] = cpuMilli;
  amounts[LANE.memory] = memoryBytes;
  amounts[LANE.slots] = PODS_PER_NODE;
  amounts[LANE.gpu] = gpuCount * WHOLE;
  return {
    typeName: gpuModel,
    groupName: 'nodes',
    capacity: amounts,
    allocatable: amounts,
    gpuDevices: gpuCount,
    gpuModel,
    labels: new Map(),
    taints: [],
  };
}

/** The class id of a pod; equal pods have one. */
function classesOf(store: ClusterStore, table: ResourceTable): (pod: TraceShape) => number {
  const ids = new Map<TraceShape, number>();
  return (pod) => {
    let id = ids.get(pod);
    if (id === undefined) {
      const requests = new Array<number>(table.laneCount).fill(0);
      requests[LANE.cpu] = pod.cpuMilli;
      requests[LANE.memory] = pod.memoryBytes;
      requests[LANE.slots] = 1;
      requests[LANE.gpu] = gpuMilliOf(pod);
      requests[table.lane(NONZERO_CPU)] = pod.cpuMilli;
      requests[table.lane(NONZERO_MEMORY)] = pod.memoryBytes;
      id = store.internClass({
        group: 'pods',
        groupKind: 'job',
        requests,
        gpu: pod.gpu,
        hostPorts: [],
        images: [],
        labels: new Map(),
        namespace: 'default',
        priority: 0,
        wishes: { where: new Map(), distinctInstance: false, spread: 'none', tolerations: [] },
        native: null,
      }).id;
      ids.set(pod, id);
    }
    return id;
  };
}
