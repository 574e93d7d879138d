/** A container that has ended. */
export interface ContainerExit {
  readonly container: string;
  readonly exitCode: number;
}

export interface FailurePolicyRule {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  /** `container` null: any. */
  readonly onExitCodes?: {
    readonly container: string | null;
    readonly operator: 'In' | 'NotIn';
    readonly values: readonly number[];
  };
  readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
}

export interface FailedPod {
  readonly exits: readonly ContainerExit[];
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
}

/**
 * What the first rule that matches says about a failed pod; null when none does: it counts.
 * Source: kubernetes v1.36.2 pkg/controller/job/pod_failure_policy.go.
 */
export function failureAction(
  rules: readonly FailurePolicyRule[],
  pod: FailedPod,
): FailurePolicyRule['action'] | null {
  return rules.find((rule) => matches(rule, pod))?.action ?? null;
}

function matches(
  { onExitCodes, onPodConditions = [] }: FailurePolicyRule,
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
