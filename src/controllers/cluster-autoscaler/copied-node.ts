import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, TASK_END } from '../../model/cluster-view.ts';

const { ready, draining } = INSTANCE_STATE;

/** A node of the real cluster in a snapshot of it, and which task there stands for which task here. */
export class CopiedNode {
  readonly #realSlot: number;
  readonly #leastPriority: number;
  /** Of the real instance. */
  readonly id: number;
  /** In the snapshot. */
  readonly slot: number;
  /** Of the real slot, when it was last looked at. */
  #revision = -1;
  /** By real task. */
  readonly #tasks = new Map<number, number>();

  constructor(realSlot: number, id: number, slot: number, leastPriority: number) {
    this.#realSlot = realSlot;
    this.id = id;
    this.slot = slot;
    this.#leastPriority = leastPriority;
  }

  /** Brings the copy in line with the real node, if that has changed; `realTasks`: by task of the snapshot. */
  update(real: ClusterStore, copy: ClusterStore, nowMs: number, realTasks: number[]): void {
    const revision = real.revision[this.#realSlot]!;
    if (revision === this.#revision) return;
    this.#revision = revision;
    for (const [realTask, task] of this.#tasks) {
      if (this.#isTheSame(real, realTask, copy, task)) continue;
      copy.endTask(task, TASK_END.stopped, nowMs);
      this.#tasks.delete(realTask);
    }
    for (let task = real.firstTask[this.#realSlot]!; task >= 0; task = real.nextTask[task]!) {
      if (this.#tasks.has(task) || this.#isLeftOut(real, task)) continue;
      // What is there already was let in before the node was closed.
      this.#setAccepting(copy, ready, true, nowMs);
      const own = copy.addTask(real.taskClass[task]!, nowMs);
      copy.place(own, this.slot, nowMs, real.taskGpuMask[task]!);
      this.#tasks.set(task, own);
      realTasks[own] = task;
    }
    const state = real.state[this.#realSlot] === draining ? draining : ready;
    this.#setAccepting(copy, state, real.accepts[this.#realSlot] === 1, nowMs);
  }

  /** The copies of its tasks are gone. */
  clear(copy: ClusterStore, nowMs: number): void {
    for (const task of this.#tasks.values()) copy.endTask(task, TASK_END.stopped, nowMs);
    this.#tasks.clear();
  }

  /** A task that left may have made room for another one in its place in the tables. */
  #isTheSame(real: ClusterStore, realTask: number, copy: ClusterStore, task: number): boolean {
    return (
      real.taskInstance[realTask] === this.#realSlot &&
      real.taskClass[realTask] === copy.taskClass[task] &&
      real.taskGpuMask[realTask] === copy.taskGpuMask[task]
    );
  }

  #isLeftOut(real: ClusterStore, task: number): boolean {
    return real.classes[real.taskClass[task]!]!.priority < this.#leastPriority;
  }

  #setAccepting(
    copy: ClusterStore,
    state: typeof ready | typeof draining,
    accepts: boolean,
    nowMs: number,
  ): void {
    if (copy.state[this.slot] !== state) copy.setInstanceState(this.slot, state, nowMs);
    if (state === ready && (copy.accepts[this.slot] === 1) !== accepts) {
      copy.setAgentConnected(this.slot, accepts);
    }
  }
}
