import { DIAGNOSTIC_CODES } from '../errors.ts';
import { loadCatalogue } from '../io/catalogue.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { METRIC_NAMES, METRICS } from '../model/metrics.ts';
import { TRACE_FORMATS } from '../model/plan.ts';
import { textTable, wrapText } from '../report/text-layout.ts';
import { findScheduler, SCHEDULER_NAMES } from '../schedulers/registry.ts';
import { type AnswerColumn, csvOf, formOf, printDocument } from './answer.ts';
import { ECS_COLUMNS, ecsRows } from './catalog-ecs.ts';
import { listInstances } from './catalog-instances.ts';
import type { CommandIo } from './command-io.ts';
import { type Arguments, INSTANCE_FLAGS } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { listTemplates } from './templates.ts';
import { usage } from './usage.ts';

/** Instance types for people, unless --limit says more. */
const TYPES_SHOWN = 40;

/** A list of the catalogue: columns, rows, and what to say below. */
export interface Listing<Row> {
  readonly columns: readonly AnswerColumn<Row>[];
  readonly rows: readonly Row[];
  readonly footer: string;
}

/** A list of texts: the title of a column is its name in CSV and JSON, blanks written as _. */
function words(titles: readonly string[], rows: readonly (readonly string[])[], footer = ''): Words {
  const columns = titles.map((title, index) => ({
    title,
    align: 'left' as const,
    name: title.replaceAll(' ', '_'),
    value: (row: readonly string[]) => row[index]!,
  }));
  return { columns, rows, footer };
}

type Words = Listing<readonly string[]>;

const LISTS: Readonly<Record<string, () => Words>> = {
  regions: () => {
    const { id, date, regions, zones, pricesAsOf } = loadCatalogue();
    return words(
      ['region', 'prices as of', 'zones'],
      regions.map((region) => [region, pricesAsOf(region), zones(region).join(' ')]),
      `Catalogue ${id} of ${date}.`,
    );
  },
  schedulers: () =>
    words(
      ['scheduler', 'about'],
      SCHEDULER_NAMES.map((name) => [name, findScheduler(name)!.summary]),
      'Own schedulers: definePolicy of the library, and { use: ./file.ts } with --allow-plugins.',
    ),
  metrics: () =>
    words(
      ['metric', 'unit', 'better', 'about'],
      METRIC_NAMES.map((name) => [name, METRICS[name].unit, METRICS[name].better, METRICS[name].about]),
      "Checks are written as 'wait.p95 < 30s'.",
    ),
  traces: () =>
    words(
      ['format', 'about'],
      TRACE_FORMATS.map((name) => [name, TRACE_ABOUT[name]]),
      'All may be packed with gzip.',
    ),
  templates: () =>
    words(
      ['template', 'about'],
      listTemplates().map(({ name, about }) => [name, about]),
      'stowage init --template NAME copies one.',
    ),
  ecs: () =>
    words(
      ECS_COLUMNS,
      ecsRows(),
      'Settings are keys of an ECS platform, of a template (startup), a service (loadBalancer) or a type (linuxMemory); - is fixed.',
    ),
  codes: () => words(['code', 'meaning'], Object.entries(DIAGNOSTIC_CODES)),
};

const TRACE_ABOUT: Readonly<Record<(typeof TRACE_FORMATS)[number], string>> = {
  openb: 'Pod list of the Alibaba GPU trace of 2023 (cluster-trace-gpu-v2023)',
  'azure-2017': 'Arrivals and lifetimes of the Azure VM trace of 2017, as packed by trace_generation_rnn',
  swf: 'Standard Workload Format 2.2 of the Parallel Workloads Archive',
  csv: 'Any table with a header line and a column map',
};

/** What the lists are, for the one who does not know yet. */
const LIST_ABOUT: readonly (readonly [list: string, about: string])[] = [
  ['instances', 'EC2 instance types: capacity, price, what ECS and EKS leave of them'],
  ['regions', 'AWS regions, their zones, the date of their prices'],
  ['schedulers', 'What decides where a task goes'],
  ['metrics', 'Numbers of a result, for checks'],
  ['traces', 'Formats of traces that can be replayed'],
  ['templates', 'Starters of stowage init'],
  ['ecs', 'Defaults, quotas and delays of Amazon ECS: how well known, and where to set them'],
  ['codes', 'Codes of errors and warnings'],
];

/** Lists what can be named in scenarios, or shows one entry. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const list = args['list'] as string | undefined;
  const foreign = Object.keys(INSTANCE_FLAGS).find((flag) => args[flag] !== undefined);
  if (list === 'instances') await print(listInstances(args), args, io);
  else if (foreign !== undefined) throw usage(`--${foreign} is for the list of instances`);
  else if (list === undefined) await print(words(['list', 'about'], LIST_ABOUT), args, io);
  else await print(onlyNamed(LISTS[list]!(), args['id'], list), args, io);
  return EXIT.success;
}

/** The one row that begins with the name asked for, or all. */
function onlyNamed(all: Words, id: unknown, list: string): Words {
  if (id === undefined) return all;
  const rows = all.rows.filter(([name]) => name === id);
  if (rows.length > 0) return { ...all, rows };
  const names = all.rows.map(([name]) => name!);
  throw usage(`there is no '${String(id)}' in the list of ${list}`, didYouMean(String(id), names));
}

async function print<Row>(
  { columns, rows, footer }: Listing<Row>,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const form = formOf(args);
  const limit = limitOf(args, form === 'text' && args['list'] === 'instances' ? TYPES_SHOWN : 0);
  const shown = limit === 0 ? rows : rows.slice(0, limit);
  if (form === 'csv') io.out(csvOf(columns, shown));
  else if (form !== 'text') {
    const records = shown.map((row) =>
      Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])),
    );
    await printDocument(io, form === 'yaml' ? 'yaml' : 'json', records);
  } else {
    const cells = shown.map((row) =>
      columns.map(({ value, text }) => text?.(row) ?? String(value(row) ?? '')),
    );
    for (const line of textTable(columns, fitted(columns, cells, io.width), io.paint)) io.print(line);
    if (shown.length < rows.length)
      io.note(`${rows.length - shown.length} more: --limit 0 shows all ${rows.length}`);
    if (footer !== '') io.note(io.paintNote('dim', footer));
  }
}

/** The words of a last column that is too wide go on in rows of their own. */
function fitted(
  columns: readonly { readonly title: string; readonly align: string }[],
  cells: readonly (readonly string[])[],
  width: number,
): readonly (readonly string[])[] {
  const last = columns.length - 1;
  if (columns[last]!.align === 'right') return cells;
  const before = columns.slice(0, last).reduce((sum, { title }, index) => {
    return sum + 2 + Math.max(title.length, ...cells.map((row) => row[index]!.length));
  }, 0);
  const others = columns.slice(0, last).map(() => '');
  return cells.flatMap((row) => {
    const [first = '', ...rest] = wrapText(row[last]!, Math.max(width - before, 20));
    return [[...row.slice(0, last), first], ...rest.map((line) => [...others, line])];
  });
}

function limitOf(args: Arguments, byDefault: number): number {
  const limit = (args['limit'] as number | undefined) ?? byDefault;
  if (!Number.isSafeInteger(limit) || limit < 0)
    throw usage(`cannot use --limit ${limit}`, 'a whole number from 0 on');
  return limit;
}
