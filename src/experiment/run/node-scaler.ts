import { ClusterAutoscaler } from '../../controllers/cluster-autoscaler/cluster-autoscaler.ts';
import type { RoomRules } from '../../controllers/instance-room.ts';
import { DemandScaler } from '../../controllers/demand-scaler.ts';
import type { Fleet } from '../../controllers/fleet.ts';
import { Karpenter } from '../../controllers/karpenter/karpenter.ts';
import type { PodEvents } from '../../controllers/karpenter/pod-events.ts';
import type { PodBudget } from '../../controllers/karpenter/budget-cover.ts';
import { WELL_KNOWN_LABELS } from '../../controllers/karpenter/requirements.ts';
import type { NodeScaler } from '../../controllers/node-scaler.ts';
import type { TaskLife } from '../../controllers/task-life.ts';
import { assert } from '../../errors.ts';
import type { InstanceType } from '../../model/instance-type.ts';
import { MIB } from '../../units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { Plan, PlatformPlan } from '../../model/plan.ts';
import type { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import type { NamedBudget } from '../../schedulers/kubernetes/manifests/cluster-policies.ts';
import type { DisruptionBudget } from '../../schedulers/kubernetes/preemption/disruption-budget.ts';
import {
  type ProfileOptions,
  readKubernetesOptions,
} from '../../schedulers/kubernetes/kubernetes-options.ts';
import { isKubernetesScheduler } from '../../schedulers/kubernetes/kubernetes-scheduler.ts';
import type { Namespaces } from '../../schedulers/kubernetes/pod-affinity.ts';
import { PodTable } from '../../schedulers/kubernetes/pod.ts';
import type { RandomDraws, Scheduler } from '../../schedulers/scheduler.ts';
import type { Admission } from './admission.ts';
import { AWS_LABELS, runPools } from './karpenter-fleet.ts';
import type { Placing } from './placing.ts';
import { acceptingSlots } from './start-task-run.ts';

export interface NodeScalerParts {
  readonly plan: Plan;
  readonly platform: PlatformPlan;
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly placing: Placing;
  readonly scheduler: Scheduler;
  readonly admission: Admission;
  readonly life: TaskLife;
  readonly stream: (purpose: string, entity: string) => RandomDraws;
  /** There when Karpenter runs. */
  readonly podEvents: PodEvents | null;
  readonly manifests: ManifestSet | null;
  readonly budgets: () => readonly DisruptionBudget[];
  /** Per hour, in 1e-10 USD; undefined where the group buys no Spot. */
  readonly spotPriceE10: (typeName: string, zone: string) => bigint | undefined;
  /** Does the task belong to its instance, as those of a DaemonSet do? */
  readonly isDaemon: (task: number) => boolean;
  /** Of the pods of each DaemonSet. */
  readonly daemonClasses: () => readonly number[];
  /** An instance drains: what becomes of its tasks. */
  readonly onDraining: (slot: number) => void;
}

/** The autoscaler of the platform; null when it has none, or one of its controllers' own. */
export function createNodeScaler(parts: NodeScalerParts): NodeScaler | null {
  switch (parts.platform.autoscaler.kind) {
    case 'demand':
      return demandScaler(parts);
    case 'karpenter':
      return karpenter(parts);
    case 'cluster-autoscaler':
      return clusterAutoscaler(parts);
    case 'managed-scaling':
    case 'none':
      return null;
  }
}

function demandScaler(parts: NodeScalerParts): NodeScaler {
  const { kernel, store, fleet, placing, life } = parts;
  const { autoscaler, queue } = parts.platform;
  assert(autoscaler.kind === 'demand', 'another autoscaler');
  const scaler = new DemandScaler({
    kernel,
    store,
    fleet,
    queue: placing.demand,
    untried:
      parts.platform.kind === 'ecs' && parts.platform.startTask !== undefined
        ? acceptingSlots(store)
        : placing.untried,
    discipline: queue === 'strict' ? 'strict' : 'skip',
    scheduler: roomRules(parts),
    isIdle: (slot) => life.isIdle(slot),
    intervalMs: autoscaler.intervalMs,
    idleMs: autoscaler.idleMs,
  });
  return {
    start: () => {},
    demandSeen: () => scaler.demandSeen(),
    ready: () => {},
    emptied: (slot) => scaler.emptied(slot),
    idle: () => {},
    keeper: null,
  };
}

function roomRules({ admission, scheduler }: NodeScalerParts): RoomRules {
  return {
    admits: (taskClass, shape, zone) => admission.admits(taskClass, shape, zone),
    maxPerInstance: (taskClass) => scheduler.maxPerInstance(taskClass),
  };
}

function clusterAutoscaler(parts: NodeScalerParts): NodeScaler {
  const { plan, platform, kernel, store, fleet, placing, life } = parts;
  const { autoscaler } = platform;
  assert(autoscaler.kind === 'cluster-autoscaler' && platform.kind === 'kubernetes', 'another autoscaler');
  const types = new Map(plan.types.map((type) => [type.name, type]));
  const scaler = new ClusterAutoscaler({
    kernel,
    store,
    fleet,
    settings: autoscaler,
    queue: placing.demand,
    admits: (taskClass, shape, zone) => parts.admission.admits(taskClass, shape, zone),
    profiles: profilesOf(parts.scheduler),
    random: parts.stream('expander', platform.name),
    templateDraws: parts.stream('node-template', platform.name),
    daemons: platform.daemons,
    podPrice: podPrices(fleet.groups.flatMap((group) => group.types.map((name) => types.get(name)!))),
    nodePrice: (group, typeName) => {
      const { spot, zones } = fleet.groups[group]!;
      const onSpot = spot === undefined ? undefined : parts.spotPriceE10(typeName, zones[0]!);
      return Number(onSpot ?? types.get(typeName)!.priceE10PerHour);
    },
    budgets: parts.budgets,
    isDaemon: parts.isDaemon,
    nominated: () => new Set((placing.placer.context().nominations ?? []).map(({ task }) => task)),
    daemonClasses: parts.daemonClasses,
    onDraining: parts.onDraining,
    isIdle: (slot) => life.isIdle(slot),
  });
  return {
    start: () => scaler.start(),
    demandSeen: () => scaler.demandSeen(),
    ready: () => {},
    emptied: () => {},
    idle: (slot) => scaler.idle(slot),
    keeper: scaler,
  };
}

/** Of the scheduler; those of kube-scheduler by default where another policy stands in for it. */
function profilesOf(scheduler: Scheduler): readonly ProfileOptions[] {
  if (isKubernetesScheduler(scheduler)) return scheduler.options.profiles;
  const read = readKubernetesOptions({});
  assert('options' in read, 'the defaults of kube-scheduler cannot be read');
  return read.options.profiles;
}

/** Half of what the cheapest vCPU and the cheapest byte of the fleet cost (chosen: AWS has no price model for pods). */
function podPrices(types: readonly InstanceType[]): (cpuMilli: number, memoryBytes: number) => number {
  const least = (amount: (type: InstanceType) => number) =>
    Math.min(...types.map((type) => Number(type.priceE10PerHour) / amount(type)));
  const perMilli = least(({ vcpus }) => 1000 * vcpus) / 2;
  const perByte = least(({ memoryMiB }) => MIB * memoryMiB) / 2;
  return (cpuMilli, memoryBytes) => cpuMilli * perMilli + memoryBytes * perByte;
}

function karpenter(parts: NodeScalerParts): NodeScaler {
  const { plan, platform, kernel, store, fleet, placing, life, podEvents, manifests } = parts;
  const { autoscaler } = platform;
  assert(autoscaler.kind === 'karpenter' && podEvents !== null, 'another autoscaler');
  const prices = new Map(plan.types.map(({ name, priceE10PerHour }) => [name, Number(priceE10PerHour)]));
  const scaler = new Karpenter({
    ...runPools(platform, fleet.groups, store.resources),
    kernel,
    store,
    fleet,
    settings: autoscaler,
    queue: placing.demand,
    pods: new PodTable(store),
    podEvents,
    budgets: () => podBudgets(parts.budgets(), manifests?.budgets ?? []),
    namespaces: namespacesOf(manifests),
    wellKnown: new Set([...WELL_KNOWN_LABELS, ...AWS_LABELS]),
    priceOf: (group, type, zone) =>
      fleet.groups[group]!.spot === undefined
        ? prices.get(type)!
        : Number(parts.spotPriceE10(type, zone) ?? prices.get(type)!),
    isDaemon: parts.isDaemon,
    daemonClasses: parts.daemonClasses,
    startEpochMs: plan.startEpochMs,
    onDraining: parts.onDraining,
    isIdle: (slot) => life.isIdle(slot),
  });
  return {
    start: () => scaler.start(),
    demandSeen: () => scaler.demandSeen(),
    ready: (slot) => scaler.ready(slot),
    emptied: () => {},
    idle: (slot) => scaler.idle(slot),
    // Nodes are launched for pods alone.
    keeper: { instanceLost: () => {}, replace: () => {} },
  };
}

/** The budgets with what they allow now; the two lists run parallel. */
function podBudgets(now: readonly DisruptionBudget[], named: readonly NamedBudget[]): PodBudget[] {
  return now.map((budget, index) => {
    const { minAvailable, maxUnavailable } = named[index]!;
    const blocksAll =
      (maxUnavailable !== null &&
        ('pods' in maxUnavailable ? maxUnavailable.pods : maxUnavailable.percent) === 0) ||
      (minAvailable !== null && 'percent' in minAvailable && minAvailable.percent === 100);
    return { ...budget, blocksAll };
  });
}

function namespacesOf(manifests: ManifestSet | null): Namespaces {
  const entries = Object.entries(manifests?.namespaces ?? {});
  return new Map(entries.map(([name, labels]) => [name, new Map(Object.entries(labels))]));
}
