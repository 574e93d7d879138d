import type { Gate } from '../kernel/gate.ts';
import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { INSTANCE_STATE } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import type { PlanEvent } from '../model/service-plan.ts';
import type { Fleet } from './fleet.ts';

type Outage = Extract<PlanEvent, { kind: 'outage' }>;
type Drain = Extract<PlanEvent, { kind: 'drain' }>;

export interface ClusterEventsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly events: readonly PlanEvent[];
  /** Told before the instances of a zone are lost, and when the zone is back. */
  readonly onOutage: (zone: string, isBack: boolean) => void;
  /** An instance drains: what becomes of its tasks. */
  readonly onDraining: (slot: number) => void;
  /** Who brings groups back to their desired size, later or at once; null: what a zone loses comes back with it. */
  readonly scaler: { instanceLost(groupIndex: number): void; replace(groupIndex: number): void } | null;
  readonly isIdle: (slot: number) => boolean;
  /** Whoever drains instances asks through it. Absent: always open. */
  readonly gate?: Gate | null;
}

/** What happens to the instances of a cluster from outside: zones are lost and come back, instances are drained. */
export class ClusterEvents {
  readonly #options: ClusterEventsOptions;
  readonly #outages: readonly Outage[];
  readonly #drains: readonly Drain[];
  readonly #lose: EventKind;
  readonly #restore: EventKind;
  readonly #drain: EventKind;
  /** By outage: what was lost, as (group, type). */
  readonly #lost: { readonly group: number; readonly type: string }[][];
  /** Draining instances that end when idle, by slot: their ids. */
  readonly #leaving = new Map<number, number>();

  constructor(options: ClusterEventsOptions) {
    this.#options = options;
    const { kernel, events } = options;
    this.#outages = events.filter((event) => event.kind === 'outage');
    this.#drains = events.filter((event) => event.kind === 'drain');
    this.#lost = this.#outages.map(() => []);
    this.#lose = kernel.defineKind('zone-lost', PHASE.failure, (index) => this.#loseZone(index));
    this.#restore = kernel.defineKind('zone-back', PHASE.infrastructure, (index) => this.#restoreZone(index));
    this.#drain = kernel.under(options.gate ?? null, () =>
      kernel.defineKind('drain', PHASE.arrival, (index) => this.#drainInstances(index)),
    );
  }

  start(): void {
    const { kernel } = this.#options;
    this.#outages.forEach(({ atMs, untilMs }, index) => {
      kernel.at(atMs, this.#lose, index);
      if (untilMs !== null) kernel.at(untilMs, this.#restore, index);
    });
    this.#drains.forEach(({ atMs }, index) => {
      kernel.at(atMs, this.#drain, index);
    });
  }

  /** The instance has nothing to do any more: one that was drained ends. */
  idle(slot: number): void {
    const { store, fleet } = this.#options;
    if (this.#leaving.get(slot) !== store.instanceId[slot]) return;
    this.#leaving.delete(slot);
    fleet.terminate(slot);
  }

  #loseZone(index: number): void {
    const { store, fleet, onOutage, scaler } = this.#options;
    const { zone } = this.#outages[index]!;
    fleet.setZoneOpen(zone, false);
    onOutage(zone, false);
    const zoneId = store.strings.id(zone);
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] === INSTANCE_STATE.free || store.zone[slot] !== zoneId) continue;
      const group = fleet.groupOf(slot);
      const serves = store.state[slot] !== INSTANCE_STATE.draining;
      const type = store.shapes[store.shapeOf[slot]!]!.typeName;
      fleet.terminate(slot);
      if (!serves) continue;
      if (scaler === null) this.#lost[index]!.push({ group, type });
      else scaler.instanceLost(group);
    }
  }

  #restoreZone(index: number): void {
    const { fleet, onOutage } = this.#options;
    const { zone } = this.#outages[index]!;
    const other = this.#laterOutage(index);
    if (other >= 0) {
      // The zone stays lost; what this outage took comes back with the other one.
      this.#lost[other]!.push(...this.#lost[index]!);
      return;
    }
    fleet.setZoneOpen(zone, true);
    onOutage(zone, true);
    for (const { group, type } of this.#lost[index]!) {
      if (fleet.alive(group) >= fleet.groups[group]!.size.max) continue;
      fleet.launch(group, type, (there) => there === zone);
    }
    fleet.groups.forEach((_, group) => {
      this.#topUp(group);
    });
  }

  /** An outage of the same zone that has begun and goes on when this one ends; -1: none. */
  #laterOutage(index: number): number {
    const { nowMs } = this.#options.kernel;
    const { zone } = this.#outages[index]!;
    return this.#outages.findIndex(
      (other) =>
        other.zone === zone && other.atMs <= nowMs && (other.untilMs === null || other.untilMs > nowMs),
    );
  }

  /** A group that lost instances keeps its size, or at least its minimum. */
  #topUp(groupIndex: number): void {
    const { fleet, scaler } = this.#options;
    const { types, zones, size } = fleet.groups[groupIndex]!;
    if (scaler !== null) scaler.replace(groupIndex);
    else if (types.length > 0 && zones.some((zone) => fleet.isOpen(zone)))
      while (fleet.alive(groupIndex) < size.min) {
        if (fleet.launch(groupIndex, types[0]!, () => true) < 0) break;
      }
  }

  #drainInstances(index: number): void {
    const { store, fleet, onDraining, isIdle } = this.#options;
    const { group, zone, count } = this.#drains[index]!;
    const slots: number[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] !== INSTANCE_STATE.ready) continue;
      if (fleet.groups[fleet.groupOf(slot)]!.name !== group) continue;
      if (zone === null || store.strings.name(store.zone[slot]!) === zone) slots.push(slot);
    }
    slots.sort((a, b) => store.instanceId[a]! - store.instanceId[b]!);
    const chosen = slots.slice(0, count ?? slots.length);
    for (const slot of chosen) {
      fleet.drain(slot);
      this.#leaving.set(slot, store.instanceId[slot]!);
      onDraining(slot);
    }
    for (const slot of chosen) if (isIdle(slot)) this.idle(slot);
    const groupIndex = fleet.groups.findIndex(({ name }) => name === group);
    // Platforms with a fleet of their own may not have the group.
    if (groupIndex >= 0) this.#topUp(groupIndex);
  }
}
