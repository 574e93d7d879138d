import { type IntOrPercent, scaledValue } from './int-or-percent.ts';
import { isFinished, isReady, type PodState } from './pod-state.ts';

/** How long an evicted pod may take to go before it counts as healthy again. */
const DELETION_TIMEOUT_MS = 2 * 60_000;

export type BudgetedPod = Pick<PodState, 'name' | 'phase' | 'ready' | 'terminating'>;

/** What a PodDisruptionBudget allows; just one of the two. */
export type BudgetRule = { readonly minAvailable: IntOrPercent } | { readonly maxUnavailable: IntOrPercent };

export interface BudgetState {
  readonly rule: BudgetRule;
  /** The pods that its selector matches. */
  readonly pods: readonly BudgetedPod[];
  /** Sum of the replicas of the controllers of these pods, each once; pods without one add nothing. */
  readonly controllerReplicas: number;
  /** Pods that were evicted and have not gone yet: name and time of the eviction. */
  readonly disrupted: ReadonlyMap<string, number>;
}

export interface BudgetStatus {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  readonly currentHealthy: number;
  readonly disruptionsAllowed: number;
  readonly disrupted: ReadonlyMap<string, number>;
}

/**
 * One sync of the disruption controller.
 * Source: kubernetes v1.36.2 pkg/controller/disruption/disruption.go, getExpectedPodCount, countHealthyPods,
 * buildDisruptedPodMap, updatePdbStatus.
 */
export function syncDisruptionBudget(state: BudgetState, nowMs: number): BudgetStatus {
  const { expectedPods, desiredHealthy } = expectation(state);
  const currentHealthy = state.pods.filter((pod) => {
    if (pod.terminating || !isReady(pod)) return false;
    const evictedMs = state.disrupted.get(pod.name);
    return evictedMs === undefined || evictedMs + DELETION_TIMEOUT_MS <= nowMs;
  }).length;
  const disrupted = new Map<string, number>();
  for (const { name, terminating } of state.pods) {
    const evictedMs = state.disrupted.get(name);
    if (evictedMs === undefined || terminating) continue;
    if (evictedMs + DELETION_TIMEOUT_MS >= nowMs) disrupted.set(name, evictedMs);
  }
  return {
    expectedPods,
    desiredHealthy,
    currentHealthy,
    disruptionsAllowed: expectedPods === 0 ? 0 : Math.max(currentHealthy - desiredHealthy, 0),
    disrupted,
  };
}

function expectation({ rule, pods, controllerReplicas }: BudgetState): {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
} {
  if ('maxUnavailable' in rule) {
    const unavailable = scaledValue(rule.maxUnavailable, controllerReplicas, 'up');
    return {
      expectedPods: controllerReplicas,
      desiredHealthy: Math.max(controllerReplicas - unavailable, 0),
    };
  }
  const { minAvailable } = rule;
  if (typeof minAvailable === 'number') return { expectedPods: pods.length, desiredHealthy: minAvailable };
  return {
    expectedPods: controllerReplicas,
    desiredHealthy: scaledValue(minAvailable, controllerReplicas, 'up'),
  };
}

/** What the eviction API answers: yes, for the budget or without it, or "too many requests": try again later. */
export type EvictionAnswer = 'evict' | 'evict-from-budget' | 'refuse';

/**
 * May the pod be evicted? `evict-from-budget` takes one of `disruptionsAllowed` and notes the pod in `disrupted`.
 * Pods that never ran or have ended always may go; those that run without being ready may go without the budget under
 * AlwaysAllow, and under IfHealthyBudget (the default) while the budget has all the healthy pods that it wants.
 * Source: kubernetes v1.36.2 pkg/registry/core/pod/storage/eviction.go.
 */
export function answerEviction(
  pod: BudgetedPod,
  status: Pick<BudgetStatus, 'disruptionsAllowed' | 'currentHealthy' | 'desiredHealthy'>,
  unhealthyPods: 'IfHealthyBudget' | 'AlwaysAllow' = 'IfHealthyBudget',
): EvictionAnswer {
  if (isFinished(pod) || pod.phase === 'Pending' || pod.terminating) return 'evict';
  if (!isReady(pod)) {
    if (unhealthyPods === 'AlwaysAllow') return 'evict';
    if (status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0) return 'evict';
  }
  return status.disruptionsAllowed > 0 ? 'evict-from-budget' : 'refuse';
}
