import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { TASK_STATE } from '../../model/cluster-view.ts';
import { PHASE } from '../../model/phases.ts';
import { MINUTE } from '../../units.ts';
import { provisioningPass } from './provisioning-queue.ts';

/**
 * Once a minute, stops tasks that have waited for capacity for the timeout or longer, the oldest first. They have
 * failed to start: `stop` says what that means for each.
 */
export class ProvisioningTimeout {
  readonly #store: ClusterStore;
  readonly #kernel: Kernel;
  readonly #timeoutMs: number;
  readonly #stop: (task: number) => void;
  readonly #look: EventKind;

  constructor(kernel: Kernel, store: ClusterStore, timeoutMs: number, stop: (task: number) => void) {
    this.#kernel = kernel;
    this.#store = store;
    this.#timeoutMs = timeoutMs;
    this.#stop = stop;
    this.#look = kernel.defineKind('provisioning-timeout', PHASE.failure, () => this.#run());
  }

  start(): void {
    this.#kernel.at(this.#timeoutMs, this.#look, 0);
  }

  #run(): void {
    const { nowMs } = this.#kernel;
    const { taskState } = this.#store;
    const queue: { id: string; createdAtMs: number; task: number }[] = [];
    for (let task = 0; task < taskState.length; task++) {
      if (taskState[task] !== TASK_STATE.pending) continue;
      const id = String(this.#store.taskOrdinal(task)).padStart(10, '0');
      queue.push({ id, createdAtMs: this.#store.taskSinceMs(task), task });
    }
    const { stopped } = provisioningPass(queue, nowMs, this.#timeoutMs, () => false);
    for (const { task } of stopped) this.#stop(task);
    this.#kernel.after(MINUTE, this.#look, 0);
  }
}
