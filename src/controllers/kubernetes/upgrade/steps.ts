import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import { PHASE } from '../../../model/phases.ts';

/** What an upgrade does next, each thing after a while of its own. */
export class Steps {
  readonly #kernel: Kernel;
  readonly #kind: EventKind;
  readonly #waiting = new Map<number, () => void>();
  #next = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#kind = kernel.defineKind('upgrade-step', PHASE.arrival, (key) => {
      const step = this.#waiting.get(key);
      this.#waiting.delete(key);
      step?.();
    });
  }

  after(delayMs: number, step: () => void): void {
    const key = this.#next++;
    this.#waiting.set(key, step);
    this.#kernel.after(delayMs, this.#kind, key);
  }
}
