import { assert } from '../errors.ts';
import type { Footprints, PowerRange, TypeFootprint } from '../model/footprint.ts';
import type { InstanceType } from '../model/instance-type.ts';
import { readRows, type Row } from './catalogue-data.ts';

/**
 * What is published of the energy and the making of the instance types of a plan, and of the grid of its region. A type
 * that a scenario makes up, a processor that nobody has measured: null, not a guess. Sources: data/README.md
 */
export function footprintsOf(types: readonly InstanceType[], region: string): Footprints {
  data ??= readFootprintData();
  const { grid, ...known } = data;
  const grams = grid.get(region);
  return {
    types: new Map(types.map((type) => [type.name, footprintOf(type, known)])),
    gridGramsPerKwh: grams === undefined ? null : decimal(grams['grams_per_kwh']!),
  };
}

/** Read by the first scenario; a sweep prepares thousands. */
let data: RegionalData | undefined;

function readFootprintData(): RegionalData {
  return {
    rows: byFirst(readRows('instance-footprint.csv'), 'type_or_family'),
    power: new Map(readRows('processor-power.csv').map((row) => [row['processor']!, powerOf(row)])),
    grid: byFirst(readRows('grid-emissions.csv'), 'region'),
    sizes: familySizes(),
  };
}

interface FootprintData {
  readonly rows: ReadonlyMap<string, Row>;
  readonly power: ReadonlyMap<string, PowerRange>;
  /** Real types by name: vCPUs of the largest of their family. */
  readonly sizes: ReadonlyMap<string, number>;
}

interface RegionalData extends FootprintData {
  readonly grid: ReadonlyMap<string, Row>;
}

function footprintOf(type: InstanceType, { rows, power, sizes }: FootprintData): TypeFootprint {
  const { name, vcpus, gpus } = type;
  const serverVcpus = sizes.get(name);
  // Some sizes of a family have a processor of their own.
  const row = serverVcpus === undefined ? undefined : (rows.get(name) ?? rows.get(familyOf(name)));
  const embodiedKg = row?.['embodied_kg'] ?? '';
  return {
    vcpus,
    perVcpu: power.get(row?.['processor'] ?? '') ?? null,
    gpus: gpus?.count ?? 0,
    perGpu: gpus === null ? null : (power.get(gpus.model) ?? null),
    embodiedGrams: embodiedKg === '' ? null : decimal(embodiedKg) * 1000,
    serverVcpus: serverVcpus ?? vcpus,
  };
}

function familySizes(): Map<string, number> {
  const types = readRows('instance-types.csv').map((row) => ({
    name: row['type']!,
    vcpus: Number(row['vcpus']),
  }));
  const largest = new Map<string, number>();
  for (const { name, vcpus } of types) {
    const family = familyOf(name);
    largest.set(family, Math.max(largest.get(family) ?? 0, vcpus));
  }
  return new Map(types.map(({ name }) => [name, largest.get(familyOf(name))!]));
}

function familyOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

function powerOf(row: Row): PowerRange {
  return { minWatts: decimal(row['min_watts']!), maxWatts: decimal(row['max_watts']!) };
}

function byFirst(rows: readonly Row[], key: string): Map<string, Row> {
  return new Map(rows.map((row) => [row[key]!, row]));
}

function decimal(cell: string): number {
  assert(/^\d+(\.\d+)?$/.test(cell), 'a number of a footprint is not a decimal');
  return Number(cell);
}
