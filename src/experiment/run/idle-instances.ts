import type { ClusterEvents } from '../../controllers/cluster-events.ts';
import type { Fleet } from '../../controllers/fleet.ts';
import type { NodeScaler } from '../../controllers/node-scaler.ts';
import type { TaskLife } from '../../controllers/task-life.ts';
import type { Gate } from '../../kernel/gate.ts';
import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import { PHASE } from '../../model/phases.ts';
import type { PlatformRun } from './platform-run.ts';

export interface IdleInstancesOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly fleet: Fleet;
  readonly controllers: PlatformRun;
  readonly scaler: NodeScaler | null;
  readonly events: ClusterEvents | null;
  /** While it is closed nobody sees that an instance has nothing to do; null: that is seen at once. */
  readonly gate: Gate | null;
  /** A machine of Fargate ends with its task. */
  readonly isOnFargate: boolean;
}

/** Who hears, and in which order, that an instance has lost a task and has nothing to do now. */
export class IdleInstances {
  readonly #options: IdleInstancesOptions;
  /** Somebody sees it when the API answers again. */
  readonly #seenLater: EventKind | null;

  constructor(options: IdleInstancesOptions) {
    this.#options = options;
    const { gate, kernel } = options;
    this.#seenLater =
      gate === null
        ? null
        : kernel.under(gate, () =>
            kernel.defineKind('instance-emptied', PHASE.arrival, (slot) => this.#seenAgain(slot)),
          );
  }

  idle(slot: number): void {
    const { kernel, fleet, gate, isOnFargate } = this.#options;
    if (isOnFargate) fleet.terminate(slot);
    else if (this.#seenLater !== null && gate?.isOpen === false)
      kernel.at(kernel.nowMs, this.#seenLater, slot);
    else this.#seen(slot);
  }

  #seen(slot: number): void {
    const { store, life, controllers, scaler, events } = this.#options;
    controllers.instanceEmptied?.(slot);
    if (store.state[slot] === INSTANCE_STATE.ready) {
      scaler?.emptied(slot);
      return;
    }
    scaler?.idle(slot);
    if (store.state[slot] === INSTANCE_STATE.free) return;
    controllers.instanceIdle(slot);
    // The daemons that stop last may take their time.
    if (!life.isIdle(slot)) return;
    controllers.scaler?.idle(slot);
    events?.idle(slot);
  }

  /** What has happened to the slot since is as good as new. */
  #seenAgain(slot: number): void {
    const { store, life } = this.#options;
    const state = store.state[slot]!;
    const isThere = state === INSTANCE_STATE.ready || state === INSTANCE_STATE.draining;
    if (isThere && life.isIdle(slot)) this.idle(slot);
  }
}
