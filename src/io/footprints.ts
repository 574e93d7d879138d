import { assert } from '../errors.ts';
import type { Footprints, PowerRange, TypeFootprint } from '../model/footprint.ts';
import type { InstanceType } from '../model/instance-type.ts';
import { type DataTable, readDataTable, type Row } from './data-table.ts';

/**
 * What is published of the energy and the making of the instance types of a plan, and of the grid of its region. A type
 * that a scenario makes up, a processor that nobody has measured: null, not a guess. Sources: data/README.md
 */
export function footprintsOf(types: readonly InstanceType[], region: string): Footprints {
  data ??= readFootprintData();
  const { grid } = data;
  const grams = grid.row(region)?.('grams_per_kwh');
  return {
    types: new Map(types.map((type) => [type.name, footprintOf(type, data!)])),
    gridGramsPerKwh: grams === undefined ? null : decimal(grams),
  };
}

interface FootprintData {
  /** By type, and by family where its sizes are alike. */
  readonly rows: DataTable;
  readonly power: DataTable;
  readonly grid: DataTable;
  readonly types: DataTable;
  /** Names of real types. */
  readonly typeNames: readonly string[];
}

/** Read when first asked for, once per process: every run of a sweep asks. */
let data: FootprintData | undefined;

function readFootprintData(): FootprintData {
  const types = readDataTable('instance-types.csv');
  return {
    rows: readDataTable('instance-footprint.csv'),
    power: readDataTable('processor-power.csv'),
    grid: readDataTable('grid-emissions.csv'),
    types,
    typeNames: [...types.keys],
  };
}

function footprintOf(type: InstanceType, known: FootprintData): TypeFootprint {
  const { rows, power } = known;
  const { name, vcpus, gpus } = type;
  const serverVcpus = largestOfFamily(name, known);
  // Some sizes of a family have a processor of their own.
  const row = serverVcpus === undefined ? undefined : (rows.row(name) ?? rows.row(familyOf(name)));
  const embodiedKg = row?.('embodied_kg') ?? '';
  return {
    vcpus,
    perVcpu: powerOf(power.row(row?.('processor') ?? '')),
    gpus: gpus?.count ?? 0,
    perGpu: gpus === null ? null : powerOf(power.row(gpus.model)),
    embodiedGrams: embodiedKg === '' ? null : decimal(embodiedKg) * 1000,
    serverVcpus: serverVcpus ?? vcpus,
  };
}

/** vCPUs of the largest type of a family, which fills its server; undefined for a type that somebody made up. */
function largestOfFamily(type: string, { types, typeNames }: FootprintData): number | undefined {
  if (types.row(type) === undefined) return undefined;
  const siblings = typeNames.filter((name) => familyOf(name) === familyOf(type));
  return Math.max(...siblings.map((name) => Number(types.row(name)!('vcpus'))));
}

function familyOf(type: string): string {
  return type.slice(0, type.indexOf('.'));
}

function powerOf(row: Row | undefined): PowerRange | null {
  if (row === undefined) return null;
  return { minWatts: decimal(row('min_watts')), maxWatts: decimal(row('max_watts')) };
}

function decimal(cell: string): number {
  assert(/^\d+(\.\d+)?$/.test(cell), 'a number of a footprint is not a decimal');
  return Number(cell);
}
