import { DIAGNOSTIC_CODES } from '../errors.ts';
import { type Catalogue, loadCatalogue, type TypeQuery } from '../io/catalogue.ts';
import { csvText } from '../io/csv-write.ts';
import { didYouMean, listed } from '../io/scenario/did-you-mean.ts';
import type { InstanceType } from '../model/instance-type.ts';
import { METRIC_NAMES, METRICS } from '../model/metrics.ts';
import { TRACE_FORMATS } from '../model/plan.ts';
import { textTable } from '../report/text-layout.ts';
import { findScheduler, SCHEDULER_NAMES } from '../schedulers/registry.ts';
import { formatScaled, MIB, parseBytes, parsePriceE10 } from '../units.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { usage } from './scenario-input.ts';
import { listTemplates } from './templates.ts';

/** A list of the catalogue: columns, rows, and what to say below. */
interface Listing {
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
  readonly footer: string;
}

const left = (title: string) => ({ title, align: 'left' }) as const;
const right = (title: string) => ({ title, align: 'right' }) as const;

const LISTS: Readonly<Record<string, (args: Arguments) => Listing>> = {
  instances: listInstances,
  regions: listRegions,
  schedulers: () => ({
    columns: [left('scheduler'), left('about')],
    rows: SCHEDULER_NAMES.map((name) => [name, findScheduler(name)!.summary]),
    footer: 'Own schedulers: definePolicy of the library, and { use: ./file.ts } with --allow-plugins.',
  }),
  metrics: () => ({
    columns: [left('metric'), left('unit'), left('better'), left('about')],
    rows: METRIC_NAMES.map((name) => [name, METRICS[name].unit, METRICS[name].better, METRICS[name].about]),
    footer: "Checks are written as 'wait.p95 < 30s'.",
  }),
  traces: () => ({
    columns: [left('format'), left('about')],
    rows: TRACE_FORMATS.map((name) => [name, TRACE_ABOUT[name]]),
    footer: 'All may be packed with gzip.',
  }),
  templates: () => ({
    columns: [left('template'), left('about')],
    rows: listTemplates().map(({ name, about }) => [name, about]),
    footer: 'stowage init --template NAME copies one.',
  }),
  codes: () => ({
    columns: [left('code'), left('meaning')],
    rows: Object.entries(DIAGNOSTIC_CODES).map(([code, meaning]) => [code, meaning]),
    footer: '',
  }),
};

const TRACE_ABOUT: Readonly<Record<(typeof TRACE_FORMATS)[number], string>> = {
  openb: 'Pod list of the Alibaba GPU trace of 2023 (cluster-trace-gpu-v2023)',
  'azure-2017': 'Arrivals and lifetimes of the Azure VM trace of 2017, as packed by trace_generation_rnn',
  swf: 'Standard Workload Format 2.2 of the Parallel Workloads Archive',
  csv: 'Any table with a header line and a column map',
};

/** Lists what can be named in scenarios, or shows one instance type. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const list = String(args['list']);
  const names = Object.keys(LISTS);
  const make = Object.hasOwn(LISTS, list) ? LISTS[list] : undefined;
  if (make === undefined) {
    throw usage(`There is no list '${list}': use ${listed(names, 'or')}`, didYouMean(list, names));
  }
  const listing = list === 'instances' ? make(args) : onlyNamed(make(args), args['id'], list);
  const limit = Number(args['limit']);
  const rows = limit > 0 ? listing.rows.slice(0, limit) : listing.rows;
  const titles = listing.columns.map(({ title }) => title);
  if (args['json'] === true || args['output'] === 'json') {
    const objects = listing.rows.map((row) => Object.fromEntries(row.map((cell, index) => [titles[index]!, cell])));
    io.out(JSON.stringify(objects, null, 2));
  } else if (args['output'] === 'csv') {
    io.out(
      csvText(
        titles.map((name, index) => ({ name, kind: 'text', value: (row: readonly string[]) => row[index]! })),
        listing.rows,
      ),
    );
  } else {
    io.out(textTable(listing.columns, rows, io.paint).join('\n'));
    if (rows.length < listing.rows.length) io.out(`... and ${listing.rows.length - rows.length} more: --limit 0 shows all`);
    if (listing.footer !== '') io.out(io.paint('dim', listing.footer));
  }
  return EXIT.success;
}

/** The one row that begins with the name asked for, or all. */
function onlyNamed(listing: Listing, id: unknown, list: string): Listing {
  if (id === undefined) return listing;
  const rows = listing.rows.filter(([name]) => name === String(id));
  if (rows.length > 0) return { ...listing, rows };
  const names = listing.rows.map(([name]) => name!);
  throw usage(`There is no '${String(id)}' in the list of ${list}`, didYouMean(String(id), names));
}

function listInstances(args: Arguments): Listing {
  const catalogue = loadCatalogue();
  const region = String(args['region']);
  const types = args['id'] === undefined ? found(catalogue, args, region) : [named(catalogue, String(args['id']), region)];
  return {
    columns: [
      left('type'),
      right('vCPU'),
      right('memory GiB'),
      left('arch'),
      left('GPUs'),
      right('USD/h'),
      right('ECS memory MiB'),
      right('EKS CPU m'),
      right('EKS memory MiB'),
      right('max pods'),
    ],
    rows: types.map((type) => [
      type.name,
      String(type.vcpus),
      String(type.memoryMiB / 1024),
      type.architecture,
      type.gpus === null ? '' : `${type.gpus.count} ${type.gpus.model}`,
      formatScaled(type.priceE10PerHour, 10),
      String(type.linuxMemoryMiB),
      String(type.eksAllocatable.cpuMilli),
      String(type.eksAllocatable.memoryMiB),
      String(type.maxPods),
    ]),
    footer: `On-Demand Linux prices in ${region}, as of ${catalogue.pricesAsOf(region)}; catalogue ${catalogue.id} of ${catalogue.date}.`,
  };
}

function named(catalogue: Catalogue, name: string, region: string): InstanceType {
  const type = catalogue.type(name, region);
  if (!('problem' in type)) return type;
  if (type.problem === 'unknown-region') {
    throw usage(`There is no region '${region}'`, didYouMean(region, catalogue.regions));
  }
  const why =
    type.problem === 'unknown-type'
      ? `There is no instance type '${name}'`
      : `There is no price for ${name} in ${region}; there is one in ${listed(type.regions.slice(0, 5), 'and')}`;
  throw usage(why, type.nearest.length === 0 ? undefined : `did you mean ${listed(type.nearest, 'or')}?`);
}

function found(catalogue: Catalogue, args: Arguments, region: string): InstanceType[] {
  if (!catalogue.regions.includes(region)) {
    throw usage(`There is no region '${region}'`, didYouMean(region, catalogue.regions));
  }
  const gpu = args['gpu'] as boolean | undefined;
  const memory = args['min-memory'] === undefined ? undefined : parseBytes(String(args['min-memory']));
  const price = args['max-price'] === undefined ? undefined : parsePriceE10(String(args['max-price']));
  if (args['min-memory'] !== undefined && memory === undefined) throw usage('Cannot read --min-memory: write 16GiB');
  if (args['max-price'] !== undefined && price === undefined) throw usage('Cannot read --max-price: write 0.15');
  const query: TypeQuery = {
    region,
    ...(args['family'] === undefined ? {} : { family: String(args['family']) }),
    ...(args['min-cpu'] === undefined ? {} : { minVcpus: Number(args['min-cpu']) }),
    ...(args['max-cpu'] === undefined ? {} : { maxVcpus: Number(args['max-cpu']) }),
    ...(memory === undefined ? {} : { minMemoryMiB: Math.ceil(memory / MIB) }),
    ...(price === undefined ? {} : { maxPriceE10PerHour: price }),
    ...(args['arch'] === undefined ? {} : { architecture: args['arch'] as InstanceType['architecture'] }),
    ...(gpu === true ? { minGpus: 1 } : {}),
  };
  const types = catalogue.search(query);
  return gpu === false ? types.filter(({ gpus }) => gpus === null) : types;
}

function listRegions(): Listing {
  const catalogue = loadCatalogue();
  return {
    columns: [left('region'), left('zones'), left('prices as of')],
    rows: catalogue.regions.map((region) => [region, catalogue.zones(region).join(' '), catalogue.pricesAsOf(region)]),
    footer: `Catalogue ${catalogue.id} of ${catalogue.date}.`,
  };
}
