import type { EventKind, Kernel } from '../kernel/kernel.ts';
import { PHASE } from '../model/phases.ts';
import type { SchedulingQueue } from '../schedulers/kubernetes/scheduling-queue.ts';

/** Every so often the queue looks for pods that have been unschedulable for too long. */
const UNSCHEDULABLE_FLUSH_MS = 30_000;

type Queue = Pick<SchedulingQueue<unknown>, 'nextFlushMs' | 'flushUnschedulable' | 'isReady' | 'size'>;

/**
 * The clockwork of the scheduling queue, wound up only while it has something to do. Back-offs are flushed before each
 * pop, so that what is left to wait for here are pods that nothing else would bring back.
 * Source: kubernetes v1.36.2 pkg/scheduler/backend/queue/scheduling_queue.go, Run
 */
export class QueueFlushes {
  readonly #kernel: Kernel;
  readonly #queue: Queue;
  readonly #wake: () => void;
  readonly #backoffKind: EventKind;
  readonly #unschedulableKind: EventKind;
  #backoffMs: number | null = null;
  #isLooking = false;

  /** `wake` is told when there may be a pod to pop. */
  constructor(kernel: Kernel, queue: Queue, wake: () => void) {
    this.#kernel = kernel;
    this.#queue = queue;
    this.#wake = wake;
    this.#backoffKind = kernel.defineKind('backoff-flush', PHASE.schedule, () => {
      this.#backoffMs = null;
      wake();
    });
    this.#unschedulableKind = kernel.defineKind('unschedulable-flush', PHASE.schedule, () => this.#look());
  }

  /** Nobody can be popped: if some only wait for the end of their back-off, wakes then. */
  backoffs(): void {
    const { nextFlushMs } = this.#queue;
    if (nextFlushMs === null || (this.#backoffMs !== null && this.#backoffMs <= nextFlushMs)) return;
    this.#backoffMs = nextFlushMs;
    this.#kernel.at(nextFlushMs, this.#backoffKind, 0);
  }

  /** A pod may be unschedulable from now on. */
  unschedulable(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const looks = Math.floor(this.#kernel.nowMs / UNSCHEDULABLE_FLUSH_MS);
    this.#kernel.at((looks + 1) * UNSCHEDULABLE_FLUSH_MS, this.#unschedulableKind, 0);
  }

  #look(): void {
    this.#isLooking = false;
    this.#queue.flushUnschedulable(this.#kernel.nowMs);
    if (this.#queue.size > 0) this.unschedulable();
    if (this.#queue.isReady) this.#wake();
  }
}
