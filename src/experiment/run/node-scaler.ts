import { DemandScaler } from '../../controllers/demand-scaler.ts';
import type { Fleet } from '../../controllers/fleet.ts';
import { Karpenter } from '../../controllers/karpenter/karpenter.ts';
import type { PodEvents } from '../../controllers/karpenter/pod-events.ts';
import type { PodBudget } from '../../controllers/karpenter/candidates.ts';
import { WELL_KNOWN_LABELS } from '../../controllers/karpenter/requirements.ts';
import type { NodeScaler } from '../../controllers/node-scaler.ts';
import type { TaskLife } from '../../controllers/task-life.ts';
import { assert } from '../../errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { Plan, PlatformPlan } from '../../model/plan.ts';
import type { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import type { NamedBudget } from '../../schedulers/kubernetes/manifests/cluster-policies.ts';
import type { DisruptionBudget } from '../../schedulers/kubernetes/preemption/disruption-budget.ts';
import type { Namespaces } from '../../schedulers/kubernetes/pod-affinity.ts';
import { PodTable } from '../../schedulers/kubernetes/pod.ts';
import type { Scheduler } from '../../schedulers/scheduler.ts';
import type { Admission } from './admission.ts';
import { AWS_LABELS, runPools } from './karpenter-fleet.ts';
import type { Placing } from './placing.ts';

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
  /** There when Karpenter runs. */
  readonly podEvents: PodEvents | null;
  readonly manifests: ManifestSet | null;
  readonly budgets: () => readonly DisruptionBudget[];
  /** Per hour, in 1e-10 USD; undefined where the group buys no Spot. */
  readonly spotPriceE10: (typeName: string, zone: string) => bigint | undefined;
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
    case 'managed-scaling':
    case 'none':
      return null;
  }
}

function demandScaler(parts: NodeScalerParts): NodeScaler {
  const { kernel, store, fleet, placing, scheduler, admission, life } = parts;
  const { autoscaler, queue } = parts.platform;
  assert(autoscaler.kind === 'demand', 'another autoscaler');
  const scaler = new DemandScaler({
    kernel,
    store,
    fleet,
    queue: placing.demand,
    untried: placing.untried,
    discipline: queue === 'strict' ? 'strict' : 'skip',
    scheduler: {
      admits: (taskClass, shape, zone) => admission.admits(taskClass, shape, zone),
      maxPerInstance: (taskClass) => scheduler.maxPerInstance(taskClass),
    },
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
  };
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
    isDaemon: () => false,
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
