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
    const { kernel, store, hasLoads } = this.#options;
    for (let slot = 0; slot < store.slotCount; slot++) {
      const state = store.state[slot]!;
      if (state !== INSTANCE_STATE.ready && state !== INSTANCE_STATE.draining) continue;
      if (hasLoads || (this.#quietUntilMs[slot] ?? 0) <= kernel.nowMs) this.#lookAt(slot);
    }
    kernel.after(MEMORY_LOOK_MS, this.#kind, 0);
  }

  #lookAt(slot: number): void {
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
    this.#quietUntilMs[slot] = Math.min(seen.untilMs, this.#crossingMs(slot, limitBytes - usedBytes));
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

  /** Until the use of the instance can have risen by so much, or that of a task beyond its limit; never too late. */
  #crossingMs(slot: number, spareBytes: number): number {
    const { kernel, store, used } = this.#options;
    const { nowMs } = kernel;
    let perHour = 0;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      const use = store.classes[store.taskClass[task]!]!.memoryUse;
      if (use === undefined || use.growthBytesPerHour === 0) continue;
      perHour += use.growthBytesPerHour;
      if (use.limitBytes === null) continue;
      const left = use.limitBytes - used.usedBytes(task, nowMs);
      soonestMs = Math.min(soonestMs, (left / use.growthBytesPerHour) * HOUR);
    }
    if (spareBytes <= 0) return nowMs;
    if (perHour > 0) soonestMs = Math.min(soonestMs, (spareBytes / perHour) * HOUR);
    // A step earlier than the division says: it rounds.
    return nowMs + Math.max(0, Math.floor(soonestMs) - MEMORY_LOOK_MS);
  }
}
