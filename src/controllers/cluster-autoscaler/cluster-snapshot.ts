import { assert } from '../../errors.ts';
import type { ClusterStore, NewInstance } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, TASK_END } from '../../model/cluster-view.ts';
import { CopiedNode } from './copied-node.ts';

const { booting, ready, draining } = INSTANCE_STATE;

/** Not the task of a real one: made up by a simulation. */
export const NO_TASK = -1;

/**
 * The cluster to try things out on: a second store that follows the real one. Between `fork` and `revert` nodes are
 * added and removed and pods put here and there, as rules allow or not; `revert` takes all of that back. Slots and
 * tasks are those of the snapshot's own store; a node has the same slot as long as it is there.
 * Source of the idea: kubernetes/autoscaler cluster-autoscaler-1.36.1 simulator/clustersnapshot/clustersnapshot.go
 */
export class ClusterSnapshot {
  /** To be read; written by the methods here alone. */
  readonly store: ClusterStore;
  /** Slots of all nodes: the real ones by age, then those that were added. */
  readonly order: number[] = [];
  readonly #real: ClusterStore;
  readonly #leastPriority: number;
  /** By slot of the real store. */
  readonly #copies: (CopiedNode | undefined)[] = [];
  /** By slot: how to make the node, and the id that it has in the real cluster; -1: it is made up. */
  readonly #instances: NewInstance[] = [];
  readonly #realIds: number[] = [];
  /** By task: its real counterpart, or `NO_TASK`. */
  readonly #realTasks: number[] = [];
  readonly #slotOfId = new Map<number, number>();
  /** What takes the changes of the fork back, the last one last. */
  readonly #undo: (() => void)[] = [];
  #nowMs = 0;

  /** Tasks of a priority below `leastPriority` are left out: room that they have is as good as free. */
  constructor(real: ClusterStore, leastPriority: number) {
    this.#real = real;
    this.#leastPriority = leastPriority;
    this.store = real.sibling();
  }

  // ---- the real cluster -------------------------------------------------------------------------------------------

  /** Brings the snapshot in line with the real cluster: ready and draining instances, and their tasks. Not in a fork. */
  follow(nowMs: number): void {
    this.#nowMs = nowMs;
    const real = this.#real;
    let isChanged = false;
    for (let slot = 0; slot < real.slotCount; slot++) {
      const isNode = real.state[slot] === ready || real.state[slot] === draining;
      let copy = this.#copies[slot];
      if (copy !== undefined && (!isNode || copy.id !== real.instanceId[slot])) {
        this.#dropCopy(slot, copy);
        copy = undefined;
        isChanged = true;
      }
      if (!isNode) continue;
      if (copy === undefined) {
        copy = this.#copy(slot);
        isChanged = true;
      }
      copy.update(real, this.store, nowMs, this.#realTasks);
    }
    if (isChanged) this.#sortNodes();
  }

  /** The slot of an instance of the real cluster, by its id; -1 when it is not in the snapshot. */
  slotOf(instanceId: number): number {
    return this.#slotOfId.get(instanceId) ?? -1;
  }

  /** The id that the node has in the real cluster; -1 when it is made up. */
  realId(slot: number): number {
    return this.#realIds[slot]!;
  }

  realTask(task: number): number {
    return this.#realTasks[task]!;
  }

  #copy(realSlot: number): CopiedNode {
    const instance = copyOfInstance(this.#real, realSlot);
    const id = this.#real.instanceId[realSlot]!;
    const slot = this.#bring(instance, id);
    const copy = new CopiedNode(realSlot, id, slot, this.#leastPriority);
    this.#copies[realSlot] = copy;
    return copy;
  }

  #dropCopy(realSlot: number, copy: CopiedNode): void {
    copy.clear(this.store, this.#nowMs);
    this.store.removeInstance(copy.slot, this.#nowMs);
    this.#slotOfId.delete(copy.id);
    this.#copies[realSlot] = undefined;
  }

  #sortNodes(): void {
    const copies = this.#copies.filter((copy) => copy !== undefined).sort((a, b) => a.id - b.id);
    this.order.splice(0, this.order.length, ...copies.map(({ slot }) => slot));
  }

  // ---- trying things out ------------------------------------------------------------------------------------------

  /** Where `revert` goes back to. Forks may be nested. */
  fork(): number {
    return this.#undo.length;
  }

  revert(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()!();
  }

  /** A node more, ready for pods; returns its slot. `id`: what it is called in the real cluster, if it is there. */
  addNode(instance: NewInstance, id = -1): number {
    const slot = this.#bring(instance, id);
    this.order.push(slot);
    this.#undo.push(() => {
      this.order.pop();
      this.#slotOfId.delete(id);
      this.store.removeInstance(slot, this.#nowMs);
    });
    return slot;
  }

  /** The same for an instance of the real cluster that is on its way. */
  addUpcoming(realSlot: number): number {
    return this.addNode(copyOfInstance(this.#real, realSlot), this.#real.instanceId[realSlot]!);
  }

  /** A node without pods becomes another one in its slot: with the taint of a node that is being removed, say. */
  replaceNode(slot: number, change: (instance: NewInstance) => NewInstance): void {
    const before = this.#instances[slot]!;
    const id = this.#realIds[slot]!;
    const isAccepting = this.store.accepts[slot] === 1;
    this.store.removeInstance(slot, this.#nowMs);
    this.#bring(change(before), id);
    this.#undo.push(() => {
      this.store.removeInstance(slot, this.#nowMs);
      this.#bringBack(slot, before, id, isAccepting);
    });
  }

  /** A node without pods goes; its slot stays in `order`, free. */
  removeNode(slot: number): void {
    const instance = this.#instances[slot]!;
    const id = this.#realIds[slot]!;
    const isAccepting = this.store.accepts[slot] === 1;
    this.store.removeInstance(slot, this.#nowMs);
    this.#slotOfId.delete(id);
    this.#undo.push(() => this.#bringBack(slot, instance, id, isAccepting));
  }

  /** A pod more, without a node; returns its task. */
  addPod(classId: number, realTask = NO_TASK): number {
    const { store } = this;
    const task = store.addTask(classId, this.#nowMs);
    this.#realTasks[task] = realTask;
    this.#undo.push(() => store.endTask(task, TASK_END.stopped, this.#nowMs));
    return task;
  }

  /** A pod without a node gets one, which must have the room. */
  put(task: number, slot: number): void {
    const { store } = this;
    store.place(task, slot, this.#nowMs);
    this.#undo.push(() => store.requeue(task, this.#nowMs));
  }

  /** A pod leaves its node, which must be a ready one, and has none. */
  take(task: number): void {
    const { store } = this;
    const slot = store.taskInstance[task]!;
    const gpuMask = store.taskGpuMask[task]!;
    const wasEvicted = store.classes[store.taskClass[task]!]!.evicted === true;
    store.requeue(task, this.#nowMs);
    this.#undo.push(() => {
      const isAccepting = store.accepts[slot] === 1;
      if (!isAccepting) store.setAgentConnected(slot, true);
      store.place(task, slot, this.#nowMs, gpuMask);
      if (!isAccepting) store.setAgentConnected(slot, false);
      if (wasEvicted) store.evict(task, null, this.#nowMs, this.#nowMs);
    });
  }

  /** Tasks on the node in order of placement. */
  podsOn(slot: number): number[] {
    const { firstTask, nextTask } = this.store;
    const tasks: number[] = [];
    for (let task = firstTask[slot]!; task >= 0; task = nextTask[task]!) tasks.push(task);
    return tasks;
  }

  isReady(slot: number): boolean {
    return this.store.state[slot] === ready;
  }

  #bring(instance: NewInstance, id: number): number {
    const { store } = this;
    const slot = store.addInstance(instance, this.#nowMs);
    store.setInstanceState(slot, booting, this.#nowMs);
    store.setInstanceState(slot, ready, this.#nowMs);
    this.#instances[slot] = instance;
    this.#realIds[slot] = id;
    if (id >= 0) this.#slotOfId.set(id, slot);
    return slot;
  }

  /** Slots are given out again in the reverse of the order in which they were given back. */
  #bringBack(slot: number, instance: NewInstance, id: number, isAccepting: boolean): void {
    const again = this.#bring(instance, id);
    assert(again === slot, 'a node comes back in another slot');
    if (!isAccepting) this.store.setAgentConnected(slot, false);
  }
}

/** Everything about an instance that it would be made of again. */
function copyOfInstance(store: ClusterStore, slot: number): NewInstance {
  const labels = new Map<string, string>();
  for (const key of store.labelKeys) {
    const value = store.label(slot, key);
    if (value !== undefined) labels.set(key, value);
  }
  return {
    shape: store.shapes[store.shapeOf[slot]!]!,
    zone: store.strings.name(store.zone[slot]!),
    name: store.instanceName(slot),
    labels,
  };
}
