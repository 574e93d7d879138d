import type { Catalogue } from '../io/catalogue.ts';
import { INTERRUPTION_BANDS } from '../model/offer.ts';
import type { InstanceType } from '../model/instance-type.ts';
import { formatScaled } from '../units.ts';
import type { AnswerColumn } from './answer-csv.ts';
import type { Listing } from './catalog.ts';
import type { Arguments } from './commands.ts';
import { priceFooter, regionFor, typeNamed } from './price-input.ts';
import { usage } from './usage.ts';

/** One property of types: a row; a column for each type. */
export interface ComparedProperty {
  readonly property: string;
  readonly values: readonly (string | number | null)[];
}

/** `catalog compare A B...`: what types have and cost, side by side. */
export function compareTypes(catalogue: Catalogue, args: Arguments): Listing<ComparedProperty> {
  const names = (args['id'] as readonly string[] | undefined) ?? [];
  if (names.length < 2)
    throw usage('compare needs two types or more', 'stowage catalog compare m6i.xlarge m7g.xlarge');
  return propertiesOf(catalogue, args, names);
}

/** The same for any number of types: one is `catalog show`. */
export function propertiesOf(
  catalogue: Catalogue,
  args: Arguments,
  names: readonly string[],
): Listing<ComparedProperty> {
  const region = regionFor(args, catalogue);
  const types = names.map((name) => typeNamed(catalogue, name, region));
  const columns: AnswerColumn<ComparedProperty>[] = [
    { title: 'property', align: 'left', name: 'property', value: ({ property }) => property },
    ...names.map((name, index) => ({
      title: name,
      align: 'right' as const,
      name,
      value: ({ values }: ComparedProperty) => values[index]!,
    })),
  ];
  const rows = PROPERTIES.map(({ property, value }) => ({
    property,
    values: types.map((type) => value(type, catalogue, region)),
  }));
  return {
    columns,
    rows: rows.filter(({ values }) => values.some((value) => value !== null)),
    footer: priceFooter(catalogue, region),
  };
}

/** Hours of a month, as AWS prints prices by the month. */
const MONTH_HOURS = 730n;

const PROPERTIES: readonly {
  readonly property: string;
  readonly value: (type: InstanceType, catalogue: Catalogue, region: string) => string | number | null;
}[] = [
  { property: 'vCPU', value: ({ vcpus }) => vcpus },
  { property: 'memory GiB', value: ({ memoryMiB }) => memoryMiB / 1024 },
  { property: 'GiB per vCPU', value: ({ memoryMiB, vcpus }) => round(memoryMiB / 1024 / vcpus, 2) },
  { property: 'architecture', value: ({ architecture }) => architecture },
  { property: 'GPUs', value: ({ gpus }) => (gpus === null ? null : `${gpus.count} ${gpus.model}`) },
  { property: 'USD/h', value: ({ priceE10PerHour }) => Number(formatScaled(priceE10PerHour, 10)) },
  {
    property: 'USD per month of 730 h',
    value: ({ priceE10PerHour }) => Number(formatScaled(priceE10PerHour * MONTH_HOURS, 10)),
  },
  {
    property: 'USD/h per vCPU',
    value: ({ priceE10PerHour, vcpus }) => round(Number(priceE10PerHour) / 1e10 / vcpus, 6),
  },
  {
    property: 'USD/h per GiB',
    value: ({ priceE10PerHour, memoryMiB }) => round((Number(priceE10PerHour) / 1e10 / memoryMiB) * 1024, 6),
  },
  { property: 'ECS memory MiB', value: ({ linuxMemoryMiB }) => linuxMemoryMiB },
  { property: 'ECS awsvpc tasks', value: ({ awsvpcTasks }) => awsvpcTasks.plain },
  { property: 'ECS awsvpc tasks, trunked', value: ({ awsvpcTasks }) => awsvpcTasks.trunked },
  { property: 'EKS CPU m', value: ({ eksAllocatable }) => eksAllocatable.cpuMilli },
  { property: 'EKS memory MiB', value: ({ eksAllocatable }) => eksAllocatable.memoryMiB },
  { property: 'EKS pods', value: ({ maxPods }) => maxPods },
  {
    property: 'Spot saves %',
    value: ({ name }, catalogue, region) => catalogue.spotAdvice(name, region)?.savingPercent ?? null,
  },
  {
    property: 'Spot reclaimed a month',
    value: ({ name }, catalogue, region) => {
      const advice = catalogue.spotAdvice(name, region);
      return advice === null ? null : INTERRUPTION_BANDS[advice.band]!.name;
    },
  },
];

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
