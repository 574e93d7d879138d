import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { TASK_STATE } from '../model/cluster-view.ts';
import type { Phase } from '../model/phases.ts';

export interface AttemptTimerOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  /** Name and phase of the events. */
  readonly name: string;
  readonly phase: Phase;
  readonly delayMs: number;
  readonly action: (task: number) => void;
}

/** Does something with tasks that have room a fixed time later, if they are still there, in the same attempt. */
export class AttemptTimer {
  readonly #options: AttemptTimerOptions;
  readonly #kind: EventKind;
  /** Waiting for their time, the first one first: the delay is the same for all. */
  readonly #started: { readonly task: number; readonly ordinal: number; readonly attempt: number }[] = [];

  constructor(options: AttemptTimerOptions) {
    this.#options = options;
    this.#kind = options.kernel.defineKind(options.name, options.phase, () => this.#fire());
  }

  start(task: number): void {
    const { kernel, store, delayMs } = this.#options;
    this.#started.push({ task, ordinal: store.taskOrdinal(task), attempt: store.taskAttempt(task) });
    kernel.after(delayMs, this.#kind, task);
  }

  #fire(): void {
    const { store, action } = this.#options;
    const { task, ordinal, attempt } = this.#started.shift()!;
    const isThere = store.taskState[task] !== TASK_STATE.free && store.taskOrdinal(task) === ordinal;
    if (isThere && store.taskAttempt(task) === attempt) action(task);
  }
}
