import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { exists, existsAlready, writeFileAtomic } from '../io/atomic-files.ts';
import { type ImportedPrices, importPrices } from '../io/prices/import-prices.ts';
import { priceLines } from '../io/prices/price-file.ts';
import { textTable } from '../report/text-layout.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { makeFolder } from './outputs.ts';
import { usage } from './usage.ts';

/** Between two lines of progress. */
const PROGRESS_MS = 1000;
const MB = 1_000_000;

/** Reads what AWS publishes, writes what `--prices` and scenarios use, says what was taken and what was not. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const out = String(args['out']);
  const path = resolve(io.workingDirectory, out);
  const force = args['force'] === true;
  if (!force && exists(path)) throw existsAlready(out);
  const files = (args['files'] as readonly string[]).map((file) => resolve(io.workingDirectory, file));
  const filter = { regions: wanted(args, 'region'), systems: wanted(args, 'os') };
  const imported = await importPrices(files, filter, progress(io));
  if (imported.kept === 0) {
    if (formOf(args) === 'text') await printTaken(imported, args, io);
    throw usage('nothing of the files is left to write', 'other values of --region and --os?');
  }
  const lines = Buffer.concat(Array.from(priceLines(imported.list), (line) => Buffer.from(line)));
  makeFolder(resolve(path, '..'), out);
  writeFileAtomic(path, out.endsWith('.gz') ? gzipSync(lines) : lines, { force });
  await printTaken(imported, args, io);
  io.note(`wrote ${out}`);
  io.suggest([`stowage catalog instances --prices ${out}`, `stowage catalog diff builtin ${out}`]);
  return EXIT.success;
}

function wanted(args: Arguments, flag: string): Set<string> {
  return new Set((args[flag] as readonly string[] | undefined) ?? []);
}

/** A line a second on stderr while a long file is read. */
function progress(io: CommandIo): (file: string, bytes: number) => void {
  let nextMs = io.nowMs() + PROGRESS_MS;
  return (file, bytes) => {
    const nowMs = io.nowMs();
    if (nowMs < nextMs) return;
    nextMs = nowMs + PROGRESS_MS;
    io.note(`${file}: ${Math.floor(bytes / MB)} MB read`);
  };
}

/** What was taken and what was left out: nothing is dropped in silence. */
async function printTaken(
  { list, kept, dropped }: ImportedPrices,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const counts = {
    id: list.id,
    date: list.date,
    prices: kept,
    regions: new Set(list.offers.map(({ region }) => region)).size,
    types: new Set(list.offers.map(({ type }) => type)).size,
    offers: list.offers.length,
    spotPools: list.spot.length,
  };
  const form = formOf(args);
  if (form === 'json' || form === 'yaml') {
    await printDocument(io, form, { ...counts, dropped });
    return;
  }
  io.print(
    `${list.id} of ${list.date}: ${kept} prices of ${counts.types} types in ${counts.regions} regions, ${counts.spotPools} Spot pools`,
  );
  if (dropped.length === 0) return;
  const rows = dropped.map(({ reason, prices }) => [reason, String(prices)]);
  const columns = [
    { title: 'left out', align: 'left' as const },
    { title: 'rows', align: 'right' as const },
  ];
  for (const line of textTable(columns, rows, io.paint)) io.print(line);
}
