import { assert } from '../errors.ts';
import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore, NewInstance } from '../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { PHASE } from '../model/phases.ts';
import type { FleetGroup } from '../model/plan.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { sampler } from './distributions.ts';

/** What a platform makes of a bare instance. */
export interface InstanceFactory {
  /** The same object for the same group and type. */
  shape(group: FleetGroup, typeName: string): InstanceShape;
  /** Everything of one instance but its group: labels of its own, reserved ports. */
  instance(shape: InstanceShape, zone: string, name: string | undefined): NewInstance;
}

export interface FleetOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly groups: readonly FleetGroup[];
  readonly factory: InstanceFactory;
  /** One stream per group for launch and boot delays: draws belong to the n-th instance of the group. */
  readonly stream: (purpose: string, group: string) => RandomDraws;
  /** A fresh instance accepts tasks. */
  readonly onReady: (slot: number) => void;
  /** An instance is about to be gone: its tasks lost their room before, its columns can still be read. */
  readonly onGone: (slot: number) => void;
  /** About to lose its tasks: what becomes of each. */
  readonly onTaskLost: (task: number) => void;
}

interface GroupState {
  readonly group: FleetGroup;
  readonly launchMs: () => number;
  readonly bootMs: () => number;
  /** Instances alive, from the request on. */
  alive: number;
  readonly perZone: number[];
}

/**
 * The instances of a cluster through their life: requested, booting, ready, draining, terminated. Decides nothing:
 * the autoscaler launches and ends, the fleet carries it out.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #states: readonly GroupState[];
  readonly #running: EventKind;
  readonly #ready: EventKind;
  /** By slot: index of the group and of the zone in it, and how long the boot will take. */
  #groupOf = new Int32Array(0);
  #zoneOf = new Int32Array(0);
  #bootMs = new Float64Array(0);

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#states = options.groups.map((group) => {
      const launch = sampler(group.launch);
      const boot = sampler(group.boot);
      const launchDraws = options.stream('instance-launch', group.name);
      const bootDraws = options.stream('instance-boot', group.name);
      return {
        group,
        launchMs: () => launch(launchDraws.double()),
        bootMs: () => boot(bootDraws.double()),
        alive: 0,
        perZone: group.zones.map(() => 0),
      };
    });
    const { kernel } = options;
    this.#running = kernel.defineKind('instance-running', PHASE.infrastructure, (slot) => this.#runs(slot));
    this.#ready = kernel.defineKind('instance-ready', PHASE.infrastructure, (slot) => this.#isReady(slot));
  }

  get groups(): readonly FleetGroup[] {
    return this.#options.groups;
  }

  shape(groupIndex: number, typeName: string): InstanceShape {
    return this.#options.factory.shape(this.groups[groupIndex]!, typeName);
  }

  alive(groupIndex: number): number {
    return this.#states[groupIndex]!.alive;
  }

  groupOf(slot: number): number {
    return this.#groupOf[slot]!;
  }

  /** The initial instances are there and ready when the run starts. */
  start(): void {
    this.#states.forEach(({ group }, groupIndex) => {
      if (group.instances.length > 0) {
        for (const { name, type, zone } of group.instances) {
          this.#startReady(this.#add(groupIndex, type, group.zones.indexOf(zone), name));
        }
        return;
      }
      for (let n = 0; n < group.size.initial; n++) {
        this.#startReady(this.#add(groupIndex, group.types[0]!, this.#emptiestZone(groupIndex), undefined));
      }
    });
  }

  #startReady(slot: number): void {
    const { store, kernel, onReady } = this.#options;
    store.setInstanceState(slot, INSTANCE_STATE.booting, kernel.nowMs);
    store.setInstanceState(slot, INSTANCE_STATE.ready, kernel.nowMs);
    onReady(slot);
  }

  /** Of the zones that will do, the one with the fewest living instances of the group; the first of those. */
  #emptiestZone(groupIndex: number, willDo: (zone: string) => boolean = () => true): number {
    const { perZone, group } = this.#states[groupIndex]!;
    let best = -1;
    group.zones.forEach((zone, index) => {
      if (willDo(zone) && (best < 0 || perZone[index]! < perZone[best]!)) best = index;
    });
    assert(best >= 0, 'no zone of the group will do');
    return best;
  }

  /**
   * Asks for one more instance, in the zone with the fewest of those that will do; returns its slot. The group must be
   * below its maximum.
   */
  launch(groupIndex: number, typeName: string, willDo: (zone: string) => boolean): number {
    const state = this.#states[groupIndex]!;
    assert(state.alive < state.group.size.max, 'a group cannot grow beyond its maximum');
    const slot = this.#add(groupIndex, typeName, this.#emptiestZone(groupIndex, willDo), undefined);
    const launchMs = state.launchMs();
    this.#bootMs[slot] = state.bootMs();
    this.#options.kernel.after(launchMs, this.#running, slot);
    return slot;
  }

  #add(groupIndex: number, typeName: string, zoneIndex: number, name: string | undefined): number {
    const state = this.#states[groupIndex]!;
    const { store, kernel, factory } = this.#options;
    const shape = factory.shape(state.group, typeName);
    const slot = store.addInstance(
      factory.instance(shape, state.group.zones[zoneIndex]!, name),
      kernel.nowMs,
    );
    if (slot >= this.#groupOf.length) this.#grow(slot);
    this.#groupOf[slot] = groupIndex;
    this.#zoneOf[slot] = zoneIndex;
    state.alive += 1;
    state.perZone[zoneIndex]! += 1;
    return slot;
  }

  #runs(slot: number): void {
    this.#options.store.setInstanceState(slot, INSTANCE_STATE.booting, this.#options.kernel.nowMs);
    this.#options.kernel.after(this.#bootMs[slot]!, this.#ready, slot);
  }

  #isReady(slot: number): void {
    this.#options.store.setInstanceState(slot, INSTANCE_STATE.ready, this.#options.kernel.nowMs);
    this.#options.onReady(slot);
  }

  /** No new tasks from now on. */
  drain(slot: number): void {
    this.#options.store.setInstanceState(slot, INSTANCE_STATE.draining, this.#options.kernel.nowMs);
  }

  /** Ends a ready or draining instance at once; tasks on it lose their room first. */
  terminate(slot: number): void {
    const { store, kernel, onTaskLost, onGone } = this.#options;
    const state = this.#states[this.#groupOf[slot]!]!;
    if (store.state[slot] === INSTANCE_STATE.ready) this.drain(slot);
    while (store.taskCount[slot]! > 0) onTaskLost(store.firstTask[slot]!);
    state.alive -= 1;
    state.perZone[this.#zoneOf[slot]!]! -= 1;
    onGone(slot);
    store.removeInstance(slot, kernel.nowMs);
  }

  #grow(slot: number): void {
    const length = Math.max(16, this.#groupOf.length * 2, slot + 1);
    this.#groupOf = grown(Int32Array, this.#groupOf, length, -1);
    this.#zoneOf = grown(Int32Array, this.#zoneOf, length, -1);
    this.#bootMs = grown(Float64Array, this.#bootMs, length);
  }
}
