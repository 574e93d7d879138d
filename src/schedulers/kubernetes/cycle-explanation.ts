import type { ClusterView } from '../../model/cluster-view.ts';
import { type Explanation, type InstanceVerdict, NO_INSTANCE, type RuleScore } from '../scheduler.ts';
import type { Cycle } from './cycle.ts';

/** A cycle as an explanation. `postFilter`: what preemption adds to the message. */
export function cycleExplanation(
  cycle: Cycle,
  view: ClusterView,
  scheduler: string,
  postFilter: string,
): Explanation {
  const { chosen, hint, verdicts, message } = cycle;
  const scoresOf = scoresBySlot(cycle);
  return {
    scheduler,
    chosen,
    verdicts: verdicts.map(
      ({ slot, refusal }): InstanceVerdict => ({
        slot,
        name: view.instanceName(slot),
        refusal,
        scores: scoresOf.get(slot)?.scores ?? [],
        total: scoresOf.get(slot)?.total ?? null,
      }),
    ),
    tied: chosen === NO_INSTANCE ? [] : cycle.best,
    chain: [],
    message: message + postFilter,
    ...(chosen !== NO_INSTANCE && chosen === hint && { batched: true }),
  };
}

/** With a single feasible node kube-scheduler does not score. */
function scoresBySlot({ feasible, scores, totals }: Cycle) {
  const bySlot = new Map<number, { scores: readonly RuleScore[]; total: number }>();
  if (feasible.length < 2 || scores.length === 0) return bySlot;
  feasible.forEach((slot, i) => {
    bySlot.set(slot, { scores: scores[i]!, total: totals[i]! });
  });
  return bySlot;
}
