import { resolve } from 'node:path';
import type { RunResult } from '../experiment/result.ts';
import { readResult } from '../experiment/result-directory.ts';
import { type ListedRow, type ListingKind, resultListing } from '../experiment/result-listing.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { textTable, wrapText } from '../report/text-layout.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { cellText } from './get.ts';
import { timeOf } from './time-argument.ts';
import { usage } from './usage.ts';

/** What can be described, the listing it is a row of, and the column that names it. */
const SUBJECTS: Readonly<Record<string, { readonly kind: ListingKind; readonly key: string }>> = {
  task: { kind: 'tasks', key: 'task' },
  node: { kind: 'nodes', key: 'node' },
  service: { kind: 'services', key: 'name' },
  pool: { kind: 'pools', key: 'pool' },
};

/** Everything about one task, node, service or pool of a finished run, its events last. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const subject = String(args['subject']);
  const slash = subject.indexOf('/');
  const word = slash < 0 ? subject : subject.slice(0, slash);
  const about = SUBJECTS[word];
  if (about === undefined || slash < 0) {
    const hint =
      didYouMean(word, Object.keys(SUBJECTS)) ?? 'task/web/12, node/i-0000001, service/web or pool/general';
    throw usage(`cannot describe '${subject}'`, hint);
  }
  if (args['result'] === undefined)
    throw usage('describe needs --result DIR', 'run and compare write one with --out DIR');
  const { result, meta } = readResult(resolve(io.workingDirectory, String(args['result'])));
  const { horizonMs, endedMs } = result.summary;
  const { startEpochMs } = meta;
  const atMs =
    args['at'] === undefined ? endedMs : timeOf('--at', String(args['at']), { startEpochMs, horizonMs });
  const name = subject.slice(slash + 1);
  const { fields, rows } = resultListing(result, about.kind, atMs);
  const own = rows.filter((row) => row[about.key] === name);
  if (own.length === 0) {
    const names = rows.slice(0, 2000).map((row) => String(row[about.key]));
    throw usage(`there is no ${word} '${name}' in this run at that time`, didYouMean(name, names));
  }
  const { tasks, events } = related(result, word, name, atMs);
  const form = formOf(args);
  if (form === 'json' || form === 'yaml') {
    await printDocument(io, form, { subject, rows: own, tasks, events });
    return EXIT.success;
  }
  io.print(io.paint('heading', subject));
  own.forEach((row, index) => {
    if (index > 0) io.print('');
    const lines = fields.map((field) => [`  ${field.title}`, cellText(field, row)]);
    for (const line of textTable(PLAIN, lines, io.paint)) io.print(line);
  });
  printRows(`Tasks (${tasks.length})`, tasks, ['task', 'state'], io);
  printRows('Events', events, ['time_s', 'event', 'about'], io);
  if (word === 'task') io.suggest([`stowage explain ${subject} --result ${String(args['result'])}`]);
  return EXIT.success;
}

const PLAIN = [
  { title: '', align: 'left' },
  { title: '', align: 'left' },
] as const;

/** Tasks on a node, and the events of a task or a node. */
function related(
  result: RunResult,
  word: string,
  name: string,
  atMs: number,
): { readonly tasks: readonly ListedRow[]; readonly events: readonly ListedRow[] } {
  if (word !== 'task' && word !== 'node') return { tasks: [], events: [] };
  const events = resultListing(result, 'events', atMs).rows.filter(
    (row) => row['subject'] === `${word}/${name}`,
  );
  if (word === 'task') return { tasks: [], events };
  const isHere = (row: ListedRow) =>
    row['instance'] === name && (row['state'] === 'running' || row['state'] === 'starting');
  return { tasks: resultListing(result, 'tasks', atMs).rows.filter(isHere), events };
}

/** Rows of each part. */
const SHOWN = 30;

function printRows(title: string, rows: readonly ListedRow[], names: readonly string[], io: CommandIo): void {
  if (rows.length === 0) return;
  io.print('');
  io.print(io.paint('heading', title));
  const columns = names.map(() => ({ title: '', align: 'left' as const }));
  const cells = rows.slice(0, SHOWN).map((row) =>
    names.map((name, index) => {
      const text = cellText({ name, title: '', kind: name === 'time_s' ? 'time' : 'text' }, row);
      return index === 0 ? `  ${text}` : text;
    }),
  );
  for (const line of textTable(columns, cells, io.paint)) io.print(line);
  if (rows.length > SHOWN)
    for (const line of wrapText(`and ${rows.length - SHOWN} more`, io.width, '  ')) io.print(line);
}
