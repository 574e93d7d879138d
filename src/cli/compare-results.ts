import { existsSync, readdirSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { InputError } from '../errors.ts';
import type { PlanDifference } from '../experiment/plan-differences.ts';
import type { Comparison } from '../experiment/result.ts';
import { readResult, readStoredPlan } from '../experiment/result-directory.ts';
import {
  comparisonOfStored,
  otherPlans,
  planKey,
  someColumns,
  type StoredRun,
} from '../experiment/stored-comparison.ts';
import { userMetricNames } from '../experiment/metric-value.ts';
import { listed } from '../io/scenario/did-you-mean.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { differsTooMuch, limitsOf } from './fail-if.ts';
import { exitCodeFor, failOnOf } from './outcome.ts';
import { allSummaries, printComparison, saveMarkdown } from './comparison-output.ts';
import { isFolder, reproduceLine, requireFree } from './outputs.ts';
import { requirePlatform } from './scenario-input.ts';
import { tableOptionsOf } from './table-options.ts';
import { usage } from './usage.ts';
import { VERSION } from './version.ts';

/** Flags that make runs; finished ones have answered them. */
const RUN_FLAGS = [
  ...[
    'set',
    'prices',
    'traces',
    'seed',
    'until',
    'check',
    'out',
    'seeds',
    'select',
    'confidence',
    'indifference',
  ],
  ...['budget', 'jobs', 'precision', 'warmup', 'allow-plugins'],
];
/** Differences between plans that a message names. */
const SHOWN = 8;
/** Below a folder that --out wrote: SCENARIO/PLATFORM/seed=N. */
const DEEPEST = 3;

/** Finished runs side by side; nothing is simulated. */
export async function compareResults(args: Arguments, io: CommandIo): Promise<number> {
  for (const flag of RUN_FLAGS)
    if (args[flag] !== undefined) throw usage(`--${flag} makes runs, and these are finished`);
  if (args['report'] !== undefined)
    throw usage('cannot use --report with results', 'stowage report RESULT… makes their page');
  const names = [String(args['scenario']), ...((args['results'] as readonly string[] | undefined) ?? [])];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usage(`${twice} is named more than once`);
  const failOn = failOnOf(args);
  const runs = names.flatMap((name) => storedRuns(name, io));
  const own = userMetricNames(runs.map(({ summary }) => summary));
  const [limits, table] = [limitsOf(args, own), tableOptionsOf(args, own)];
  if (args['markdown'] !== undefined) requireFree(String(args['markdown']), io, args['force'] === true);
  requireOnePlan(runs, args, io);
  const versions = [...new Set(runs.map(({ engineVersion }) => engineVersion))];
  if (versions.length > 1)
    io.note(`made by ${listed(versions, 'and')} of stowage: differences may be those of the engine`);
  const comparison = chosen(comparisonOfStored(runs), args);
  if (comparison.runs.length < 2)
    throw usage('this needs two columns: results of two platforms, plans or folders');

  const made = { reproduce: reproduceLine(io), version: VERSION, table };
  await saveMarkdown(comparison, made, args, io);
  await printComparison(comparison, made, args, io);
  const code = exitCodeFor(allSummaries(comparison), { warnings: [] }, failOn, io);
  if (code !== EXIT.success) return code;
  const anyDifference = args['exit-code'] === true;
  return differsTooMuch(comparison, { limits, anyDifference, table }, io) ? EXIT.differs : EXIT.success;
}

/** The result in a folder, or those below it. Errors: E4001, E4004. */
function storedRuns(name: string, io: CommandIo): StoredRun[] {
  const folder = resolve(io.workingDirectory, name);
  const directories = resultsBelow(folder, DEEPEST, io);
  if (directories.length === 0) {
    const message = `Cannot compare ${name}: there is no result in it`;
    const hint = 'run and compare write them with --out FOLDER';
    throw new InputError([{ severity: 'error', code: 'E4001', message, hint }]);
  }
  return directories.map((directory): StoredRun => {
    const { plan, summary, engineVersion } = readStoredPlan(directory);
    const { scenario, platform, seed } = summary;
    const own = join(scenario, platform.name, `seed=${seed}`);
    const typed = name.replace(/[/\\]+$/, '');
    // A result by itself comes from the folder that --out named.
    const source = typed.endsWith(`${sep}${own}`) ? typed.slice(0, -own.length - 1) : typed;
    const read = () => readResult(directory).result;
    return { source, summary, plan, planKey: planKey(plan), engineVersion, read };
  });
}

function resultsBelow(folder: string, depth: number, io: CommandIo): string[] {
  if (existsSync(join(folder, 'manifest.json'))) return [folder];
  if (depth === 0 || !isFolder(folder, io)) return [];
  return namesIn(folder)
    .sort()
    .flatMap((name) => resultsBelow(join(folder, name), depth - 1, io));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const reason = String((error as NodeJS.ErrnoException).code);
    const message = `Cannot read ${folder}: ${reason}`;
    throw new InputError([{ severity: 'error', code: 'E4001', message }]);
  }
}

/** Runs of different plans answer different questions. Errors: E5001, unless `--other-plans` says that they may. */
function requireOnePlan(runs: readonly StoredRun[], args: Arguments, io: CommandIo): void {
  const others = otherPlans(runs);
  if (others.length === 0) return;
  const lines = others.map(({ source, differences }) => {
    const shown = differences.slice(0, SHOWN).map(differenceText);
    const more = differences.length > SHOWN ? ` and ${differences.length - SHOWN} more` : '';
    return `${source} has another plan than ${runs[0]!.source}: ${shown.join('; ')}${more}`;
  });
  if (args['other-plans'] !== true) {
    throw usage(lines.join('\n'), '--other-plans compares them all the same');
  }
  for (const line of lines) io.note(line);
}

function differenceText({ path, before, after }: PlanDifference): string {
  const text = (value: unknown) => {
    if (value === undefined) return 'nothing';
    const json = JSON.stringify(value);
    return json.length > 60 ? `${json.slice(0, 57)}...` : json;
  };
  return `${path} ${text(before)} → ${text(after)}`;
}

/** `--platforms` and `--baseline`, by the names of the columns. */
function chosen(comparison: Comparison, args: Arguments): Comparison {
  const known = comparison.runs.map(({ summary }) => summary.platform.name);
  const list = args['platforms'] as string | undefined;
  const wanted = list === undefined ? known : list.split(',').map((name) => name.trim());
  for (const name of wanted) requirePlatform('--platforms', name, known);
  const baseline = (args['baseline'] as string | undefined) ?? wanted[0]!;
  requirePlatform('--baseline', baseline, wanted);
  return list === undefined && args['baseline'] === undefined
    ? comparison
    : someColumns(comparison, wanted, baseline);
}
