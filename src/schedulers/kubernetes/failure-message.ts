import type { Refusal } from '../scheduler.ts';

/**
 * kube-scheduler's message for a pod that fits nowhere: every reason of every refused node counts once, sorted as
 * text, numbers included (so `10 x` comes before `2 y`). `absent`: the refusal of nodes that were out of the question.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/types.go, FitError.Error
 */
export function failureMessage(
  nodes: number,
  refusals: readonly Refusal[],
  absent: Refusal | null = null,
): string {
  const counts = new Map<string, number>();
  const count = (refusal: Refusal, times: number) => {
    for (const reason of refusal.reasons) counts.set(reason, (counts.get(reason) ?? 0) + times);
  };
  for (const refusal of refusals) count(refusal, 1);
  if (absent !== null && nodes > refusals.length) count(absent, nodes - refusals.length);
  const list = [...counts].map(([reason, times]) => `${times} ${reason}`).sort();
  return `0/${nodes} nodes are available: ${list.join(', ')}.`;
}
