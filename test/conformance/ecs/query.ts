import { type ClusterState, factsOf } from '../../../src/experiment/ecs/cluster-state.ts';
import { evaluate } from '../../../src/schedulers/ecs/query/evaluate.ts';
import { parseExpression } from '../../../src/schedulers/ecs/query/parse-expression.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase, lastPart } from './case.ts';

/** Kind `cql`: the instances for which an expression is true. */
export function runQuery({
  in: { expression: text, ...state },
  out,
}: EcsCase<ClusterState & { readonly expression: string }>): CaseOutcome {
  const read = parseExpression(text);
  if ('problem' in read) return compare({ error: 'InvalidParameterException' }, out);
  const match = state.containerInstances.filter((instance) => evaluate(read.expression, factsOf(state, instance)));
  return compare({ match: match.map(({ containerInstanceArn }) => lastPart(containerInstanceArn)) }, out);
}
