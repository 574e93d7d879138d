import { basename, join, resolve } from 'node:path';
import type { Comparison, RunResult } from '../experiment/result.ts';
import { readResult } from '../experiment/result-directory.ts';
import { comparisonOfResults } from '../experiment/results-comparison.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { comparisonTable } from '../report/comparison-table.ts';
import { framesOf } from '../report/frames/frames-of.ts';
import { ganttSvg, heatSvg, type Stretch } from '../report/lane-svg.ts';
import { packingSvg } from '../report/packing-svg.ts';
import { comparisonOfRun } from '../report/run-sentence.ts';
import { costBarsSvg, timeChartSvg } from '../report/svg.ts';
import { timeCharts } from '../report/time-charts.ts';
import { waitCurve, waitCurveSvg } from '../report/wait-curve.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { requireFree, writeText } from './outputs.ts';
import { timeOf } from './time-argument.ts';
import { usage } from './usage.ts';

/** What of the runs the charts show. */
interface Scope {
  /** Of the packing. */
  readonly atMs: number;
  /** Of the heat map and the tasks on instances. */
  readonly stretch: Stretch;
  /** An instance among those of the chart of tasks. */
  readonly node: string | null;
}

/** Charts by the names of their files, of one run or of several side by side. Those that would be empty are missing. */
function chartsOf(comparison: Comparison, { atMs, stretch, node }: Scope): ReadonlyMap<string, () => string> {
  const table = comparisonTable(comparison);
  const { rows, endMs } = timeCharts(table.platforms);
  const isAlone = comparison.runs.length === 1;
  const nameOf = (kind: string, index: number) =>
    isAlone ? kind : `${kind}-${comparison.runs[index]!.summary.platform.name.replaceAll(/[^\w.=-]+/g, '_')}`;
  const overTime = rows.flatMap(({ charts }) =>
    charts.map((chart): [string, () => string] => {
      const [, kind = chart.id, index] = /^(\w+)-(\d+)$/.exec(chart.id) ?? [];
      return [index === undefined ? kind : nameOf(kind, Number(index)), () => timeChartSvg(chart, endMs)];
    }),
  );
  const waits = () =>
    waitCurveSvg(
      table.platforms.map(({ name, first }, position) => waitCurve(name, position, first.tasks())),
    );
  return new Map<string, () => string>([
    ['cost', () => costBarsSvg(table)],
    ...comparison.runs.flatMap((run, index): [string, () => string][] => [
      [nameOf('packing', index), () => packingSvg(framesOf(run), atMs)],
      [nameOf('heat', index), () => heatSvg(framesOf(run), stretch)],
      [nameOf('gantt', index), () => ganttOfRun(run, stretch, node)],
    ]),
    ['waits', waits],
    ...overTime,
  ]);
}

/** Writes charts of runs, one file each. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const directories = args['results'] as readonly string[];
  const stored = directories.map((directory) => {
    const path = resolve(io.workingDirectory, directory);
    return { directory: basename(path), ...readResult(path) };
  });
  const [first] = stored;
  const comparison = stored.length === 1 ? comparisonOfRun(first!.result) : comparisonOfResults(stored);
  const { horizonMs } = first!.result.summary;
  const { startEpochMs } = first!.meta;
  const atMs =
    args['at'] === undefined
      ? fullestMs(first!.result)
      : timeOf('--at', String(args['at']), { startEpochMs, horizonMs });
  const stretch = stretchOf(args, { startEpochMs, horizonMs: first!.result.summary.endedMs });
  const node = args['node'] === undefined ? null : String(args['node']);
  const charts = chartsOf(comparison, { atMs, stretch, node });
  const names = namesOf(args['charts'] as string | undefined, [...charts.keys()]);
  const force = args['force'] === true;
  const fileOf = (name: string) => join(String(args['out']), `${name}.svg`);
  for (const name of names) requireFree(fileOf(name), io, force);
  for (const name of names) {
    writeText(fileOf(name), charts.get(name)!(), io, force);
    io.note(`wrote ${fileOf(name)}`);
  }
  return EXIT.success;
}

/** `packing` means the packing of every platform. */
function namesOf(wanted: string | undefined, known: readonly string[]): readonly string[] {
  if (wanted === undefined) return known;
  const names = wanted.split(',').flatMap((part) => {
    const name = part.trim();
    const own = known.filter((one) => one === name || one.startsWith(`${name}-`));
    if (own.length > 0) return own;
    throw usage(
      `there is no chart '${name}' of this`,
      didYouMean(name, known) ?? `there is ${known.join(', ')}`,
    );
  });
  return [...new Set(names)];
}

/** Errors: E5001 for a node that the run does not have. */
function ganttOfRun(run: RunResult, stretch: Stretch, node: string | null): string {
  const drawing = ganttSvg(framesOf(run), stretch, node);
  if (drawing !== undefined) return drawing;
  const names = run.instances.slice(0, 2000).map(({ instance }) => instance);
  throw usage(`${run.summary.platform.name} has no node '${node}'`, didYouMean(node!, names));
}

/** `--from-time` to `--to-time`, from the start to the end where they are not given. */
function stretchOf(args: Arguments, run: Parameters<typeof timeOf>[2]): Stretch {
  const timeAt = (flag: 'from-time' | 'to-time', otherwise: number) =>
    args[flag] === undefined ? otherwise : timeOf(`--${flag}`, String(args[flag]), run);
  const [fromMs, toMs] = [timeAt('from-time', 0), timeAt('to-time', run.horizonMs)];
  if (fromMs >= toMs) throw usage('--from-time must be before --to-time');
  return { fromMs, toMs };
}

/** The stretch in which most tasks ran, its middle. */
function fullestMs({ series, summary }: RunResult): number {
  const fullest = series.rows.reduce(
    (best, row) => (row.running > best.running ? row : best),
    series.rows[0]!,
  );
  return fullest === undefined
    ? 0
    : Math.min(summary.endedMs, fullest.startMs + Math.floor(series.bucketMs / 2));
}
