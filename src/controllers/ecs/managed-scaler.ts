import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import type { EcsCapacity } from '../../model/ecs-defaults.ts';
import { PHASE } from '../../model/phases.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { MIB, MINUTE, SECOND } from '../../units.ts';
import type { Fleet } from '../fleet.ts';
import type { PendingQueue } from '../pending-queue.ts';
import { nextVictim } from './asg-victims.ts';
import {
  type Amounts,
  capacityMetric,
  type ManagedScalingSettings,
  type ProvisioningTasks,
} from './capacity-metric.ts';
import { ManagedScaling } from './managed-scaling.ts';

export interface ManagedScalerOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  /** Tasks in PROVISIONING. */
  readonly queue: Pick<PendingQueue, 'waiting'>;
  readonly capacity: EcsCapacity;
  /** The capacity provider that tasks of the class wait for: an index into the groups of the fleet. */
  readonly providerOf: (taskClass: TaskClass) => number;
  readonly isDistinct: (taskClass: TaskClass) => boolean;
  /** Has the instance a task of no daemon service? */
  readonly isBusy: (slot: number) => boolean;
  /** What daemon services keep back on an instance of the group, by lane. */
  readonly daemonRequests: (groupIndex: number) => readonly Float64Array[];
  /** An instance drains: its tasks are to go elsewhere. */
  readonly onDraining: (slot: number) => void;
}

interface GroupState {
  readonly index: number;
  readonly scaling: ManagedScaling;
  /** What the Auto Scaling group has been told to have, and what it is going to be told. */
  target: number;
  readonly told: number[];
}

/**
 * Amazon ECS cluster auto scaling: each instance group is an Auto Scaling group behind a capacity provider with managed
 * scaling. Once a minute CapacityProviderReservation is worked out from what runs and what waits, and decides the
 * desired capacity; some time later the group launches, drains or ends instances. The group also replaces what it
 * loses. Instances that have an empty slot in several zones are balanced over them.
 */
export class ManagedScaler {
  readonly #options: ManagedScalerOptions;
  readonly #settings: ManagedScalingSettings;
  readonly #states: readonly GroupState[];
  readonly #minute: EventKind;
  readonly #act: EventKind;
  readonly #replace: EventKind;
  readonly #drained: EventKind;
  /** Draining instances that end when they are idle, by slot: their ids. */
  readonly #leaving = new Map<number, number>();

  constructor(options: ManagedScalerOptions) {
    this.#options = options;
    const { kernel, capacity, fleet } = options;
    this.#settings = { ...capacity, instanceWarmupSeconds: capacity.instanceWarmupMs / SECOND };
    this.#states = fleet.groups.map(({ size }, index) => ({
      index,
      scaling: new ManagedScaling({
        settings: this.#settings,
        bounds: { minSize: size.min, maxSize: size.max },
        scaleInPerMinute: capacity.scaleInPerMinute,
        scaleInDatapoints: capacity.scaleInDatapoints,
        firstInstances: capacity.firstInstances,
        desired: size.initial,
      }),
      target: size.initial,
      told: [],
    }));
    this.#minute = kernel.defineKind('managed-scaling', PHASE.autoscale, () => this.#observe());
    this.#act = kernel.defineKind('asg-reaction', PHASE.autoscale, (index) => this.#told(index));
    this.#replace = kernel.defineKind('asg-replacement', PHASE.autoscale, (index) => this.#reconcile(index));
    this.#drained = kernel.defineKind('draining-timeout', PHASE.autoscale, (slot) => this.#timedOut(slot));
  }

  start(): void {
    this.#options.kernel.at(0, this.#minute, 0);
  }

  /** The instance has nothing to do any more: a draining one ends. */
  idle(slot: number): void {
    const { store, fleet } = this.#options;
    if (this.#leaving.get(slot) !== store.instanceId[slot]) return;
    this.#leaving.delete(slot);
    fleet.terminate(slot);
  }

  /** An instance was lost: its group replaces it. */
  instanceLost(groupIndex: number): void {
    const { kernel, capacity } = this.#options;
    kernel.after(capacity.reactionMs, this.#replace, groupIndex);
  }

  /** Instances were taken out of a group, or can be launched again: it comes back to its size at once. */
  replace(groupIndex: number): void {
    this.#reconcile(groupIndex);
  }

  #observe(): void {
    const { kernel, capacity } = this.#options;
    for (const state of this.#states) {
      const before = state.scaling.desired;
      state.scaling.observe(this.#observation(state.index));
      if (state.scaling.desired === before) continue;
      state.told.push(state.scaling.desired);
      kernel.after(capacity.reactionMs, this.#act, state.index);
    }
    kernel.after(MINUTE, this.#minute, 0);
  }

  #observation(groupIndex: number) {
    const { kernel, store, fleet, isBusy } = this.#options;
    let running = 0;
    let busy = 0;
    let youngest = Number.NEGATIVE_INFINITY;
    for (const slot of this.#serving(groupIndex)) {
      if (store.state[slot] === INSTANCE_STATE.requested) continue;
      running += 1;
      if (isBusy(slot)) busy += 1;
      youngest = Math.max(youngest, fleet.runningSinceMs(slot));
    }
    const metric = capacityMetric(
      {
        running,
        busy,
        instanceTypes: this.#types(groupIndex),
        provisioning: this.#provisioning(groupIndex),
        daemons: this.#options
          .daemonRequests(groupIndex)
          .map((requests) => ({ ...amountsOf(requests), gpu: 0 })),
      },
      this.#settings,
    );
    const youngestAgeSeconds = running === 0 ? null : (kernel.nowMs - youngest) / SECOND;
    return { running, youngestAgeSeconds, metric };
  }

  /** Living instances of the group that do not drain. */
  #serving(groupIndex: number): number[] {
    const { store, fleet } = this.#options;
    const slots: number[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      const state = store.state[slot]!;
      if (
        state >= INSTANCE_STATE.requested &&
        state <= INSTANCE_STATE.ready &&
        fleet.groupOf(slot) === groupIndex
      )
        slots.push(slot);
    }
    return slots;
  }

  #types(groupIndex: number): Amounts[] {
    const { fleet } = this.#options;
    return fleet.groups[groupIndex]!.types.map((type) =>
      amountsOf(fleet.shape(groupIndex, type).allocatable),
    );
  }

  #provisioning(groupIndex: number): ProvisioningTasks[] {
    const { store, queue, providerOf, isDistinct } = this.#options;
    return store.classes.flatMap((taskClass) => {
      const count = queue.waiting(taskClass.id);
      if (count === 0 || providerOf(taskClass) !== groupIndex) return [];
      const ports = taskClass.hostPorts.map(({ protocol, port }) => `${port}/${protocol}`).sort();
      return [
        {
          ...amountsOf(taskClass.requests),
          group: taskClass.groupName,
          hostPorts: ports.join(),
          distinctInstance: isDistinct(taskClass),
          count,
        },
      ];
    });
  }

  #told(groupIndex: number): void {
    const state = this.#states[groupIndex]!;
    state.target = state.told.shift()!;
    this.#reconcile(groupIndex);
  }

  /** Brings the group to the capacity that it has been told to have. */
  #reconcile(groupIndex: number): void {
    const { fleet } = this.#options;
    const state = this.#states[groupIndex]!;
    const { types, zones } = fleet.groups[groupIndex]!;
    while (fleet.alive(groupIndex) < state.target && zones.some((zone) => fleet.isOpen(zone)))
      if (fleet.launch(groupIndex, types[0]!, () => true) < 0) break;
    while (fleet.alive(groupIndex) > state.target && this.#end(groupIndex)) {
      // One victim at a time, each with the zones that the one before left.
    }
  }

  /** Ends, or begins to drain, the instance that the group's termination policy chooses. False when all are protected. */
  #end(groupIndex: number): boolean {
    const { kernel, store, fleet, capacity, isBusy, onDraining } = this.#options;
    const slots = this.#serving(groupIndex);
    const victim = nextVictim(
      slots.map((slot) => ({
        id: store.instanceName(slot),
        zone: store.strings.name(store.zone[slot]!),
        ageSeconds: Math.floor((kernel.nowMs - (fleet.runningSinceMs(slot) || kernel.nowMs)) / SECOND),
        isOutdated: false,
        isProtected: capacity.managedTerminationProtection && isBusy(slot),
      })),
    );
    if (victim === null) return false;
    const slot = slots.find((candidate) => store.instanceName(candidate) === victim.id)!;
    if (!capacity.managedDraining || !isBusy(slot)) {
      fleet.terminate(slot);
      return true;
    }
    fleet.drain(slot);
    this.#leaving.set(slot, store.instanceId[slot]!);
    kernel.after(capacity.drainingTimeoutMs, this.#drained, slot);
    onDraining(slot);
    return true;
  }

  #timedOut(slot: number): void {
    const { store, kernel, capacity, fleet } = this.#options;
    if (this.#leaving.get(slot) !== store.instanceId[slot]) return;
    // The slot may have a new tenant that drains, too: only one that has drained for all that time ends.
    if (kernel.nowMs - fleet.runningSinceMs(slot) < capacity.drainingTimeoutMs) return;
    this.#leaving.delete(slot);
    fleet.terminate(slot);
  }
}

/** Lanes in the units of ECS: CPU units, MiB, whole GPUs, network interfaces. */
function amountsOf(lanes: ArrayLike<number>): Amounts {
  return {
    cpu: lanes[LANE.cpu]!,
    memory: Math.ceil(lanes[LANE.memory]! / MIB),
    gpu: Math.ceil(lanes[LANE.gpu]! / 1000),
    enis: lanes[LANE.eni]!,
  };
}
