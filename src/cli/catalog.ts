import { DIAGNOSTIC_CODES } from '../errors.ts';
import { type Catalogue, loadCatalogue } from '../io/catalogue.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { ALLOCATION_ABOUT, ALLOCATION_STRATEGIES } from '../model/purchase.ts';
import { METRIC_NAMES, METRICS } from '../model/metrics.ts';
import { TRACE_FORMATS } from '../model/plan.ts';
import { textTable, wrapText } from '../report/text-layout.ts';
import { findScheduler, SCHEDULER_NAMES } from '../schedulers/registry.ts';
import { type AnswerColumn, csvOf } from './answer-csv.ts';
import { formOf, printDocument } from './answer.ts';
import { compareTypes, propertiesOf } from './catalog-compare.ts';
import { diffLists } from './catalog-diff.ts';
import { DEFAULT_COLUMNS, ecsRows } from './catalog-ecs.ts';
import { kubernetesRows } from './catalog-kubernetes.ts';
import { listInstances } from './catalog-instances.ts';
import { listPrices, listSpot } from './catalog-prices.ts';
import type { CommandIo } from './command-io.ts';
import { type Arguments, INSTANCE_FLAGS, PRICE_FLAGS } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { catalogueFor, namedCatalogue } from './price-input.ts';
import { listTemplates } from './templates.ts';
import { usage } from './usage.ts';

/** Rows of the lists of types and prices for people, unless --limit says more. */
const ROWS_SHOWN = 40;

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
  policies: () =>
    words(
      ['policy', 'kind', 'about'],
      [
        ...SCHEDULER_NAMES.map((name) => [name, 'scheduler', findScheduler(name)!.summary]),
        ...ALLOCATION_STRATEGIES.map((name) => [name, 'Spot allocation', ALLOCATION_ABOUT[name]]),
      ],
      'Schedulers place tasks; Spot allocation chooses the pool of each new Spot instance.',
    ),
  schedulers: () =>
    words(
      ['scheduler', 'about'],
      SCHEDULER_NAMES.map((name) => [name, findScheduler(name)!.summary]),
      'Own schedulers: definePolicy of the library, and { use: ./file.ts } with --allow-plugins.',
    ),
  metrics: () =>
    words(
      ['metric', 'unit', 'better', 'evidence', 'about'],
      METRIC_NAMES.map((name) => {
        const { unit, better, evidence, about } = METRICS[name];
        return [name, unit, better, evidence, about];
      }),
      "Checks are written as 'wait.p95 < 30s'; --metrics shows any of them.",
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
      DEFAULT_COLUMNS,
      ecsRows(),
      'Settings are keys of an ECS platform, of a template (startup), a job (trigger), a service (loadBalancer) or a type (linuxMemory); - is fixed.',
    ),
  kubernetes: () =>
    words(
      DEFAULT_COLUMNS,
      kubernetesRows(),
      'Settings are keys of a Kubernetes platform, or of a type (eksAllocatable); - is fixed.',
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
  ['prices', 'Every price of a type, or of all types in a region'],
  ['spot', 'What Spot saves, and how often instances are reclaimed'],
  ['regions', 'AWS regions, their zones, the date of their prices'],
  ['policies', 'What decides: schedulers, and how Spot pools are chosen'],
  ['schedulers', 'What decides where a task goes'],
  ['metrics', 'Numbers of a result, for checks'],
  ['traces', 'Formats of traces that can be replayed'],
  ['templates', 'Starters of stowage init'],
  ['ecs', 'Defaults, quotas and delays of Amazon ECS: how well known, and where to set them'],
  ['kubernetes', 'The same of Kubernetes: controllers, control planes, upgrades'],
  ['codes', 'Codes of errors and warnings'],
  ['show ID', 'Whatever has that name: a type, region, policy, metric, template, code'],
  ['compare A B...', 'Instance types side by side'],
  ['diff A B', 'What changed between two price lists; builtin is the one of stowage'],
];

/** Lists that show prices, each with the flags that it takes beside --limit and --output. */
const PRICED: Readonly<Record<string, readonly string[]>> = {
  instances: [...Object.keys(PRICE_FLAGS), ...Object.keys(INSTANCE_FLAGS)],
  prices: Object.keys(PRICE_FLAGS),
  spot: Object.keys(PRICE_FLAGS),
  show: Object.keys(PRICE_FLAGS),
  compare: Object.keys(PRICE_FLAGS),
  diff: ['region'],
};

/** Lists what can be named in scenarios, or shows, compares, contrasts entries. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const list = args['list'] as string | undefined;
  const ids = (args['id'] as readonly string[] | undefined) ?? [];
  const flags = [...Object.keys(PRICE_FLAGS), ...Object.keys(INSTANCE_FLAGS)];
  const foreign = flags.find((flag) => args[flag] !== undefined && !PRICED[list ?? '']?.includes(flag));
  if (foreign !== undefined) {
    const owners = Object.keys(PRICED).filter((name) => PRICED[name]!.includes(foreign));
    throw usage(`--${foreign} is for catalog ${owners.join(', ')}`);
  }
  if (list === undefined) await print(words(['list', 'about'], LIST_ABOUT), args, io);
  else if (list === 'diff') {
    const [before, after, ...more] = ids;
    if (before === undefined || after === undefined || more.length > 0) {
      throw usage('diff needs two price lists', 'stowage catalog diff builtin prices.ndjson');
    }
    const region = args['region'] as string | undefined;
    await print(
      diffLists(await namedCatalogue(before, io), await namedCatalogue(after, io), region),
      args,
      io,
    );
  } else if (list in PRICED) {
    const catalogue = await catalogueFor(args, io);
    if (list === 'instances') await print(listInstances(catalogue, args), args, io);
    else if (list === 'prices') await print(listPrices(catalogue, args), args, io);
    else if (list === 'spot') await print(listSpot(catalogue, args), args, io);
    else if (list === 'compare') await print(compareTypes(catalogue, args), args, io);
    else await show(catalogue, ids, args, io);
  } else await print(onlyNamed(LISTS[list]!(), ids, list), args, io);
  return EXIT.success;
}

/** The one thing of that name, whichever list it is in; a name with a point is an instance type. */
async function show(
  catalogue: Catalogue,
  [id, extra]: readonly string[],
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  if (id === undefined || extra !== undefined)
    throw usage('show needs one name', 'stowage catalog show m6i.xlarge');
  const lists = Object.entries(LISTS).map(([name, list]) => ({ name, list: list() }));
  const found = lists.find(({ list }) => list.rows.some(([name]) => name === id));
  if (found !== undefined) await print(onlyNamed(found.list, [id], found.name), args, io);
  else if (id.includes('.')) await print(propertiesOf(catalogue, args, [id]), args, io);
  else {
    const names = lists.flatMap(({ list }) => list.rows.map(([name]) => name!));
    const hint = didYouMean(id, names) ?? 'stowage catalog says which lists there are';
    throw usage(`there is nothing named '${id}' in the catalogue`, hint);
  }
}

/** The rows that begin with the names asked for, or all. */
function onlyNamed(all: Words, ids: readonly string[], list: string): Words {
  if (ids.length === 0) return all;
  const names = all.rows.map(([name]) => name!);
  const unknown = ids.find((id) => !names.includes(id));
  if (unknown !== undefined) {
    throw usage(`there is no '${unknown}' in the list of ${list}`, didYouMean(unknown, names));
  }
  return { ...all, rows: all.rows.filter(([name]) => ids.includes(name!)) };
}

async function print<Row>(
  { columns, rows, footer }: Listing<Row>,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const form = formOf(args);
  const isLong = ['instances', 'prices', 'spot', 'diff'].includes(String(args['list']));
  const limit = limitOf(args, form === 'text' && isLong ? ROWS_SHOWN : 0);
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
