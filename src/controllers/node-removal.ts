import type { ClusterStore } from '../model/cluster-store.ts';
import type { Fleet } from './fleet.ts';

export interface NodeRemovalOptions {
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  /** An instance drains: what becomes of its tasks. */
  readonly onDraining: (slot: number) => void;
  readonly isIdle: (slot: number) => boolean;
}

/** Takes instances out of service for an autoscaler: cordoned first, then drained, ended once they are idle. */
export class NodeRemoval {
  readonly #options: NodeRemovalOptions;
  /** Instances that are being removed, by slot: their ids, and whether their tasks were told to go. */
  readonly #leaving = new Map<number, { readonly id: number; isDrained: boolean }>();

  constructor(options: NodeRemovalOptions) {
    this.#options = options;
  }

  /** How many are on their way out. */
  get count(): number {
    return [...this.#leaving.keys()].filter((slot) => this.isLeaving(slot)).length;
  }

  /** Is the instance in the slot being removed? */
  isLeaving(slot: number): boolean {
    return this.#leaving.get(slot)?.id === this.#options.store.instanceId[slot];
  }

  /** It gets no new tasks from now on; those that it has stay. */
  cordon(slot: number): void {
    const { store, fleet } = this.#options;
    this.#leaving.set(slot, { id: store.instanceId[slot]!, isDrained: false });
    fleet.drain(slot);
  }

  /** Its tasks are told to go, and it ends when the last one has; nothing happens if it is gone already. */
  drain(slot: number, id: number): void {
    const entry = this.#leaving.get(slot);
    if (entry?.id !== id || !this.isLeaving(slot) || entry.isDrained) return;
    entry.isDrained = true;
    if (!this.#options.isIdle(slot)) this.#options.onDraining(slot);
    if (this.isLeaving(slot) && this.#options.isIdle(slot)) this.idle(slot);
  }

  /** The instance has nothing to do any more: one that was drained ends. */
  idle(slot: number): void {
    if (!this.isLeaving(slot) || this.#leaving.get(slot)?.isDrained !== true) return;
    this.#leaving.delete(slot);
    this.#options.fleet.terminate(slot);
  }
}
