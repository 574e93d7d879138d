import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, TASK_STATE } from '../../model/cluster-view.ts';
import { MEMORY_LOOK_MS } from '../../model/memory-use.ts';
import { PHASE } from '../../model/phases.ts';
import { HOUR } from '../../units.ts';
import { type OomCandidate, oomVictim } from './oom-victim.ts';
import type { UsedMemory } from './used-memory.ts';

/** Why a task was killed: it was over its own limit, its instance was full, or kubelet made room in time. */
export type MemoryCause = 'limit' | 'instance' | 'pressure';

/** What becomes of tasks that need more memory than there is, on one platform. */
export interface MemoryRules {
  /** The kernel has killed a task, because of its own limit or because its instance is full. */
  killed(task: number, cause: 'limit' | 'instance'): void;
  /** What the kernel adds to its score, in thousandths of the memory of the instance. */
  oomScoreAdj(task: number): number;
  /** What the tasks on the instance may use together before the kernel kills; null: each has a machine of its own. */
  roomBytes(slot: number): number | null;
  /**
   * Whoever looks after the instance sees what its tasks use; absent: nobody does. Returns the use that he waits for, and
   * until when he will see nothing new below it.
   */
  look?(slot: number, usedBytes: number): { readonly belowBytes: number; readonly untilMs: number };
}

export interface MemoryWatchOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly used: UsedMemory;
  readonly rules: MemoryRules;
  /** A task is about to be killed. */
  readonly onKill: (task: number, cause: MemoryCause, usedBytes: number) => void;
  /** Tasks use memory for what they serve, and that may change at any time. */
  readonly hasLoads: boolean;
}

/**
 * Looks at the memory of every instance at each multiple of the look period: containers over their own limit are killed, then the
 * kernel makes room on instances that are full, then whoever looks after the instance sees what is left. An instance on which
 * nothing can have happened since is passed over.
 */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  readonly #kind: EventKind;
  /** By instance slot: before this time there is nothing to see. */
  readonly #quietUntilMs: number[] = [];
  /** The same for loads: until their shares have risen to this in sum there is nothing to see. */
  readonly #quietUntilBytes: number[] = [];

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
    this.#kind = options.kernel.defineKind('memory-look', PHASE.failure, () => this.#lookAtAll());
    options.used.onChange = (slot) => {
      this.#quietUntilMs[slot] = 0;
    };
  }

  start(): void {
    this.#options.kernel.after(MEMORY_LOOK_MS, this.#kind, 0);
  }

  #lookAtAll(): void {
    const { kernel, store, used, hasLoads } = this.#options;
    const risenBytes = hasLoads ? used.risenBytes(kernel.nowMs) : 0;
    for (let slot = 0; slot < store.slotCount; slot++) {
      const state = store.state[slot]!;
      if (state !== INSTANCE_STATE.ready && state !== INSTANCE_STATE.draining) continue;
      const isQuiet =
        kernel.nowMs < (this.#quietUntilMs[slot] ?? 0) && risenBytes <= this.#quietUntilBytes[slot]!;
      if (!isQuiet) this.#lookAt(slot, risenBytes);
    }
    kernel.after(MEMORY_LOOK_MS, this.#kind, 0);
  }

  #lookAt(slot: number, risenBytes: number): void {
    const { kernel, store, used, rules } = this.#options;
    const { nowMs } = kernel;
    const id = store.instanceId[slot]!;
    for (const task of this.#overLimit(slot)) this.#kill(task, 'limit');
    const roomBytes = rules.roomBytes(slot);
    // With its last task an instance may be gone.
    while (roomBytes !== null && store.instanceId[slot] === id && store.state[slot] !== INSTANCE_STATE.free) {
      if (used.instanceBytes(slot, nowMs) <= roomBytes) break;
      const victim = oomVictim(this.#candidates(slot), roomBytes);
      if (victim < 0) break;
      this.#kill(victim, 'instance');
    }
    if (store.instanceId[slot] !== id || store.state[slot] === INSTANCE_STATE.free) return;
    const usedBytes = used.instanceBytes(slot, nowMs);
    const seen = rules.look?.(slot, usedBytes) ?? {
      belowBytes: Number.POSITIVE_INFINITY,
      untilMs: Number.POSITIVE_INFINITY,
    };
    const limitBytes = Math.min(roomBytes ?? Number.POSITIVE_INFINITY, seen.belowBytes);
    const spare = this.#spare(slot, limitBytes - usedBytes);
    this.#quietUntilMs[slot] = Math.min(seen.untilMs, nowMs + spare.growthMs);
    this.#quietUntilBytes[slot] = risenBytes + spare.shareBytes;
  }

  #kill(task: number, cause: 'limit' | 'instance'): void {
    const { kernel, used, rules, onKill } = this.#options;
    onKill(task, cause, used.usedBytes(task, kernel.nowMs));
    rules.killed(task, cause);
  }

  #overLimit(slot: number): number[] {
    const { kernel, store, used } = this.#options;
    const over: number[] = [];
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      const { memoryUse, evicted } = store.classes[store.taskClass[task]!]!;
      const limitBytes = memoryUse?.limitBytes ?? null;
      if (limitBytes === null || evicted === true) continue;
      if (used.usedBytes(task, kernel.nowMs) > limitBytes) over.push(task);
    }
    return over;
  }

  #candidates(slot: number): OomCandidate[] {
    const { kernel, store, used, rules } = this.#options;
    const candidates: OomCandidate[] = [];
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      if (store.taskState[task] !== TASK_STATE.running) continue;
      const usedBytes = used.usedBytes(task, kernel.nowMs);
      const oomScoreAdj = rules.oomScoreAdj(task);
      candidates.push({ task, usedBytes, oomScoreAdj, ordinal: store.taskOrdinal(task) });
    }
    return candidates;
  }

  /**
   * For how long tasks may grow, and by how much the shares of loads may rise, before the instance can be beyond what it has
   * to spare, or a task beyond its limit. Where there are loads each may take half of it; never too much.
   */
  #spare(slot: number, spareBytes: number): { readonly growthMs: number; readonly shareBytes: number } {
    const { kernel, store, used, hasLoads } = this.#options;
    if (spareBytes <= 0) return { growthMs: 0, shareBytes: 0 };
    const part = hasLoads ? 0.5 : 1;
    let [perHour, growthMs, shareBytes] = [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      const use = store.classes[store.taskClass[task]!]!.memoryUse;
      if (use === undefined) continue;
      const left = (use.limitBytes ?? Number.POSITIVE_INFINITY) - used.usedBytes(task, kernel.nowMs);
      perHour += use.growthBytesPerHour;
      shareBytes = Math.min(shareBytes, left * part);
      if (use.growthBytesPerHour > 0)
        growthMs = Math.min(growthMs, (left * part * HOUR) / use.growthBytesPerHour);
    }
    if (perHour > 0) growthMs = Math.min(growthMs, (spareBytes * part * HOUR) / perHour);
    shareBytes = Math.min(shareBytes, (spareBytes * part) / Math.max(1, store.taskCount[slot]!));
    // A step earlier than the division says: it rounds.
    return { growthMs: Math.max(0, growthMs - MEMORY_LOOK_MS), shareBytes: Math.max(0, shareBytes - 1) };
  }
}
