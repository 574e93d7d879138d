import type { EcsCase } from './ecs/case.ts';
import { runPlace } from './ecs/placement.ts';
import type { CaseOutcome } from './run.ts';

/** Who answers which kind of case. */
const KINDS: Readonly<Record<string, (testCase: never) => CaseOutcome>> = {
  place: runPlace,
};

/** One recorded question of any kind; kinds that nobody answers are unsupported. */
export function runCase(testCase: EcsCase): CaseOutcome {
  const answer = Object.hasOwn(KINDS, testCase.kind) ? KINDS[testCase.kind] : undefined;
  return answer === undefined ? 'unsupported' : answer(testCase as never);
}
