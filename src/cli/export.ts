import { join, resolve } from 'node:path';
import type { RunResult } from '../experiment/result.ts';
import { readResult } from '../experiment/result-directory.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { comparisonTable } from '../report/comparison-table.ts';
import { framesOf } from '../report/frames/frames-of.ts';
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

/** Charts by the names of their files. Those that would be empty are missing. */
function chartsOf(result: RunResult, atMs: number): ReadonlyMap<string, () => string> {
  const table = comparisonTable(comparisonOfRun(result));
  const { rows, endMs } = timeCharts(table.platforms);
  const { name } = result.summary.platform;
  const overTime = rows.flatMap(({ charts }) =>
    charts.map((chart) => [chart.id.replace(/-0$/, ''), () => timeChartSvg(chart, endMs)] as const),
  );
  return new Map<string, () => string>([
    ['cost', () => costBarsSvg(table)],
    ['packing', () => packingSvg(framesOf(result), atMs)],
    ['waits', () => waitCurveSvg([waitCurve(name, 0, result.tasks())])],
    ...overTime,
  ]);
}

/** Writes charts of a run, one file each. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const { result, meta } = readResult(resolve(io.workingDirectory, String(args['result'])));
  const { horizonMs } = result.summary;
  const { startEpochMs } = meta;
  const atMs =
    args['at'] === undefined
      ? fullestMs(result)
      : timeOf('--at', String(args['at']), { startEpochMs, horizonMs });
  const charts = chartsOf(result, atMs);
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

function namesOf(wanted: string | undefined, known: readonly string[]): readonly string[] {
  if (wanted === undefined) return known;
  const names = [...new Set(wanted.split(',').map((name) => name.trim()))];
  for (const name of names) {
    if (known.includes(name)) continue;
    throw usage(
      `there is no chart '${name}' of this run`,
      didYouMean(name, known) ?? `it has ${known.join(', ')}`,
    );
  }
  return names;
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
