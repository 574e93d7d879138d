import { loadCatalogue, type Catalogue, type TypeQuery } from '../io/catalogue.ts';
import { listed, didYouMean } from '../io/scenario/did-you-mean.ts';
import type { InstanceType } from '../model/instance-type.ts';
import { formatScaled, MIB, parseBytes, parsePriceE10 } from '../units.ts';
import type { AnswerColumn } from './answer.ts';
import type { Listing } from './catalog.ts';
import { type Arguments, INSTANCE_FLAGS } from './commands.ts';
import { usage } from './usage.ts';

const DEFAULT_REGION = 'us-east-1';

/** Instance types at the prices of one region: those that the flags describe, cheapest first, or the one named. */
export function listInstances(args: Arguments): Listing<InstanceType> {
  const catalogue = loadCatalogue();
  const region = (args['region'] as string | undefined) ?? DEFAULT_REGION;
  const rows = args['id'] === undefined ? found(catalogue, args, region) : [named(catalogue, args, region)];
  if (rows.length === 0)
    throw usage('no instance type is like that', 'leave a flag out, or ask another --region');
  return {
    columns: columnsFor(rows),
    rows,
    footer: `On-Demand Linux prices in ${region}, as of ${catalogue.pricesAsOf(region)}; catalogue ${catalogue.id} of ${catalogue.date}.`,
  };
}

function columnsFor(rows: readonly InstanceType[]): AnswerColumn<InstanceType>[] {
  const priceOf = (type: InstanceType) => formatScaled(type.priceE10PerHour, 10);
  // Decimal points below each other.
  const decimalsOf = (price: string) => price.split('.')[1]?.length ?? 0;
  const decimals = Math.max(...rows.map((type) => decimalsOf(priceOf(type))));
  const aligned = (price: string) =>
    decimals === 0
      ? price
      : (price.includes('.') ? price : `${price}.`).padEnd(price.split('.')[0]!.length + 1 + decimals, '0');
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

function named(catalogue: Catalogue, args: Arguments, region: string): InstanceType {
  const name = String(args['id']);
  const filter = Object.keys(INSTANCE_FLAGS).find((flag) => flag !== 'region' && args[flag] !== undefined);
  if (filter !== undefined) throw usage(`cannot use --${filter} with one type: ${name}`);
  const type = catalogue.type(name, region);
  if (!('problem' in type)) return type;
  requireRegion(catalogue, region);
  const why =
    type.problem === 'unknown-type'
      ? `there is no instance type '${name}'`
      : `there is no price for ${name} in ${region}; there is one in ${listed(type.regions.slice(0, 5), 'and')}`;
  throw usage(why, type.nearest.length === 0 ? undefined : `did you mean ${listed(type.nearest, 'or')}?`);
}

function requireRegion({ regions }: Catalogue, region: string): void {
  if (!regions.includes(region)) throw usage(`there is no region '${region}'`, didYouMean(region, regions));
}

function found(catalogue: Catalogue, args: Arguments, region: string): InstanceType[] {
  requireRegion(catalogue, region);
  const memory = quantity(args, 'min-memory', parseBytes, '16GiB');
  const price = quantity(args, 'max-price', parsePriceE10, '0.15');
  const query: TypeQuery = {
    region,
    ...(args['family'] === undefined ? {} : { family: String(args['family']) }),
    ...(args['min-cpu'] === undefined ? {} : { minVcpus: Number(args['min-cpu']) }),
    ...(args['max-cpu'] === undefined ? {} : { maxVcpus: Number(args['max-cpu']) }),
    ...(memory === undefined ? {} : { minMemoryMiB: Math.ceil(memory / MIB) }),
    ...(price === undefined ? {} : { maxPriceE10PerHour: price }),
    ...(args['arch'] === undefined ? {} : { architecture: args['arch'] as InstanceType['architecture'] }),
    ...(args['gpu'] === true ? { minGpus: 1 } : {}),
  };
  const types = catalogue.search(query);
  return args['gpu'] === false ? types.filter(({ gpus }) => gpus === null) : types;
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
