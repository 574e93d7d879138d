import { withReplications } from './compare-platforms.ts';
import type { Comparison, RunResult } from './result.ts';
import { verdict } from './verdict.ts';

/** A stored result, under the name by which people know it. */
export interface NamedResult {
  readonly directory: string;
  readonly result: RunResult;
}

/**
 * Finished runs side by side, the first as the baseline. Runs of other seeds than the first one's are replications when
 * every platform has them all; otherwise each run stands for itself. Runs that would share a name are told apart by
 * their seeds, or by their directories.
 */
export function comparisonOfResults(named: readonly NamedResult[]): Comparison {
  const keyOf = ({ result: { summary } }: NamedResult) => `${summary.platform.name} ${summary.seed}`;
  const keys = new Set(named.map(keyOf));
  const seeds = [...new Set(named.map(({ result }) => result.summary.seed))];
  const platforms = [...new Set(named.map(({ result }) => result.summary.platform.name))];
  const isGrid = keys.size === named.length && keys.size === seeds.length * platforms.length;
  const scenario = [...new Set(named.map(({ result }) => result.summary.scenario))].join(', ');
  if (!isGrid) {
    const isBySeed = keys.size === named.length;
    const runs = named.map(({ directory, result }) => {
      const { platform, seed } = result.summary;
      const isAlone =
        named.filter((other) => other.result.summary.platform.name === platform.name).length === 1;
      if (isAlone) return result;
      return renamed(result, isBySeed ? `${platform.name} seed=${seed}` : `${platform.name} (${directory})`);
    });
    return comparisonOf(scenario, runs, [runs[0]!.summary.seed]);
  }
  const [first] = seeds;
  const runs = named.filter(({ result }) => result.summary.seed === first).map(({ result }) => result);
  const others = named
    .filter(({ result }) => result.summary.seed !== first)
    .map(({ result }) => result.summary);
  return withReplications(comparisonOf(scenario, runs, [first!]), others);
}

function comparisonOf(scenario: string, runs: readonly RunResult[], seeds: readonly number[]): Comparison {
  const baseline = runs[0]!.summary.platform.name;
  return { scenario, description: '', seeds, baseline, runs, replications: [], verdict: verdict(runs) };
}

function renamed(result: RunResult, name: string): RunResult {
  const { summary } = result;
  return { ...result, summary: { ...summary, platform: { ...summary.platform, name } } };
}
