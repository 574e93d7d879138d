import { resolve } from 'node:path';
import { readResult } from '../experiment/result-directory.ts';
import {
  type Field,
  type ListedRow,
  type ListingKind,
  resultListing,
  TIMELESS,
} from '../experiment/result-listing.ts';
import { stripControl } from '../io/terminal-text.ts';
import { formatDuration, formatUsd, NO_NUMBER } from '../report/number-format.ts';
import { textTable, wrapText } from '../report/text-layout.ts';
import { decimal, formatBytes, formatCpuMilli, formatDurationMs, MIB } from '../units.ts';
import { csvOf, formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { fieldOf, queried } from './listing-query.ts';
import { timeOf } from './time-argument.ts';
import { usage } from './usage.ts';

/** Lists tasks, nodes, ... of a finished run. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const kind = String(args['kind']) as ListingKind;
  if (args['result'] === undefined)
    throw usage('get needs --result DIR', 'run and compare write one with --out DIR');
  if (args['at'] !== undefined && TIMELESS.includes(kind))
    throw usage(`${kind} are of the whole run: --at says nothing`);
  const { result, meta } = readResult(resolve(io.workingDirectory, String(args['result'])));
  const { horizonMs, endedMs } = result.summary;
  const { startEpochMs } = meta;
  const atMs =
    args['at'] === undefined ? endedMs : timeOf('--at', String(args['at']), { startEpochMs, horizonMs });
  const { listing, leftOut } = queried(resultListing(result, kind, atMs), args);
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
