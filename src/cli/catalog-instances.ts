import type { Catalogue, TypeQuery } from '../io/catalogue.ts';
import type { InstanceType } from '../model/instance-type.ts';
import { formatScaled, MIB, parseBytes, parsePriceE10 } from '../units.ts';
import type { AnswerColumn } from './answer-csv.ts';
import type { Listing } from './catalog.ts';
import { type Need, readNeed } from './catalog-need.ts';
import { type Arguments, INSTANCE_FLAGS } from './commands.ts';
import { priceFooter, regionFor, typeNamed } from './price-input.ts';
import { usage } from './usage.ts';

/** Instance types at the prices of one region: those that the flags describe, or those named. */
export function listInstances(catalogue: Catalogue, args: Arguments): Listing<InstanceType> {
  const names = (args['id'] as readonly string[] | undefined) ?? [];
  const need = args['need'] === undefined ? {} : readNeed(String(args['need']));
  if (need.region !== undefined && args['region'] !== undefined) {
    throw usage('cannot use --region: --need names a region too');
  }
  const region = regionFor(need.region === undefined ? args : { region: need.region }, catalogue);
  const filter = Object.keys(INSTANCE_FLAGS).find((flag) => flag !== 'sort' && args[flag] !== undefined);
  if (names.length > 0 && filter !== undefined) throw usage(`cannot use --${filter} with named types`);
  const rows =
    names.length === 0
      ? found(catalogue, args, need, region)
      : names.map((name) => typeNamed(catalogue, name, region));
  if (rows.length === 0)
    throw usage('no instance type is like that', 'leave a flag out, or ask another --region');
  const sorted = args['sort'] === undefined ? rows : rows.sort(ORDERS[String(args['sort'])]!);
  return { columns: instanceColumns(sorted), rows: sorted, footer: priceFooter(catalogue, region) };
}

type Order = (a: InstanceType, b: InstanceType) => number;

const byName: Order = (a, b) => (a.name < b.name ? -1 : 1);
const byPrice: Order = (a, b) => compareE10(a.priceE10PerHour, b.priceE10PerHour) || byName(a, b);

/** Equal rows by price, then by name. */
const ORDERS: Readonly<Record<string, Order>> = {
  name: byName,
  price: byPrice,
  cpu: (a, b) => a.vcpus - b.vcpus || byPrice(a, b),
  memory: (a, b) => a.memoryMiB - b.memoryMiB || byPrice(a, b),
  'price-per-cpu': (a, b) =>
    compareE10(a.priceE10PerHour * BigInt(b.vcpus), b.priceE10PerHour * BigInt(a.vcpus)) || byPrice(a, b),
  'price-per-memory': (a, b) =>
    compareE10(a.priceE10PerHour * BigInt(b.memoryMiB), b.priceE10PerHour * BigInt(a.memoryMiB)) ||
    byPrice(a, b),
};

function compareE10(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Prices as text with their decimal points below each other. */
export function alignedDecimals(texts: readonly string[]): (text: string) => string {
  const decimalsOf = (text: string) => text.split('.')[1]?.length ?? 0;
  const decimals = Math.max(0, ...texts.map(decimalsOf));
  return (text) =>
    decimals === 0
      ? text
      : (text.includes('.') ? text : `${text}.`).padEnd(text.split('.')[0]!.length + 1 + decimals, '0');
}

function instanceColumns(rows: readonly InstanceType[]): AnswerColumn<InstanceType>[] {
  const priceOf = (type: InstanceType) => formatScaled(type.priceE10PerHour, 10);
  const aligned = alignedDecimals(rows.map(priceOf));
  return [
    { title: 'type', align: 'left', name: 'type', value: ({ name }) => name },
    { title: 'vCPU', align: 'right', name: 'vcpus', value: ({ vcpus }) => vcpus },
    {
      title: 'GiB',
      align: 'right',
      name: 'memory_mib',
      value: ({ memoryMiB }) => memoryMiB,
      text: ({ memoryMiB }) => String(Number((memoryMiB / 1024).toFixed(2))),
    },
    { title: 'arch', align: 'left', name: 'architecture', value: ({ architecture }) => architecture },
    {
      title: 'GPUs',
      align: 'left',
      name: 'gpus',
      value: ({ gpus }) => (gpus === null ? null : `${gpus.count} ${gpus.model}`),
    },
    {
      title: 'USD/h',
      align: 'right',
      name: 'usd_per_hour',
      value: (type) => Number(priceOf(type)),
      text: (type) => aligned(priceOf(type)),
    },
    { title: 'ECS MiB', align: 'right', name: 'ecs_memory_mib', value: (type) => type.linuxMemoryMiB },
    {
      title: 'EKS mCPU',
      align: 'right',
      name: 'eks_cpu_milli',
      value: (type) => type.eksAllocatable.cpuMilli,
    },
    {
      title: 'EKS MiB',
      align: 'right',
      name: 'eks_memory_mib',
      value: (type) => type.eksAllocatable.memoryMiB,
    },
    { title: 'pods', align: 'right', name: 'max_pods', value: ({ maxPods }) => maxPods },
  ];
}

function found(catalogue: Catalogue, args: Arguments, need: Need, region: string): InstanceType[] {
  const flags = needOf(args);
  const twice = Object.keys(flags).find((key) => key in need);
  if (twice !== undefined) throw usage(`--need and a flag both say ${WORDS[twice as keyof Need]}`);
  const { gpuModel, noGpus, ...bounds } = { ...need, ...flags };
  const query: TypeQuery = {
    ...bounds,
    region,
    ...(args['max-cpu'] !== undefined && { maxVcpus: Number(args['max-cpu']) }),
  };
  return catalogue
    .search(query)
    .filter(({ gpus }) => noGpus !== true || gpus === null)
    .filter(({ gpus }) => gpuModel === undefined || gpus?.model.toLowerCase() === gpuModel);
}

const WORDS: Readonly<Record<keyof Need, string>> = {
  minVcpus: 'how many vCPUs',
  minMemoryMiB: 'how much memory',
  minGpus: 'whether there are GPUs',
  gpuModel: 'which GPUs',
  noGpus: 'whether there are GPUs',
  architecture: 'which architecture',
  maxPriceE10PerHour: 'which price',
  family: 'which family',
  region: 'which region',
};

/** The flags that say what `--need` may say too. */
function needOf(args: Arguments): Need {
  const memory = quantity(args, 'min-memory', parseBytes, '16GiB');
  const price = quantity(args, 'max-price', parsePriceE10, '0.15');
  return {
    ...(args['family'] !== undefined && { family: String(args['family']) }),
    ...(args['min-cpu'] !== undefined && { minVcpus: Number(args['min-cpu']) }),
    ...(memory !== undefined && { minMemoryMiB: Math.ceil(memory / MIB) }),
    ...(price !== undefined && { maxPriceE10PerHour: price }),
    ...(args['arch'] !== undefined && { architecture: args['arch'] as InstanceType['architecture'] }),
    ...(args['gpu'] === true && { minGpus: 1 }),
    ...(args['gpu'] === false && { noGpus: true as const }),
  };
}

/** The value of a flag that is a quantity. Errors: E5001. */
function quantity<T>(
  args: Arguments,
  flag: string,
  read: (text: string) => T | undefined,
  example: string,
): T | undefined {
  const text = args[flag] as string | undefined;
  if (text === undefined) return undefined;
  const value = read(text);
  if (value === undefined) throw usage(`cannot use --${flag} '${text}'`, `write it like ${example}`);
  return value;
}
