import type { Comparison, RunResult } from '../experiment/result.ts';
import { decimal, formatUsd } from './number-format.ts';

/** One run as a comparison with nobody, with what it came to in a sentence. */
export function comparisonOfRun(result: RunResult): Comparison {
  const { summary } = result;
  const { name } = summary.platform;
  const cost = summary.metrics['cost.total'];
  const bill = cost === null ? 'nothing was priced' : `the bill is ${formatUsd(cost)}`;
  return {
    scenario: summary.scenario,
    description: '',
    seeds: [summary.seed],
    baseline: name,
    replications: [],
    runs: [result],
    verdict: `On ${name} ${decimal(summary.tasks.succeeded, 0)} of ${decimal(summary.tasks.submitted, 0)} tasks succeeded and ${bill}`,
  };
}
