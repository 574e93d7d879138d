import { type Diagnostic, InputError } from '../errors.ts';
import { parseCheck } from '../io/scenario/checks.ts';
import { planHash } from '../io/scenario/plan-hash.ts';
import type { PreparedScenario } from './prepare-scenario.ts';

/** Where findings about checks that stand in no file are said to be. */
const FLAG = '--check';

/** The scenario with checks beside its own, as written on a command line. Errors: E5001, all in one pass. */
export function withChecks(prepared: PreparedScenario, texts: readonly string[]): PreparedScenario {
  if (texts.length === 0) return prepared;
  const problems: Diagnostic[] = [];
  const checks = texts.flatMap((text) => {
    const check = parseCheck(text, prepared.userMetrics);
    if (!('message' in check)) return [check];
    const position = { file: FLAG, line: 1, column: 1, length: Math.max(1, [...text].length) };
    problems.push({ severity: 'error', code: 'E5001', position, excerpt: text, ...check });
    return [];
  });
  if (problems.length > 0) throw new InputError(problems);
  const plan = { ...prepared.plan, checks: [...prepared.plan.checks, ...checks] };
  return { ...prepared, plan, planHash: planHash(plan) };
}
