import type { EventHandle, EventKind, Kernel } from '../../kernel/kernel.ts';
import { PHASE } from '../../model/phases.ts';

export interface BatchWindowOptions {
  readonly kernel: Kernel;
  readonly idleMs: number;
  readonly maxMs: number;
  readonly onClosed: () => void;
}

/**
 * Gathers waiting pods: opens with the first, closes when none has been new for `idleMs`, `maxMs` after it opened at the
 * latest. Source: karpenter v1.14.1 pkg/controllers/provisioning/batcher.go
 */
export class BatchWindow {
  readonly #options: BatchWindowOptions;
  readonly #close: EventKind;
  #event: EventHandle | null = null;
  #openedMs = 0;
  #pods = 0;

  constructor(options: BatchWindowOptions) {
    this.#options = options;
    this.#close = options.kernel.defineKind('karpenter-batch', PHASE.autoscale, () => {
      this.#event = null;
      options.onClosed();
    });
  }

  /** So many pods wait now. */
  seen(pods: number): void {
    const { kernel, idleMs, maxMs } = this.#options;
    if (this.#event === null) this.#openedMs = kernel.nowMs;
    else if (pods > this.#pods) kernel.cancel(this.#event);
    else return;
    this.#pods = pods;
    const closesMs = Math.min(kernel.nowMs + idleMs, this.#openedMs + maxMs);
    // A window that should have closed while the control plane was away is late.
    this.#event = kernel.at(Math.max(kernel.nowMs, closesMs), this.#close, 0);
  }
}
