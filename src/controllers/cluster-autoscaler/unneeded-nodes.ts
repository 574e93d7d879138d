import type { Kernel } from '../../kernel/kernel.ts';
import type { ClusterAutoscalerSettings } from '../../model/autoscaler-plan.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { Fleet } from '../fleet.ts';
import type { DisruptionBudget } from '../../schedulers/kubernetes/preemption/disruption-budget.ts';
import { drainability, isMirror } from './drainability.ts';
import { PodHints } from './pod-hints.ts';
import type { PodSimulator } from './pod-simulator.ts';
import { RemainingBudgets } from './remaining-budgets.ts';
import {
  type DownNode,
  isUnderused,
  type PodRules,
  type Removable,
  RemovalSimulation,
  unneededLimit,
} from './scale-down.ts';

export interface UnneededNodesOptions {
  readonly kernel: Pick<Kernel, 'nowMs'>;
  readonly store: ClusterStore;
  readonly fleet: Pick<Fleet, 'groups' | 'alive' | 'groupOf'>;
  readonly settings: ClusterAutoscalerSettings;
  readonly simulator: PodSimulator;
  /** Is the group one that the autoscaler looks after? */
  readonly isManaged: (groupIndex: number) => boolean;
  /** What the agents of every node request: a share of it that is used. */
  readonly daemons: { readonly cpuMilli: number; readonly memoryBytes: number };
  readonly budgets: () => readonly DisruptionBudget[];
  /** Pods that come with every node need no other. */
  readonly isDaemon: (task: number) => boolean;
}

/**
 * Which nodes nobody needs, and since when.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 core/scaledown/{eligibility,unneeded,unremovable}
 */
export class UnneededNodes {
  readonly #options: UnneededNodesOptions;
  readonly #removals: RemovalSimulation;
  /** By instance id: since when it could go and how, and until when it need not be looked at. */
  #known = new Map<number, { readonly sinceMs: number; readonly node: Removable }>();
  readonly #unremovableUntilMs = new Map<number, number>();

  constructor(options: UnneededNodesOptions) {
    this.#options = options;
    this.#removals = new RemovalSimulation(options.simulator, new PodHints());
  }

  /** Looks at the nodes as they are in the snapshot, with the waiting pods that were packed onto them. */
  update(): void {
    const { kernel, settings, store, simulator } = this.#options;
    const { nowMs } = kernel;
    const real = this.#readySlots();
    const known = this.#known;
    const candidates = real
      .filter((slot) => this.#mayGo(slot))
      .map((slot) => this.#downNode(slot))
      .sort(
        (a, b) =>
          Number(!a.isEmpty) - Number(!b.isEmpty) ||
          Number(!known.has(a.id)) - Number(!known.has(b.id)) ||
          a.id - b.id,
      );
    const destinations = new Set(real.map((slot) => simulator.snapshot.slotOf(store.instanceId[slot]!)));
    const limit = unneededLimit(known.size, settings);
    const rules = this.#podRules();
    const { unneeded, unremovable } = this.#removals.categorise(candidates, destinations, limit, rules);
    this.#known = new Map(
      unneeded.map((node) => [node.id, { sinceMs: known.get(node.id)?.sinceMs ?? nowMs, node }]),
    );
    for (const { id } of unremovable) this.#unremovableUntilMs.set(id, nowMs + settings.unremovableMs);
  }

  /** Was the instance unneeded for long enough, and does it wait for none of its pods to end? */
  isDue(instanceId: number): boolean {
    const { kernel, settings } = this.#options;
    const known = this.#known.get(instanceId);
    return known !== undefined && !known.node.waits && known.sinceMs + settings.unneededMs <= kernel.nowMs;
  }

  /** Budgets let its pods go one after the other only: it goes after the others. */
  isRisky(instanceId: number): boolean {
    return this.#known.get(instanceId)?.node.isRisky === true;
  }

  /** It is on its way out. */
  forget(instanceId: number): void {
    this.#known.delete(instanceId);
  }

  /** Whatever its pods are. */
  #mayGo(realSlot: number): boolean {
    const { store, fleet, kernel, settings, isManaged } = this.#options;
    const group = fleet.groupOf(realSlot);
    return (
      isManaged(group) &&
      fleet.alive(group) > fleet.groups[group]!.size.min &&
      (this.#unremovableUntilMs.get(store.instanceId[realSlot]!) ?? 0) <= kernel.nowMs &&
      isUnderused(this.#utilisation(realSlot), settings.utilisationThreshold)
    );
  }

  #downNode(realSlot: number): DownNode {
    const { store, simulator, isDaemon } = this.#options;
    const { snapshot } = simulator;
    const id = store.instanceId[realSlot]!;
    const slot = snapshot.slotOf(id);
    const pods = snapshot.podsOn(slot);
    const staying = new Set(
      pods.filter((pod) => {
        const task = snapshot.realTask(pod);
        return isDaemon(task) || isMirror(store.classes[store.taskClass[task]!]!);
      }),
    );
    return { id, slot, staying, isEmpty: pods.length === staying.size };
  }

  /** For one loop: what budgets let go is counted down over its nodes. */
  #podRules(): PodRules {
    const { kernel, store, settings, simulator, budgets } = this.#options;
    const { snapshot } = simulator;
    const remaining = new RemainingBudgets(budgets());
    const classOf = (task: number) => store.classes[store.taskClass[task]!]!;
    return {
      drainability: (pod) => {
        const task = snapshot.realTask(pod);
        const taskClass = classOf(task);
        return drainability(taskClass, settings, {
          ageMs: kernel.nowMs - store.taskSubmitMs(task),
          isCovered: remaining.isCovered(taskClass),
          isOverdrawn: remaining.isOverdrawn(taskClass),
        });
      },
      moving: (pods) => remaining.take(pods.map((pod) => classOf(snapshot.realTask(pod)))),
    };
  }

  /** Requested over allocatable, the larger of CPU and memory, of GPUs alone where there are any; daemons count. */
  #utilisation(realSlot: number): number {
    const { store, daemons, simulator } = this.#options;
    const copy = simulator.snapshot.store;
    const slot = simulator.snapshot.slotOf(store.instanceId[realSlot]!);
    const share = (lane: number, ofDaemons: number) =>
      (copy.requested[lane]![slot]! + ofDaemons) / (copy.allocatable[lane]![slot]! + ofDaemons);
    const isGpu = copy.shapes[copy.shapeOf[slot]!]!.gpuDevices > 0;
    if (isGpu) return share(LANE.gpu, 0);
    return Math.max(share(LANE.cpu, daemons.cpuMilli), share(LANE.memory, daemons.memoryBytes));
  }

  #readySlots(): number[] {
    const { state, slotCount } = this.#options.store;
    const slots: number[] = [];
    for (let slot = 0; slot < slotCount; slot++) if (state[slot] === INSTANCE_STATE.ready) slots.push(slot);
    return slots;
  }
}
