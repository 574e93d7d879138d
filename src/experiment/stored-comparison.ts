import { createHash } from 'node:crypto';
import { canonicalJson } from '../io/scenario/plan-hash.ts';
import { type PlanDifference, planDifferences } from './plan-differences.ts';
import type { Comparison, RunResult, RunSummary } from './result.ts';
import { seedsVerdict } from './seeds-verdict.ts';
import { verdict } from './verdict.ts';

/** A finished run on disk: its summary, and the rest when it is asked for. */
export interface StoredRun {
  /** Which of the things named together it came with: runs that are otherwise alike are told apart by it. */
  readonly source: string;
  readonly summary: RunSummary;
  /** As a scenario, plain data. */
  readonly plan: unknown;
  /** Of `planKey`. */
  readonly planKey: string;
  readonly engineVersion: string;
  readonly read: () => RunResult;
}

/** Runs of one platform and plan with different seeds: a column of the comparison. */
interface Column {
  readonly source: string;
  readonly runs: StoredRun[];
}

/** Plans that differ in more than the seed, with what differs from the first one's. */
export function otherPlans(
  runs: readonly StoredRun[],
): { readonly source: string; readonly differences: PlanDifference[] }[] {
  const [first] = runs;
  const seen = new Set([first!.planKey]);
  return runs.flatMap(({ source, plan, planKey: key }) => {
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ source, differences: planDifferences(withoutSeed(first!.plan), withoutSeed(plan)) }];
  });
}

/**
 * Finished runs side by side. Runs of one platform and one plan are replications, by their seeds; what has the same
 * platform, plan and seed is told apart by where it came from. The first column is the baseline. Of each column the run of
 * the smallest seed that all columns have, else of its own smallest, is read whole: it stands for bills and reasons.
 */
export function comparisonOfStored(runs: readonly StoredRun[]): Comparison {
  const columns = columnsOf(runs);
  const common = columns[0]!.runs
    .map(({ summary }) => summary.seed)
    .sort((a, b) => a - b)
    .filter((seed) => columns.every((column) => column.runs.some((run) => run.summary.seed === seed)));
  const names = namesOf(columns);
  const firsts: RunResult[] = [];
  const replications: RunSummary[] = [];
  columns.forEach((column, index) => {
    const ordered = column.runs.toSorted((a, b) => a.summary.seed - b.summary.seed);
    const first = ordered.find(({ summary }) => summary.seed === common[0]) ?? ordered[0]!;
    firsts.push(renamed(first.read(), names[index]!));
    for (const { summary } of ordered)
      if (summary !== first.summary) replications.push(named(summary, names[index]!));
  });
  const summaries = [...firsts.map(({ summary }) => summary), ...replications];
  const seeds = [...new Set(summaries.map(({ seed }) => seed))].sort((a, b) => a - b);
  return withVerdict({
    scenario: [...new Set(summaries.map(({ scenario }) => scenario))].join(', '),
    description: '',
    seeds,
    baseline: names[0]!,
    runs: firsts,
    replications,
    verdict: '',
  });
}

/** The comparison of some of its columns. `baseline`: one of them. */
export function someColumns(comparison: Comparison, names: readonly string[], baseline: string): Comparison {
  const isWanted = ({ platform }: { readonly platform: { readonly name: string } }) =>
    names.includes(platform.name);
  return withVerdict({
    ...comparison,
    baseline,
    runs: comparison.runs.filter(({ summary }) => isWanted(summary)),
    replications: comparison.replications.filter(isWanted),
  });
}

function withVerdict(comparison: Comparison): Comparison {
  const { runs, replications } = comparison;
  const ofFirst = verdict(runs);
  if (replications.length === 0) return { ...comparison, verdict: ofFirst };
  const firsts = [...new Set(runs.map(({ summary }) => summary.seed))];
  const which = firsts.length === 1 ? `Seed ${firsts[0]}` : `Seeds ${firsts.join(', ')}, one of each`;
  const overAll = seedsVerdict([...runs.map(({ summary }) => summary), ...replications]);
  return { ...comparison, verdict: `${overAll} ${which}: ${ofFirst}` };
}

function columnsOf(runs: readonly StoredRun[]): Column[] {
  const keyOf = (run: StoredRun) => `${run.planKey} ${run.summary.platform.name}`;
  const nameOf = (run: StoredRun) => `${keyOf(run)} ${run.summary.seed}`;
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(nameOf(run), (counts.get(nameOf(run)) ?? 0) + 1);
  const repeated = new Set(runs.filter((run) => counts.get(nameOf(run))! > 1).map(keyOf));
  const columns = new Map<string, Column>();
  for (const run of runs) {
    const key = repeated.has(keyOf(run)) ? `${keyOf(run)} ${run.source}` : keyOf(run);
    const column = columns.get(key) ?? { source: run.source, runs: [] };
    column.runs.push(run);
    columns.set(key, column);
  }
  return [...columns.values()];
}

/** The platform's, with the source where several have it. */
function namesOf(columns: readonly Column[]): string[] {
  const platforms = columns.map(({ runs }) => runs[0]!.summary.platform.name);
  return columns.map(({ source }, index) => {
    const own = platforms[index]!;
    return platforms.filter((name) => name === own).length === 1 ? own : `${own} (${source})`;
  });
}

function named(summary: RunSummary, name: string): RunSummary {
  return { ...summary, platform: { ...summary.platform, name } };
}

function renamed(result: RunResult, name: string): RunResult {
  return { ...result, summary: named(result.summary, name) };
}

/** Equal for the runs of one plan, whatever their seeds. */
export function planKey(plan: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(withoutSeed(plan)))
    .digest('hex');
}

function withoutSeed(plan: unknown): object {
  const { seed: _, ...rest } = plan as { readonly seed?: unknown };
  return rest;
}
