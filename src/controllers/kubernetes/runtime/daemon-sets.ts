import type { ClusterStore } from '../../../model/cluster-store.ts';
import { INSTANCE_STATE } from '../../../model/cluster-view.ts';
import type { TaskClass } from '../../../model/task-class.ts';
import { SECOND } from '../../../units.ts';
import { type DaemonPod, type DaemonSetState, syncDaemonSet } from '../daemon-set.ts';
import { CreateBackoff } from './create-backoff.ts';
import type { Pod, PodEnd, PodOwner, Pods, PodTemplate } from './pods.ts';
import type { Reconciled, WorkQueue } from './work-queue.ts';

export interface DaemonSetOptions {
  readonly store: ClusterStore;
  readonly pods: Pods;
  readonly queue: WorkQueue;
  readonly name: string;
  readonly template: PodTemplate;
  readonly minReadyMs: number;
  readonly rollingUpdate: DaemonSetState['rollingUpdate'];
  /** May a node run pods of the class, were it empty? */
  readonly matches: (classId: number, slot: number) => boolean;
  /** Pods that wait for room which is being made on the node for them. */
  readonly nominated: (slot: number) => readonly TaskClass[];
  /** The wanted number of pods has changed. */
  readonly onDesired: (count: number) => void;
}

/** A pod that waits for room is tried again after this long, whatever happens (chosen). */
const RETRY_MS = 10 * SECOND;

/**
 * A DaemonSet in a run: a pod on every node that may have one. The scheduler would have one node to choose from, so that
 * pods go there directly, before anything else gets the node's room (chosen) but for pods that it is kept for; without room they wait for it. A node that
 * comes or loses a pod costs as much as one node; all of them are looked at during a rolling update alone.
 */
export class RunningDaemonSet implements PodOwner, Reconciled {
  readonly followsNodes = true;
  readonly name: string;
  readonly pods = new Set<Pod>();
  readonly #options: DaemonSetOptions;
  readonly #key: number;
  #template: PodTemplate;
  /** By slot. With a surge there are two during an update. */
  readonly #bySlot = new Map<number, Set<Pod>>();
  readonly #slotOf = new Map<Pod, number>();
  /** Nodes without room for their pod, by slot: id of the instance. */
  readonly #waiting = new Map<number, number>();
  /** Slots to look at. */
  readonly #touched = new Set<number>();
  #isUpdating = false;
  #hasStarted = false;
  readonly #backoff = new CreateBackoff();

  constructor(options: DaemonSetOptions) {
    this.#options = options;
    this.name = options.name;
    this.#template = options.template;
    this.#key = options.queue.add(this);
  }

  get classId(): number {
    return this.#template.classId;
  }

  /** Pods of it on the instance. */
  countOn(slot: number): number {
    return this.#bySlot.get(slot)?.size ?? 0;
  }

  /** Call once, when the pods that were there before are known. */
  start(): void {
    this.#hasStarted = true;
    const { slotCount } = this.#options.store;
    for (let slot = 0; slot < slotCount; slot++) this.#ensure(slot);
    this.#tellDesired();
  }

  /** A fresh node takes pods. */
  instanceReady(slot: number): void {
    if (!this.#hasStarted) return;
    this.#waiting.delete(slot);
    this.#ensure(slot);
    this.#tellDesired();
  }

  /** A node has room again. */
  roomFreed(slot: number): void {
    if (this.#waiting.has(slot)) this.instanceReady(slot);
  }

  /** A new template replaces the running one. */
  deploy(template: PodTemplate): void {
    this.#template = template;
    this.#isUpdating = true;
    this.#options.queue.wake(this.#key);
  }

  /** A pod of its own is on the node when the run begins. */
  adopted(pod: Pod, slot: number): void {
    this.#settle(pod, slot);
  }

  count(pod: Pod): void {
    this.pods.add(pod);
  }

  changed(): void {
    if (this.#isUpdating) this.#options.queue.wake(this.#key);
  }

  gone(pod: Pod, _how: PodEnd): void {
    const slot = this.#slotOf.get(pod);
    this.pods.delete(pod);
    this.#slotOf.delete(pod);
    if (slot === undefined) return;
    const there = this.#bySlot.get(slot)!;
    there.delete(pod);
    if (there.size === 0) this.#bySlot.delete(slot);
    this.#touched.add(slot);
    this.#options.queue.wake(this.#key);
    this.#tellDesired();
  }

  sync(nowMs: number): void {
    for (const slot of this.#touched) this.#ensure(slot);
    this.#touched.clear();
    for (const slot of this.#waiting.keys()) this.#ensure(slot);
    if (this.#isUpdating) this.#update(nowMs);
    this.#tellDesired();
  }

  /** The node has a pod if it may: now, or when there is room. */
  #ensure(slot: number): void {
    const { store, matches } = this.#options;
    if (store.accepts[slot] !== 1 || this.countOn(slot) > 0) return;
    if (matches(this.#template.classId, slot)) this.#startOn(slot);
  }

  #startOn(slot: number): void {
    const { store, pods, queue } = this.#options;
    if (!this.#hasRoom(slot)) {
      this.#waiting.set(slot, store.instanceId[slot]!);
      queue.wakeAfter(this.#key, RETRY_MS);
      return;
    }
    if (!pods.mayCreate(this.name, this.#template)) {
      this.#waiting.set(slot, store.instanceId[slot]!);
      queue.wakeAfter(this.#key, this.#backoff.next());
      return;
    }
    this.#backoff.reset();
    this.#waiting.delete(slot);
    this.#settle(pods.createOn(this, this.#template, slot), slot);
  }

  /** Room that is being made for a pod of at least the same priority is that pod's. */
  #hasRoom(slot: number): boolean {
    const { store, nominated } = this.#options;
    const own = store.classes[this.#template.classId]!;
    if (!store.fits(slot, own)) return false;
    const others = nominated(slot).filter(({ priority }) => priority >= own.priority);
    return own.requestedLanes.every((lane) => {
      const taken = others.reduce((sum, { requests }) => sum + requests[lane]!, 0);
      return own.requests[lane]! + taken <= store.allocatable[lane]![slot]! - store.requested[lane]![slot]!;
    });
  }

  #settle(pod: Pod, slot: number): void {
    const there = this.#bySlot.get(slot) ?? new Set();
    this.#bySlot.set(slot, there.add(pod));
    this.#slotOf.set(pod, slot);
  }

  /** The next step of a rolling update, over all nodes. */
  #update(nowMs: number): void {
    const { store, pods, rollingUpdate, minReadyMs, matches, queue } = this.#options;
    const names = new Map<string, number>();
    const bySlot: DaemonPod[] = [];
    const byName = new Map<string, Pod>();
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] !== INSTANCE_STATE.ready) continue;
      const targetNode = store.instanceName(slot);
      names.set(targetNode, slot);
      if (this.#isWaiting(slot)) bySlot.push(waitingPod(targetNode));
      for (const pod of this.#bySlot.get(slot) ?? []) {
        bySlot.push({ ...pods.ranked(pod), targetNode, updated: pod.template === this.#template });
        byName.set(pod.uid, pod);
      }
    }
    const nodes = [...names].map(([name, slot]) => ({
      name,
      // A cordoned node is about to go: no new pod of it either (chosen; the real ones tolerate the taint).
      mayRun: store.accepts[slot] === 1 && matches(this.#template.classId, slot),
      mayStay: true,
    }));
    const minReadySeconds = minReadyMs / 1000;
    const { createOn, remove } = syncDaemonSet(
      { nodes, pods: bySlot, minReadySeconds, rollingUpdate },
      nowMs,
    );
    for (const name of createOn) this.#startOn(names.get(name)!);
    for (const { name } of remove) if (byName.has(name)) pods.remove(byName.get(name)!);
    this.#isUpdating = [...this.pods].some(({ template }) => template !== this.#template);
    if (this.#isUpdating && minReadyMs > 0) queue.wakeAfter(this.#key, minReadyMs);
  }

  #isWaiting(slot: number): boolean {
    return this.#waiting.get(slot) === this.#options.store.instanceId[slot];
  }

  #tellDesired(): void {
    const { store, onDesired } = this.#options;
    for (const [slot, id] of this.#waiting) {
      if (store.instanceId[slot] !== id || store.accepts[slot] !== 1) this.#waiting.delete(slot);
    }
    onDesired(this.#bySlot.size + this.#waiting.size);
  }
}

/** A node without room has a pod that waits for it. */
function waitingPod(targetNode: string): DaemonPod {
  return {
    name: '',
    phase: 'Pending',
    nodeName: '',
    createdMs: 0,
    ready: null,
    terminating: false,
    targetNode,
    updated: true,
  };
}
