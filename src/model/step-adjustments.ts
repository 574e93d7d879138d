/** Bounds of a step as distances from the threshold; null is infinite. */
export interface StepBounds {
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * What is wrong with the steps of a step scaling policy; empty when they can be used. They may stand in any order, but
 * must not leave a gap or overlap. Source: Application Auto Scaling API reference, StepScalingPolicyConfiguration.
 */
export function stepProblems(steps: readonly StepBounds[]): readonly string[] {
  if (steps.length === 0) return ['a step scaling policy has at least one step'];
  const problems: string[] = [];
  if (steps.some(({ lower, upper }) => lower !== null && upper !== null && lower >= upper))
    problems.push('the lower bound of a step is below its upper bound');
  for (const side of ['lower', 'upper'] as const) {
    if (steps.filter((step) => step[side] === null).length > 1)
      problems.push(`only one step has no ${side} bound`);
  }
  if (problems.length > 0) return problems;
  const inOrder = steps.toSorted((a, b) => startOf(a) - startOf(b));
  for (let i = 1; i < inOrder.length; i++) {
    const [before, after] = [inOrder[i - 1]!, inOrder[i]!];
    const end = before.upper ?? Number.POSITIVE_INFINITY;
    if (end > startOf(after)) problems.push('the steps overlap');
    if (end < startOf(after)) problems.push('the steps leave a gap');
  }
  return problems;
}

function startOf({ lower }: StepBounds): number {
  return lower ?? Number.NEGATIVE_INFINITY;
}
