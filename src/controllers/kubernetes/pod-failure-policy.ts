import type { FailureRule } from '../../schedulers/kubernetes/manifests/workload-objects.ts';

/** A container that has ended. */
export interface ContainerExit {
  readonly container: string;
  readonly exitCode: number;
}

export interface FailedPod {
  readonly exits: readonly ContainerExit[];
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
}

/**
 * What the first rule that matches says about a failed pod; null when none does: it counts.
 * Source: kubernetes v1.36.2 pkg/controller/job/pod_failure_policy.go.
 */
export function failureAction(rules: readonly FailureRule[], pod: FailedPod): FailureRule['action'] | null {
  return rules.find((rule) => matches(rule, pod))?.action ?? null;
}

function matches(
  { onExitCodes, onPodConditions = [] }: FailureRule,
  { exits, conditions }: FailedPod,
): boolean {
  if (onExitCodes === undefined) {
    return conditions.some(({ type, status }) =>
      onPodConditions.some((pattern) => pattern.type === type && pattern.status === status),
    );
  }
  const { container, operator, values } = onExitCodes;
  return exits.some(
    (exit) =>
      (container === null || container === exit.container) &&
      exit.exitCode !== 0 &&
      values.includes(exit.exitCode) === (operator === 'In'),
  );
}
