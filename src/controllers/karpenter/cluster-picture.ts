import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../../model/cluster-view.ts';
import type { HostPort, TaskClass } from '../../model/task-class.ts';
import type { PodTable } from '../../schedulers/kubernetes/pod.ts';
import { SECOND } from '../../units.ts';
import type { Fleet } from '../fleet.ts';
import type { PendingQueue } from '../pending-queue.ts';
import { deletionCost, isHeldForAWhile } from '../pod-protection.ts';
import type { Daemon } from './daemon-overhead.ts';
import type { ClusterNode } from './candidates.ts';
import {
  type Amounts,
  CAPACITY_TYPE_LABEL,
  type CapacityType,
  compare,
  type OfferedType,
  type Offering,
  TYPE_LABEL,
  ZONE_LABEL,
} from './instance-types.ts';
import type { NodePool } from './node-pool.ts';
import { evictionCost, type NodePod } from './node-pods.ts';
import type { KarpenterPod, PodSpec } from './pod-demand.ts';
import { requirement } from './requirement.ts';
import { combined, labelRequirements } from './requirements.ts';
import { type TopologyNode, topologyNode } from './topology.ts';

/** What is known of a node beyond the store. */
export interface NodeFacts {
  readonly nominated: boolean;
  readonly deleting: boolean;
  readonly consolidatable: boolean;
  readonly isSettling: boolean;
  readonly drifted: boolean;
}

export interface ClusterPictureOptions {
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly pods: PodTable;
  /** By index of the fleet's groups; null: nodes of no pool. */
  readonly poolOf: readonly (NodePool | null)[];
  /** Per hour. */
  readonly priceOf: (groupIndex: number, typeName: string, zone: string) => number;
  /** Did a launch of the type there fail a short time ago? */
  readonly isShort: (groupIndex: number, typeName: string, zone: string) => boolean;
  readonly factsOf: (slot: number, pool: NodePool | null) => NodeFacts;
  readonly isProtected: (task: number, taskClass: TaskClass) => boolean;
  /** Pods that come with every node need no other. */
  readonly isDaemon: (task: number) => boolean;
}

/** The pods of a node, and what they leave of it. */
interface NodeLoad {
  readonly id: number;
  readonly revision: number;
  /** No pod is protected for a while only. */
  readonly isLasting: boolean;
  readonly pods: readonly NodePod[];
  readonly available: Float64Array;
  /** Of what is taken, what daemons request. */
  readonly daemonRequests: Float64Array;
  readonly hostPorts: readonly HostPort[];
  /** Made when somebody asks. */
  topology: TopologyNode | null;
}

/** A pod on a node, and what it was made of. */
interface PlacedPod {
  readonly ordinal: number;
  readonly classId: number;
  readonly slotId: number;
  readonly own: NodePod;
}

interface ClassWords {
  readonly spec: PodSpec;
  readonly requests: Amounts;
}

const UID_DIGITS = 12;

/** The cluster in Karpenter's words: nodes, pods and instance types, made of the store and the fleet. */
export class ClusterPicture {
  readonly #options: ClusterPictureOptions;
  readonly #classes = new Map<number, ClassWords>();
  /** Requests by what they are: pods that ask for the same share theirs. */
  readonly #requests = new Map<string, Amounts>();
  /** By instance id: the same object while the node lives. */
  readonly #labels = new Map<number, ReadonlyMap<string, string>>();

  /** By slot. */
  readonly #loads: (NodeLoad | undefined)[] = [];
  /** By task: what it last was on a node; several pods stay for each that comes or goes. */
  readonly #nodePods: (PlacedPod | undefined)[] = [];

  constructor(options: ClusterPictureOptions) {
    this.#options = options;
  }

  /** The DaemonSets' pods, one of each. */
  daemons(classIds: readonly number[]): Daemon[] {
    return classIds.map((classId) => this.#wordsOf(classId));
  }

  /** Pods that wait and that no node had room for. */
  pending(queue: Pick<PendingQueue, 'waiting' | 'line'>): KarpenterPod[] {
    const { store } = this.#options;
    return store.classes.flatMap(({ id }) =>
      queue.waiting(id) === 0 ? [] : queue.line(id).map((task) => this.#podOf(task, null)),
    );
  }

  /** All nodes, on their way in and out too, in order of trial: ready ones first, then by name. */
  nodes(): ClusterNode[] {
    const { store } = this.#options;
    const nodes: ClusterNode[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] !== INSTANCE_STATE.free) nodes.push(this.#nodeOf(slot));
    }
    return nodes.sort(
      (a, b) =>
        Number(b.state.initialised) - Number(a.state.initialised) || compare(a.state.name, b.state.name),
    );
  }

  /** The nodes as constraints between pods count on them: those of `nodes()`, in their order. */
  topology(nodes: readonly ClusterNode[]): TopologyNode[] {
    const { store } = this.#options;
    const slots = new Map<string, number>();
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] !== INSTANCE_STATE.free) slots.set(store.instanceName(slot), slot);
    }
    return nodes.map(({ state, pods }) => {
      const load = this.#loads[slots.get(state.name)!]!;
      load.topology ??= topologyNode(
        state,
        pods.map(({ pod }) => pod),
      );
      return load.topology;
    });
  }

  /** Does a pod hold its node for a while only? Then time alone may let the node go. */
  get hasPassingHolds(): boolean {
    const { store } = this.#options;
    return this.#loads.some((load, slot) => load?.isLasting === false && load.id === store.instanceId[slot]);
  }

  /** The instance types of the pool's groups, with what they cost now, and whether they can be had. */
  typesOf(pool: NodePool): OfferedType[] {
    const { fleet, poolOf } = this.#options;
    const found = new Map<
      string,
      { shape: InstanceShape; labels: Map<string, string>; offerings: Offering[] }
    >();
    fleet.groups.forEach((group, index) => {
      if (poolOf[index] !== pool) return;
      for (const name of group.types) {
        const shape = fleet.shape(index, name);
        const labels = new Map([...shape.labels].filter(([key]) => !group.labels.has(key)));
        const type = found.get(name) ?? { shape, labels, offerings: [] };
        type.offerings.push(...group.zones.map((zone) => this.#offering(index, name, zone)));
        found.set(name, type);
      }
    });
    return [...found].map(([name, { shape, labels, offerings }]) => {
      const own = [
        requirement(TYPE_LABEL, 'In', [name]),
        requirement(
          ZONE_LABEL,
          'In',
          offerings.map(({ zone }) => zone),
        ),
        requirement(
          CAPACITY_TYPE_LABEL,
          'In',
          offerings.map(({ capacityType }) => capacityType),
        ),
      ];
      const requirements = combined(labelRequirements(labels), own);
      return {
        name,
        requirements,
        capacity: this.#limited(shape.capacity),
        allocatable: this.#limited(shape.allocatable),
        offerings,
      };
    });
  }

  #offering(groupIndex: number, typeName: string, zone: string): Offering {
    const { fleet, priceOf, isShort } = this.#options;
    const { size } = fleet.groups[groupIndex]!;
    return {
      zone,
      capacityType: capacityTypeOf(fleet, groupIndex),
      price: priceOf(groupIndex, typeName, zone),
      available:
        fleet.alive(groupIndex) < size.max && fleet.isOpen(zone) && !isShort(groupIndex, typeName, zone),
    };
  }

  #nodeOf(slot: number): ClusterNode {
    const { store, fleet, poolOf, factsOf } = this.#options;
    const groupIndex = fleet.groupOf(slot);
    const pool = poolOf[groupIndex]!;
    const shape = store.shapes[store.shapeOf[slot]!]!;
    const facts = factsOf(slot, pool);
    const { pods, available, daemonRequests, hostPorts } = this.#loadOf(slot, shape);
    const isReady =
      store.state[slot] === INSTANCE_STATE.ready || store.state[slot] === INSTANCE_STATE.draining;
    return {
      state: {
        name: store.instanceName(slot),
        pool: pool?.name ?? '',
        labels: this.#labelsOf(slot),
        taints: store.taints(slot),
        capacity: shape.capacity,
        available,
        daemonRequests,
        hostPorts,
        initialised: isReady,
        isSettling: facts.isSettling,
      },
      typeName: shape.typeName,
      zone: store.strings.name(store.zone[slot]!),
      capacityType: capacityTypeOf(fleet, groupIndex),
      pods,
      ready: isReady,
      doNotDisrupt: false,
      ...facts,
    };
  }

  /** What is on the node; the same object until something comes or goes. */
  #loadOf(slot: number, shape: InstanceShape): NodeLoad {
    const { store } = this.#options;
    const revision = store.revision[slot]!;
    const id = store.instanceId[slot]!;
    const known = this.#loads[slot];
    if (known !== undefined && known.id === id && known.revision === revision && known.isLasting)
      return known;
    const { isDaemon } = this.#options;
    const pods: NodePod[] = [];
    const name = store.instanceName(slot);
    const daemonRequests = new Float64Array(shape.allocatable.length);
    const available = this.#limited(shape.allocatable);
    const { limited } = store.resources;
    for (let lane = 0; lane < available.length; lane++) {
      if (limited[lane] === 1) available[lane]! -= store.requested[lane]![slot]!;
    }
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      const own = this.#nodePod(task, id, name);
      pods.push(own);
      if (isDaemon(task)) {
        const { requests } = own.pod;
        for (let lane = 0; lane < requests.length; lane++) daemonRequests[lane]! += requests[lane]!;
      }
    }
    const hostPorts = pods.flatMap(({ pod }) => pod.spec.hostPorts);
    const isLasting = pods.every(({ pod }) => !isHeldForAWhile(pod.spec.taskClass));
    const load = { id, revision, isLasting, pods, available, daemonRequests, hostPorts, topology: null };
    this.#loads[slot] = load;
    return load;
  }

  /** The same object while the pod stays as it is, on the instance of that id and name. */
  #nodePod(task: number, slotId: number, nodeName: string): NodePod {
    const { store, isProtected, isDaemon } = this.#options;
    const classId = store.taskClass[task]!;
    const ordinal = store.taskOrdinal(task);
    const known = this.#nodePods[task];
    const isKnown = known?.ordinal === ordinal && known.classId === classId && known.slotId === slotId;
    if (isKnown && !isHeldForAWhile(known.own.pod.spec.taskClass)) return known.own;
    const pod = this.#podOf(task, nodeName);
    const { taskClass } = pod.spec;
    const own = {
      pod,
      reschedulable: taskClass.evicted !== true && !isDaemon(task),
      doNotDisrupt: isProtected(task, taskClass),
      evictionCost: evictionCost(deletionCost(taskClass), taskClass.priority),
    };
    this.#nodePods[task] = { ordinal, classId, slotId, own };
    return own;
  }

  #podOf(task: number, nodeName: string | null): KarpenterPod {
    const { store } = this.#options;
    const { spec, requests } = this.#wordsOf(store.taskClass[task]!);
    return {
      name: `${task}`,
      uid: String(store.taskOrdinal(task)).padStart(UID_DIGITS, '0'),
      createdMs: Math.floor(store.taskSubmitMs(task) / SECOND) * SECOND,
      spec,
      requests,
      nodeName,
      pending: nodeName === null,
    };
  }

  #wordsOf(classId: number): ClassWords {
    let words = this.#classes.get(classId);
    if (words === undefined) {
      const spec = this.#options.pods.pod(classId);
      words = { spec, requests: this.#shared(this.#limited(spec.taskClass.requests)) };
      this.#classes.set(classId, words);
    }
    return words;
  }

  #shared(requests: Float64Array): Amounts {
    const key = requests.join();
    const known = this.#requests.get(key) ?? requests;
    this.#requests.set(key, known);
    return known;
  }

  /** Lanes that only account are nothing to a node. */
  #limited(amounts: Amounts): Float64Array {
    const { limited } = this.#options.store.resources;
    return Float64Array.from(amounts, (amount, lane) => (limited[lane] === 1 ? amount : 0));
  }

  #labelsOf(slot: number): ReadonlyMap<string, string> {
    const { store } = this.#options;
    const id = store.instanceId[slot]!;
    let labels = this.#labels.get(id);
    if (labels === undefined) {
      const entries = [...store.labelKeys].map((key) => [key, store.label(slot, key)] as const);
      labels = new Map(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
      this.#labels.set(id, labels);
    }
    return labels;
  }
}

/** A group buys either Spot or On-Demand. */
function capacityTypeOf(fleet: Fleet, groupIndex: number): CapacityType {
  return fleet.groups[groupIndex]!.spot === undefined ? 'on-demand' : 'spot';
}
