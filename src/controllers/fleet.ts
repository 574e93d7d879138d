import { assert } from '../errors.ts';
import type { Gate } from '../kernel/gate.ts';
import type { EventHandle, EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore, NewInstance } from '../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { PHASE } from '../model/phases.ts';
import type { FleetGroup } from '../model/plan.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { unitsOf } from '../model/purchase.ts';
import { sampler } from './distributions.ts';
import type { SpotBuyer } from './spot-buyer.ts';

const NO_EVENT = -1;

/** What a platform makes of a bare instance. */
export interface InstanceFactory {
  /** The same object for the same group and type. */
  shape(group: FleetGroup, typeName: string): InstanceShape;
  /** Everything of one instance but its group: labels of its own, reserved ports. */
  instance(shape: InstanceShape, zone: string, name: string | undefined): NewInstance;
  /** One of the group's `instances`, and the names of the images that it has from the start. */
  listed(group: FleetGroup, index: number): ListedInstance;
}

export interface ListedInstance {
  readonly instance: NewInstance;
  readonly images: readonly string[];
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
  /** Decides how instances of groups that buy Spot are bought; without one every instance is On-Demand. */
  readonly buyer?: SpotBuyer | null;
  /** What instances join the cluster through; they wait while it is shut. Absent: always open. */
  readonly joins?: Gate | null;
}

interface GroupState {
  readonly group: FleetGroup;
  readonly launchMs: () => number;
  readonly bootMs: () => number;
  /** Instances from the request on, until they drain or end; in units where the group says what types are worth. */
  alive: number;
  readonly perZone: number[];
  /** How many it may have beyond its maximum for now. */
  beyond: number;
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
  /** By slot: the event that moves the instance on, and when it started to run. */
  #event = new Float64Array(0);
  #runningSinceMs = new Float64Array(0);
  /** The slot that is being emptied, or -1. */
  #ending = -1;
  readonly #closedZones = new Set<string>();

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
        beyond: 0,
      };
    });
    const { kernel } = options;
    this.#running = kernel.defineKind('instance-running', PHASE.infrastructure, (slot) => this.#runs(slot));
    this.#ready = kernel.under(options.joins ?? null, () =>
      kernel.defineKind('instance-ready', PHASE.infrastructure, (slot) => this.#isReady(slot)),
    );
  }

  get groups(): readonly FleetGroup[] {
    return this.#options.groups;
  }

  shape(groupIndex: number, typeName: string): InstanceShape {
    return this.#options.factory.shape(this.groups[groupIndex]!, typeName);
  }

  /** What the group would launch: an instance of the type in the zone. */
  instanceOf(groupIndex: number, typeName: string, zone: string): NewInstance {
    return this.#options.factory.instance(this.shape(groupIndex, typeName), zone, undefined);
  }

  /** Instances of the group from the request on, until they drain or end; in units where it says what types are worth. */
  alive(groupIndex: number): number {
    return this.#states[groupIndex]!.alive;
  }

  /** Would the group keep its minimum without the instance? */
  canSpare(slot: number): boolean {
    const { alive, group } = this.#states[this.#groupOf[slot]!]!;
    return alive - this.#unitsOf(slot) >= group.size.min;
  }

  /** When the instance started to run; NaN before that. */
  runningSinceMs(slot: number): number {
    return this.#runningSinceMs[slot]!;
  }

  /** The zone launches nothing from now on, or can launch again. */
  setZoneOpen(zone: string, isOpen: boolean): void {
    if (isOpen) this.#closedZones.delete(zone);
    else this.#closedZones.add(zone);
  }

  /** Can the zone launch instances? */
  isOpen(zone: string): boolean {
    return !this.#closedZones.has(zone);
  }

  /** The group may have so many more, or fewer again, beyond its maximum: an update of its instances surges. */
  allowBeyond(groupIndex: number, count: number): void {
    this.#states[groupIndex]!.beyond += count;
  }

  /** Is the group below its maximum, or what it may have beyond that for now? */
  mayGrow(groupIndex: number): boolean {
    const { alive, group, beyond } = this.#states[groupIndex]!;
    return alive < group.size.max + beyond;
  }

  groupOf(slot: number): number {
    return this.#groupOf[slot]!;
  }

  /** The initial instances are there and ready when the run starts. */
  start(): void {
    this.#states.forEach(({ group }, groupIndex) => {
      if (group.instances.length > 0) {
        group.instances.forEach(({ zone }, index) => {
          const { instance, images } = this.#options.factory.listed(group, index);
          const slot = this.#addInstance(groupIndex, instance, group.zones.indexOf(zone));
          for (const image of images) this.#options.store.addImage(slot, image);
          this.#startReady(slot);
        });
        return;
      }
      while (this.alive(groupIndex) < group.size.initial) {
        const slot = this.#buy(groupIndex, () => true);
        if (slot < 0) break;
        this.#startReady(slot);
      }
    });
  }

  #startReady(slot: number): void {
    const { store, kernel, onReady } = this.#options;
    this.#runningSinceMs[slot] = kernel.nowMs;
    store.setInstanceState(slot, INSTANCE_STATE.booting, kernel.nowMs);
    store.setInstanceState(slot, INSTANCE_STATE.ready, kernel.nowMs);
    onReady(slot);
  }

  /** Of the open zones that will do, the one with the fewest living instances of the group; the first of those. */
  #emptiestZone(groupIndex: number, willDo: (zone: string) => boolean = () => true): number {
    const { perZone, group } = this.#states[groupIndex]!;
    let best = -1;
    group.zones.forEach((zone, index) => {
      if (!this.isOpen(zone)) return;
      if (willDo(zone) && (best < 0 || perZone[index]! < perZone[best]!)) best = index;
    });
    assert(best >= 0, 'no zone of the group will do');
    return best;
  }

  /** The same for one type alone; see `launchFor`. */
  launch(groupIndex: number, typeName: string, willDo: (zone: string) => boolean): number {
    const slot = this.launchFor(groupIndex, (name, zone) => name === typeName && willDo(zone));
    assert(slot >= 0 || this.groups[groupIndex]!.spot !== undefined, 'no zone of the group will do');
    return slot;
  }

  /**
   * Asks for one more instance of a type and zone that will do; returns its slot, or -1 when there is none to be had. The
   * group must be below its maximum. On-Demand: the first type that will do, in the zone with the fewest instances of
   * the group; there always is one. Spot: as the group's allocation strategy chooses, as far as the pools have room.
   */
  launchFor(groupIndex: number, willDo: (typeName: string, zone: string) => boolean): number {
    const state = this.#states[groupIndex]!;
    assert(this.mayGrow(groupIndex), 'a group cannot grow beyond its maximum');
    const slot = this.#buy(groupIndex, willDo);
    if (slot < 0) return slot;
    const launchMs = state.launchMs();
    this.#bootMs[slot] = state.bootMs();
    this.#event[slot] = this.#options.kernel.after(launchMs, this.#running, slot);
    return slot;
  }

  #buy(groupIndex: number, willDo: (typeName: string, zone: string) => boolean): number {
    const { buyer } = this.#options;
    const { types, zones, spot } = this.#states[groupIndex]!.group;
    if (!buyer || spot === undefined) {
      const typeName = types.find((name) => zones.some((zone) => willDo(name, zone)));
      if (typeName === undefined) return -1;
      const zone = this.#emptiestZone(groupIndex, (name) => willDo(typeName, name));
      return this.#add(groupIndex, typeName, zone);
    }
    const buy = buyer.choose(groupIndex, willDo);
    if (buy === null) return -1;
    const { typeName, zone } = buy;
    const zoneIndex = zone >= 0 ? zone : this.#emptiestZone(groupIndex, (name) => willDo(typeName, name));
    const slot = this.#add(groupIndex, typeName, zoneIndex);
    buyer.bought(slot, this.#options.store.instanceId[slot]!, groupIndex, buy);
    return slot;
  }

  #add(groupIndex: number, typeName: string, zoneIndex: number): number {
    const { group } = this.#states[groupIndex]!;
    const { factory } = this.#options;
    const shape = factory.shape(group, typeName);
    const instance = factory.instance(shape, group.zones[zoneIndex]!, undefined);
    return this.#addInstance(groupIndex, instance, zoneIndex);
  }

  #addInstance(groupIndex: number, instance: NewInstance, zoneIndex: number): number {
    const state = this.#states[groupIndex]!;
    const { store, kernel } = this.#options;
    const slot = store.addInstance(instance, kernel.nowMs);
    if (slot >= this.#groupOf.length) this.#grow(slot);
    this.#groupOf[slot] = groupIndex;
    this.#zoneOf[slot] = zoneIndex;
    this.#event[slot] = NO_EVENT;
    this.#runningSinceMs[slot] = Number.NaN;
    state.alive += this.#unitsOf(slot);
    state.perZone[zoneIndex]! += 1;
    return slot;
  }

  #runs(slot: number): void {
    const { store, kernel } = this.#options;
    this.#runningSinceMs[slot] = kernel.nowMs;
    store.setInstanceState(slot, INSTANCE_STATE.booting, kernel.nowMs);
    this.#event[slot] = kernel.after(this.#bootMs[slot]!, this.#ready, slot);
  }

  #isReady(slot: number): void {
    this.#event[slot] = NO_EVENT;
    this.#options.store.setInstanceState(slot, INSTANCE_STATE.ready, this.#options.kernel.nowMs);
    this.#options.onReady(slot);
  }

  /** A ready instance gets no new tasks from now on, and no longer counts towards its group. */
  drain(slot: number): void {
    this.#options.store.setInstanceState(slot, INSTANCE_STATE.draining, this.#options.kernel.nowMs);
    this.#leavesGroup(slot);
  }

  /** Ends an instance at once, whatever it does; tasks on it lose their room first. */
  terminate(slot: number): void {
    const { store, kernel, onTaskLost, onGone, buyer } = this.#options;
    // Its last task leaves it idle, which ends a draining instance: it is ending already.
    if (slot === this.#ending) return;
    this.#ending = slot;
    const groupIndex = this.#groupOf[slot]!;
    if (store.state[slot] === INSTANCE_STATE.ready) this.drain(slot);
    else if (store.state[slot] !== INSTANCE_STATE.draining) this.#leavesGroup(slot);
    if (this.#event[slot] !== NO_EVENT) kernel.cancel(this.#event[slot]! as EventHandle);
    while (store.taskCount[slot]! > 0) onTaskLost(store.firstTask[slot]!);
    onGone(slot);
    store.removeInstance(slot, kernel.nowMs);
    this.#ending = -1;
    if (this.groups[groupIndex]!.spot !== undefined) buyer?.ended(slot, groupIndex);
  }

  #unitsOf(slot: number): number {
    const { store } = this.#options;
    const { spot } = this.#states[this.#groupOf[slot]!]!.group;
    return spot === undefined ? 1 : unitsOf(spot, store.shapes[store.shapeOf[slot]!]!.typeName);
  }

  #leavesGroup(slot: number): void {
    const state = this.#states[this.#groupOf[slot]!]!;
    state.alive -= this.#unitsOf(slot);
    state.perZone[this.#zoneOf[slot]!]! -= 1;
  }

  #grow(slot: number): void {
    const length = Math.max(16, this.#groupOf.length * 2, slot + 1);
    this.#groupOf = grown(Int32Array, this.#groupOf, length, -1);
    this.#zoneOf = grown(Int32Array, this.#zoneOf, length, -1);
    this.#bootMs = grown(Float64Array, this.#bootMs, length);
    this.#event = grown(Float64Array, this.#event, length, NO_EVENT);
    this.#runningSinceMs = grown(Float64Array, this.#runningSinceMs, length, Number.NaN);
  }
}
