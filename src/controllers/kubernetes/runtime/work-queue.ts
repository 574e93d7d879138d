import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import { PHASE } from '../../../model/phases.ts';

/** An object that a controller looks after. */
export interface Reconciled {
  /** One sync: looks at what is, and does the next thing towards what is wanted. */
  sync(nowMs: number): void;
}

export interface WorkQueueOptions {
  readonly kernel: Kernel;
  /** Of its events: `replica-set-sync`. */
  readonly name: string;
  /** From a change until the controller has seen it and acts. */
  readonly latencyMs: number;
  readonly horizonMs: number;
}

/**
 * The work queue of one controller: objects that something has happened to, each at most once. An object that is woken
 * again before its turn keeps its first turn; what happens in between, its sync will see.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/client-go/util/workqueue (queue.go, delaying_queue.go).
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #sync: EventKind;
  readonly #items: Reconciled[] = [];
  /** By key: when its sync is due; Infinity: it rests. */
  readonly #dueMs: number[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#sync = options.kernel.defineKind(options.name, PHASE.arrival, (key) => this.#run(key));
  }

  /** A new object; returns its key. */
  add(item: Reconciled): number {
    this.#dueMs.push(Number.POSITIVE_INFINITY);
    return this.#items.push(item) - 1;
  }

  /** Something about the object has changed. */
  wake(key: number): void {
    this.wakeAfter(key, this.#options.latencyMs);
  }

  /** The object wants to be looked at in so long, at the latest. */
  wakeAfter(key: number, delayMs: number): void {
    const { kernel, horizonMs } = this.#options;
    const atMs = kernel.nowMs + delayMs;
    if (atMs >= this.#dueMs[key]! || atMs > horizonMs) return;
    this.#dueMs[key] = atMs;
    kernel.at(atMs, this.#sync, key);
  }

  #run(key: number): void {
    const { nowMs } = this.#options.kernel;
    // A turn that was moved forward leaves its first appointment behind; one that was held back comes late.
    if (this.#dueMs[key]! > nowMs) return;
    this.#dueMs[key] = Number.POSITIVE_INFINITY;
    this.#items[key]!.sync(nowMs);
  }
}
