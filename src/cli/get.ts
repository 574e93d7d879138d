import { resolve } from 'node:path';
import type { RunResult } from '../experiment/result.ts';
import { readResult } from '../experiment/result-directory.ts';
import {
  type Field,
  type ListedRow,
  type ListingKind,
  type ResultListing,
  resultListing,
  TIMED,
  TIMELESS,
} from '../experiment/result-listing.ts';
import { stripControl } from '../io/terminal-text.ts';
import { formatDuration, formatUsd, NO_NUMBER } from '../report/number-format.ts';
import { textTable, wrapText } from '../report/text-layout.ts';
import { decimal, formatBytes, formatCpuMilli, formatDurationMs, MIB } from '../units.ts';
import { csvOf } from './answer-csv.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { fieldOf, queried } from './listing-query.ts';
import { storedScenario } from './stored-scenario.ts';
import { timeOf } from './time-argument.ts';
import { usage } from './usage.ts';

/** Lists tasks, nodes, ... of a finished run. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const kind = String(args['kind']) as ListingKind | 'decisions';
  if (args['result'] === undefined)
    throw usage('get needs --result DIR', 'run and compare write one with --out DIR');
  refuseForeignTimes(kind, args);
  const { result, meta } = readResult(resolve(io.workingDirectory, String(args['result'])));
  const { horizonMs, endedMs } = result.summary;
  const { startEpochMs } = meta;
  const timeAt = (flag: string, otherwise: number) =>
    args[flag] === undefined
      ? otherwise
      : timeOf(`--${flag}`, String(args[flag]), { startEpochMs, horizonMs });
  const fromMs = timeAt('from', 0);
  const toMs = args['to'] === undefined ? timeAt('at', endedMs) : timeAt('to', endedMs);
  if (fromMs > toMs) throw usage('--from must not be after the end of the stretch');
  const whole =
    kind === 'decisions'
      ? await decisionsOf(result, { fromMs, toMs }, args, io)
      : since(resultListing(result, kind, toMs), fromMs);
  const { listing, leftOut } = queried(whole, args);
  const form = formOf(args);
  const fields = columnsOf(listing.fields, args, form);
  if (form === 'json' || form === 'yaml') {
    await printDocument(
      io,
      form,
      listing.rows.map((row) => picked(row, fields)),
    );
  } else if (form === 'csv') {
    const columns = fields.map(({ name, title, kind: of }) => {
      const align = of === 'text' ? ('left' as const) : ('right' as const);
      return { title, align, name, value: (row: ListedRow) => row[name] ?? null };
    });
    io.out(csvOf(columns, listing.rows));
  } else printTable(fields, listing.rows, { footer: listing.footer, leftOut }, io);
  return EXIT.success;
}

/** Times that would change nothing, or contradict each other. */
function refuseForeignTimes(kind: ListingKind | 'decisions', args: Arguments): void {
  if (args['at'] !== undefined && TIMELESS.includes(kind as ListingKind))
    throw usage(`${kind} are of the whole run: --at says nothing`);
  const flag = ['from', 'to'].find((name) => args[name] !== undefined);
  if (flag !== undefined && !TIMED.includes(kind))
    throw usage(`--${flag} is for ${TIMED.join(' and ')}`, 'of the others --at chooses one moment');
  if (args['at'] !== undefined && args['to'] !== undefined)
    throw usage('--at and --to say the same: give one');
  const again = ['files', 'traces', 'allow-plugins'].find((name) => args[name] !== undefined);
  if (again !== undefined && kind !== 'decisions') throw usage(`--${again} is for decisions`);
}

/** All decisions: the result keeps none but placements, so that the run is made again. */
async function decisionsOf(
  { summary }: RunResult,
  stretch: { readonly fromMs: number; readonly toMs: number },
  args: Arguments,
  io: CommandIo,
): Promise<ResultListing> {
  const { decisionListing } = await import('../experiment/decision-listing.ts');
  const { prepared } = await storedScenario(String(args['result']), args, io);
  return decisionListing(prepared, { platform: summary.platform.name, expected: summary, ...stretch });
}

/** Rows from a time on. */
function since(listing: ResultListing, fromMs: number): ResultListing {
  if (fromMs === 0) return listing;
  return { ...listing, rows: listing.rows.filter((row) => Number(row['time_s']) * 1000 >= fromMs) };
}

/** `--columns`, else what the form shows. */
function columnsOf(fields: readonly Field[], args: Arguments, form: string): readonly Field[] {
  const wanted = args['columns'] as string | undefined;
  if (wanted !== undefined) return wanted.split(',').map((name) => fieldOf('--columns', name.trim(), fields));
  return form === 'text' ? fields.filter(({ isWide }) => isWide !== true) : fields;
}

function picked(row: ListedRow, fields: readonly Field[]): ListedRow {
  return Object.fromEntries(fields.map(({ name }) => [name, row[name] ?? null]));
}

function printTable(
  fields: readonly Field[],
  rows: readonly ListedRow[],
  { footer, leftOut }: { readonly footer: string; readonly leftOut: number },
  io: CommandIo,
): void {
  if (rows.length === 0) {
    io.print('nothing to list');
    return;
  }
  const columns = fields.map(({ title, kind }) => ({
    title,
    align: kind === 'text' ? ('left' as const) : ('right' as const),
  }));
  const cells = rows.map((row) => fields.map((field) => cellText(field, row)));
  for (const line of textTable(columns, cells, io.paint)) io.print(line);
  if (leftOut > 0) io.print(io.paint('dim', `and ${decimal(leftOut, 0)} more: --limit 0 shows all`));
  if (footer !== '') for (const line of wrapText(footer, io.width)) io.print(io.paint('dim', line));
}

/** A value as people read it. */
export function cellText({ kind, name }: Field, row: ListedRow): string {
  const value = row[name] ?? null;
  if (value === null) return NO_NUMBER;
  if (typeof value === 'string') return stripControl(value);
  switch (kind) {
    case 'time':
      return formatDurationMs(Math.round(value * 1000));
    case 'seconds':
      return value < 120 ? `${decimal(value, 1)} s` : formatDuration(value);
    case 'usd':
      return formatUsd(value);
    case 'ratio':
      return `${decimal(Math.floor(value * 1000) / 10, 1)}%`;
    case 'cpu':
      return formatCpuMilli(Math.round(value));
    case 'memory':
      return formatBytes(Math.round(value * MIB));
    default:
      return decimal(value, Number.isInteger(value) ? 0 : 2);
  }
}
