import type { Kernel } from '../../kernel/kernel.ts';
import type { KarpenterSettings } from '../../model/autoscaler-plan.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { Fleet } from '../fleet.ts';
import type { NodeFacts } from './cluster-picture.ts';
import type { NodePool } from './node-pool.ts';
import type { PodEvents } from './pod-events.ts';

/** What is known of the node in a slot. */
export interface NodeRecord {
  readonly id: number;
  readonly requestedMs: number;
  readyMs: number;
  nominatedUntilMs: number;
}

export interface NodeRecordsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly settings: KarpenterSettings;
  /** By index of the fleet's groups; null: nodes of no pool. */
  readonly poolOf: readonly (NodePool | null)[];
  readonly podEvents: PodEvents;
}

/** When nodes were asked for, became ready, and took pods last: what disruption goes by. */
export class NodeRecords {
  readonly #options: NodeRecordsOptions;
  /** By slot. */
  readonly #records: (NodeRecord | undefined)[] = [];

  constructor(options: NodeRecordsOptions) {
    this.#options = options;
  }

  /** The record of the node in a slot, which begins now if there is none. */
  of(slot: number): NodeRecord {
    const { store, kernel } = this.#options;
    const found = this.find(slot);
    if (found !== undefined) return found;
    const id = store.instanceId[slot]!;
    const record = { id, requestedMs: kernel.nowMs, readyMs: kernel.nowMs, nominatedUntilMs: 0 };
    this.#records[slot] = record;
    return record;
  }

  /** Undefined for a node that nobody has asked about. */
  find(slot: number): NodeRecord | undefined {
    const record = this.#records[slot];
    return record?.id === this.#options.store.instanceId[slot] ? record : undefined;
  }

  facts(slot: number, pool: NodePool | null): NodeFacts {
    const { kernel, settings, store } = this.#options;
    const record = this.of(slot);
    const deleting = store.state[slot] === INSTANCE_STATE.draining;
    const settledMs = pool?.consolidateAfterMs ?? null;
    const hasSettled = settledMs !== null && kernel.nowMs - this.#changedMs(slot) >= settledMs;
    return {
      deleting,
      nominated: record.nominatedUntilMs > kernel.nowMs,
      consolidatable: hasSettled,
      isSettling: settledMs !== null && settledMs > 0 && !hasSettled,
      drifted: settings.driftMs.some((atMs) => record.requestedMs < atMs && atMs <= kernel.nowMs),
    };
  }

  /** When time alone may next make a node go: because it has settled, has drifted, or is nominated no more. */
  nextTimerMs(): number {
    const { kernel, settings, store, fleet, poolOf } = this.#options;
    const { nowMs } = kernel;
    let next = settings.driftMs.find((atMs) => atMs > nowMs) ?? Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] === INSTANCE_STATE.free) continue;
      const pool = poolOf[fleet.groupOf(slot)]!;
      if (pool === null) continue;
      const settledMs = this.#changedMs(slot) + (pool.consolidateAfterMs ?? 0);
      const { nominatedUntilMs } = this.of(slot);
      if (settledMs > nowMs) next = Math.min(next, settledMs);
      if (nominatedUntilMs > nowMs) next = Math.min(next, nominatedUntilMs);
    }
    return next;
  }

  /** When the node became ready, or a pod last came or went. */
  #changedMs(slot: number): number {
    return Math.max(this.#options.podEvents.lastMs(slot), this.of(slot).readyMs);
  }
}
