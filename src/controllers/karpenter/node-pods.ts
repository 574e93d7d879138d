import type { TaskClass } from '../../model/task-class.ts';
import { coverOf, type PodBudget } from './budget-cover.ts';
import type { KarpenterPod } from './pod-demand.ts';

/** A pod on a node, as removing the node looks at it. */
export interface NodePod {
  readonly pod: KarpenterPod;
  /** Must it find another node? Those of DaemonSets and of the node itself need not. */
  readonly reschedulable: boolean;
  /** Karpenter's annotation karpenter.sh/do-not-disrupt holds. */
  readonly doNotDisrupt: boolean;
  /** From -10 to 10; see `evictionCost`. */
  readonly evictionCost: number;
}

/** Removing a node costs at least this. */
export const BASE_DISRUPTION_COST = 1;

/**
 * What it costs to evict a pod: 1, more with its deletion cost (controller.kubernetes.io/pod-deletion-cost) and its
 * priority. Source: karpenter v1.14.1 pkg/utils/disruption/disruption.go, EvictionCost
 */
export function evictionCost(deletionCost: number, priority: number): number {
  return Math.min(10, Math.max(-10, 1 + deletionCost / 2 ** 27 + priority / 2 ** 25));
}

/** What the pods of a node come to together. */
interface Census {
  /** What removing their node costs: more than 1 unless it is empty. */
  readonly disruptionCost: number;
  /** The annotation holds one of them. */
  readonly isHeld: boolean;
  /** Classes of the others. */
  readonly classes: ReadonlySet<TaskClass>;
  /** Those that must find another node, as far as no budget pins them. */
  readonly movable: readonly KarpenterPod[];
}

const CENSUSES = new WeakMap<readonly NodePod[], Census>();

function censusOf(pods: readonly NodePod[]): Census {
  let census = CENSUSES.get(pods);
  if (census === undefined) {
    const movable = pods.filter(({ reschedulable, doNotDisrupt }) => reschedulable && !doNotDisrupt);
    const free = pods.filter(({ doNotDisrupt }) => !doNotDisrupt);
    let cost = BASE_DISRUPTION_COST;
    for (const one of pods) if (one.reschedulable) cost += Math.max(0, one.evictionCost);
    census = {
      disruptionCost: cost,
      isHeld: free.length < pods.length,
      classes: new Set(free.map(({ pod }) => pod.spec.taskClass)),
      movable: movable.map(({ pod }) => pod),
    };
    CENSUSES.set(pods, census);
  }
  return census;
}

/** What removing the node of these pods costs: more than 1 unless it is empty. */
export function disruptionCost({ pods }: { readonly pods: readonly NodePod[] }): number {
  return censusOf(pods).disruptionCost;
}

/** Does a pod keep its node from being removed, by its annotation or by a budget? */
export function keepTheirNode(pods: readonly NodePod[], budgets: readonly PodBudget[]): boolean {
  const { isHeld, classes } = censusOf(pods);
  return isHeld || coverOf(budgets).holdsAny(classes);
}

/**
 * The pods that are moved when their node goes. One that never may go is not worth a new node. The same list for the
 * same pods, unless a budget pins some of them.
 */
export function movedPods(pods: readonly NodePod[], budgets: readonly PodBudget[]): readonly KarpenterPod[] {
  const { movable, classes } = censusOf(pods);
  const cover = coverOf(budgets);
  if (!cover.pinsAny(classes)) return movable;
  return movable.filter(({ spec }) => !cover.pinsAny([spec.taskClass]));
}
