import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { INSTANCE_STATE } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import type { SpotMarketPlan } from '../model/purchase.ts';
import type { Fleet } from './fleet.ts';
import type { SpotBuyer } from './spot-buyer.ts';
import type { SpotMarket } from './spot-market.ts';

export interface SpotInterruptionsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly market: SpotMarket;
  readonly buyer: SpotBuyer;
  readonly plan: SpotMarketPlan;
  /** Is an instance drained at its notice? */
  readonly drains: boolean;
  /** Which tasks leave an instance that is drained: those of services on ECS, all of them on Kubernetes. */
  readonly leavesOnDrain: (task: number) => boolean;
  /** A task is moved off an instance that is drained. */
  readonly onEvicted: (task: number) => void;
  /** In place of that: an instance is drained, and its tasks may take their time; null: they go at once. */
  readonly onDraining: ((slot: number) => void) | null;
  /** Instances that a group keeps whatever happens: its minimum, or its fixed size. */
  readonly kept: (groupIndex: number) => number;
}

export type InterruptionReason = 'capacity' | 'price';

/** What happened to Spot instances in a run. */
export interface SpotCounts {
  recommendations: number;
  /** Notices, by why. */
  readonly notices: Record<InterruptionReason, number>;
  /** Ended by AWS; a notice near the end of the run may not get there. */
  interrupted: number;
  /** Ended for a replacement that was ready before the notice. */
  rebalanced: number;
  /** Tasks on the instances when they ended. */
  tasksLost: number;
  /** Tasks that were told to move off before. */
  tasksDrained: number;
}

/**
 * What AWS does to Spot instances, and what the cluster does about it. A reclaim takes a share of the pool's instances:
 * each gets a rebalance recommendation, then the two-minute notice, then it ends, whatever runs on it. A price above an
 * instance's maximum is a notice too. Groups with Capacity Rebalancing launch a replacement at the recommendation and
 * end the instance when that is ready. Whatever falls below what a group keeps is launched again, if need be at the
 * market's next step. Source: AWS EC2 user guide of 2023-06, spot-instance-termination-notices.md,
 * rebalance-recommendations.md; Amazon ECS developer guide, container-instance-spot.md.
 */
export class SpotInterruptions {
  readonly counts: SpotCounts = {
    recommendations: 0,
    notices: { capacity: 0, price: 0 },
    interrupted: 0,
    rebalanced: 0,
    tasksLost: 0,
    tasksDrained: 0,
  };
  /** Ids of instances that AWS ended: their last hour is billed by other rules. */
  readonly endedByAws = new Set<number>();
  readonly #options: SpotInterruptionsOptions;
  readonly #notice: EventKind;
  readonly #end: EventKind;
  /** By slot: id of the instance that has a recommendation, and of the one that has a notice. */
  readonly #recommended: number[] = [];
  readonly #noticed: number[] = [];
  /** By id of the replacement: the instance that it stands in for. */
  readonly #replaces = new Map<number, { readonly slot: number; readonly id: number }>();

  constructor(options: SpotInterruptionsOptions) {
    this.#options = options;
    const { kernel } = options;
    this.#notice = kernel.defineKind('spot-notice', PHASE.failure, (slot) => this.#recommendedTo(slot));
    this.#end = kernel.defineKind('spot-end', PHASE.failure, (slot) => this.#ends(slot));
  }

  /** AWS wants instances of the pool back. */
  reclaim(pool: number): void {
    const { kernel, market, plan, store } = this.#options;
    for (const slot of this.#running(pool)) {
      if (!market.takes(pool) || this.#hasMark(this.#recommended, slot)) continue;
      this.#recommended[slot] = store.instanceId[slot]!;
      this.counts.recommendations += 1;
      store.notice(slot, { notice: 'rebalance', reason: 'capacity', endsMs: null }, kernel.nowMs);
      this.#replace(slot);
      if (plan.rebalanceLeadMs === 0) this.#noticeTo(slot, 'capacity');
      else kernel.after(plan.rebalanceLeadMs, this.#notice, slot);
    }
  }

  /** The price of the pool has changed. */
  priceChanged(pool: number): void {
    const { market, fleet } = this.#options;
    const priceE10 = market.priceE10(pool);
    for (const slot of this.#running(pool)) {
      const { spot } = fleet.groups[fleet.groupOf(slot)]!;
      const most = spot?.maxPriceE10 ?? market.onDemandE10(pool);
      if (priceE10 > most) this.#noticeTo(slot, 'price');
    }
  }

  /** A fresh instance takes tasks: it may be a replacement, or have its notice already. */
  ready(slot: number): void {
    const { store, fleet } = this.#options;
    const id = store.instanceId[slot]!;
    if (this.#hasMark(this.#noticed, slot)) this.#drain(slot);
    const old = this.#replaces.get(id);
    this.#replaces.delete(id);
    if (old === undefined || store.instanceId[old.slot] !== old.id || this.#isGone(old.slot)) return;
    this.counts.rebalanced += 1;
    if (this.#options.drains) this.#drain(old.slot);
    this.counts.tasksLost += store.taskCount[old.slot]!;
    fleet.terminate(old.slot);
  }

  /** Launches what groups lack of what they keep, as far as the market has it. */
  restore(): void {
    const { fleet, kept } = this.#options;
    fleet.groups.forEach((group, groupIndex) => {
      if (group.spot === undefined) return;
      while (fleet.alive(groupIndex) < kept(groupIndex)) {
        if (fleet.launchFor(groupIndex, () => true) < 0) return;
      }
    });
  }

  #recommendedTo(slot: number): void {
    if (this.#hasMark(this.#recommended, slot) && !this.#isGone(slot)) this.#noticeTo(slot, 'capacity');
  }

  #noticeTo(slot: number, reason: InterruptionReason): void {
    if (this.#hasMark(this.#noticed, slot)) return;
    const { kernel, store, plan } = this.#options;
    this.#noticed[slot] = store.instanceId[slot]!;
    this.counts.notices[reason] += 1;
    const endsMs = kernel.nowMs + plan.noticeMs;
    store.notice(slot, { notice: 'interruption', reason, endsMs }, kernel.nowMs);
    kernel.at(endsMs, this.#end, slot);
    if (store.state[slot] === INSTANCE_STATE.ready) this.#drain(slot);
  }

  #drain(slot: number): void {
    const { store, fleet, drains, leavesOnDrain, onEvicted, onDraining } = this.#options;
    if (!drains || store.state[slot] !== INSTANCE_STATE.ready) return;
    fleet.drain(slot);
    const leaving: number[] = [];
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      if (leavesOnDrain(task)) leaving.push(task);
    }
    this.counts.tasksDrained += leaving.length;
    if (onDraining !== null) onDraining(slot);
    else for (const task of leaving) onEvicted(task);
  }

  #ends(slot: number): void {
    const { store, fleet } = this.#options;
    if (!this.#hasMark(this.#noticed, slot) || this.#isGone(slot)) return;
    this.counts.interrupted += 1;
    this.counts.tasksLost += store.taskCount[slot]!;
    this.endedByAws.add(store.instanceId[slot]!);
    fleet.terminate(slot);
    this.restore();
  }

  #replace(slot: number): void {
    const { store, fleet } = this.#options;
    const groupIndex = fleet.groupOf(slot);
    const { spot, size } = fleet.groups[groupIndex]!;
    if (spot?.rebalance !== true || fleet.alive(groupIndex) >= size.max) return;
    const replacement = fleet.launchFor(groupIndex, () => true);
    if (replacement < 0) return;
    this.#replaces.set(store.instanceId[replacement]!, { slot, id: store.instanceId[slot]! });
  }

  /** Slots of the running instances of a pool, oldest first. */
  #running(pool: number): number[] {
    const { store, buyer } = this.#options;
    const slots = [...buyer.slotsOf(pool)].filter((slot) => store.state[slot] !== INSTANCE_STATE.requested);
    return slots.sort((a, b) => store.instanceId[a]! - store.instanceId[b]!);
  }

  #hasMark(marks: readonly number[], slot: number): boolean {
    return marks[slot] !== undefined && marks[slot] === this.#options.store.instanceId[slot];
  }

  #isGone(slot: number): boolean {
    const state = this.#options.store.state[slot]!;
    return state === INSTANCE_STATE.free || state === INSTANCE_STATE.terminated;
  }
}
