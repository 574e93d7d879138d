import type { ClusterStore } from '../../model/cluster-store.ts';
import { TASK_STATE } from '../../model/cluster-view.ts';
import { isBalanced, nextMove, type ZoneTasks } from './az-rebalance.ts';
import type { EcsService } from './ecs-service.ts';
import type { ServiceEventName } from './service-events.ts';
import type { ServiceTask } from './service-tasks.ts';

export interface ZoneMovesOptions {
  readonly store: ClusterStore;
  readonly service: EcsService;
  readonly maximumPercent: number;
  /** Zones with an instance that may take tasks of the service. */
  readonly zones: () => readonly string[];
  /** Is there an instance in the zone that can take one more task now? */
  readonly canPlace: (zone: string) => boolean;
  readonly tell: (event: ServiceEventName) => void;
}

/**
 * Evens out one service over its zones while it is steady: starts a task in the emptiest zone, and once that is healthy
 * stops one in the fullest, one move at a time. Whatever unsettles the service ends the move.
 */
export class ZoneMoves {
  readonly #options: ZoneMovesOptions;
  #move: { readonly task: ServiceTask; readonly from: string } | null = null;
  /** The last round found no room: nothing is tried until something changes. */
  #isBlocked = false;
  #isRound = false;

  constructor(options: ZoneMovesOptions) {
    this.#options = options;
  }

  /** Instances have changed: what found no room may find some now. */
  unblock(): void {
    this.#isBlocked = false;
  }

  /** Before a pass begins: a move is dropped when the service changes. */
  settle(): void {
    const { service, tell } = this.#options;
    if (this.#move === null) return;
    const { task } = this.#move;
    const isThere = service.tasks.get(task.task) === task && task.revision === service.revision;
    const isUndisturbed = service.tasks.size === service.desired + 1 && !service.hasUnhealthy;
    if (isThere && !service.inProgress && isUndisturbed) return;
    this.#end();
    tell('SERVICE_REBALANCING_STOPPED');
  }

  /** After a pass: goes on with the move under way, or makes the next one. True when it has done something. */
  advance(): boolean {
    const { service, store, tell } = this.#options;
    if (this.#move !== null) {
      const { task, from } = this.#move;
      if (store.taskState[task.task] === TASK_STATE.pending) {
        service.stop(task);
        this.#end();
        this.#isBlocked = true;
        tell('SERVICE_TASK_PLACEMENT_FAILURE');
        return true;
      }
      if (!service.isAllHealthy) return false;
      service.stopOne((other) => other !== task && this.#zoneOf(other) === from);
      this.#end();
      return true;
    }
    if (!service.isSteady || service.inProgress || this.#isBlocked) return false;
    return this.#begin();
  }

  #begin(): boolean {
    const { service, maximumPercent, canPlace, tell } = this.#options;
    const zones = this.#counts();
    if (zones.length < 2) return false;
    if (isBalanced(zones)) {
      if (this.#isRound) tell('SERVICE_REBALANCING_COMPLETED');
      this.#isRound = false;
      return false;
    }
    const move = nextMove(zones, maximumPercent, canPlace);
    if ('end' in move) {
      this.#isBlocked = true;
      if (move.end === 'placementFailure') tell('SERVICE_TASK_PLACEMENT_FAILURE');
      return false;
    }
    if (!this.#isRound) tell('SERVICE_REBALANCING_STARTED');
    this.#isRound = true;
    this.#move = { task: service.start(move.start), from: move.stop };
    service.extra = 1;
    return true;
  }

  #end(): void {
    this.#move = null;
    this.#options.service.extra = 0;
  }

  #counts(): ZoneTasks[] {
    const counts = new Map(this.#options.zones().map((zone) => [zone, 0]));
    for (const task of this.#options.service.tasks.values()) {
      const zone = this.#zoneOf(task);
      if (zone !== null) counts.set(zone, (counts.get(zone) ?? 0) + 1);
    }
    return [...counts].map(([zone, tasks]) => ({ zone, tasks, protectedTasks: 0 }));
  }

  #zoneOf({ task }: ServiceTask): string | null {
    const { store } = this.#options;
    if (store.taskState[task] === TASK_STATE.pending) return null;
    return store.strings.name(store.zone[store.taskInstance[task]!]!);
  }
}
