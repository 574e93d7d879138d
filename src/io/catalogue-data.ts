import { assert } from '../errors.ts';
import { VOLUME_TYPES, type VolumeType } from '../model/ebs-volume.ts';
import type { InstanceType } from '../model/instance-type.ts';
import {
  eksAllocatable,
  estimatedLinuxMemoryMiB,
  maxPodsOf,
  plainAwsvpcTasks,
} from '../model/node-overhead.ts';
import type { SpotAdvice } from '../model/offer.ts';
import type { EbsPrices, ListPrice, ServicePrices, VolumePrice } from '../model/price-list.ts';
import { parsePriceE10 } from '../units.ts';
import { readDataTable, readDataText, type Row } from './data-table.ts';

/** The files under `data/`, read whole; what their columns mean stands in `data/README.md`. */

/** Everything about a type that does not depend on the region. */
export type TypeShape = Omit<InstanceType, 'priceE10PerHour'>;

export interface RegionRow {
  /** Month of the instance prices: `2026-07`. */
  readonly pricesAsOf: string;
  readonly zones: readonly string[];
}

/** `data/catalogue.json`: the name and date of this edition of the files. */
export function readEdition(): { readonly id: string; readonly date: string } {
  return JSON.parse(readDataText('catalogue.json'));
}

/** Types by name. A shape is made when somebody asks for it: a run has a handful of more than a thousand. */
export interface TypeShapes {
  /** In order of name. */
  readonly names: readonly string[];
  get(name: string): TypeShape | undefined;
}

/** `instance-types.csv`. */
export function readShapes(): TypeShapes {
  const table = readDataTable('instance-types.csv');
  const made = new Map<string, TypeShape>();
  return {
    names: [...table.keys],
    get(name) {
      const row = made.has(name) ? undefined : table.row(name);
      if (row !== undefined) made.set(name, shapeOf(row));
      return made.get(name);
    },
  };
}

/** On-Demand Linux price of a type in a region, 1e-10 USD per hour; undefined when it is not known. */
export type InstancePrices = (type: string, region: string) => bigint | undefined;

/** Reads the table; a cell becomes a number when somebody asks for it. */
export function readInstancePrices(): InstancePrices {
  const cellOf = byTypeAndRegion('on-demand-linux.csv');
  return (type, region) => {
    const cell = cellOf(type, region);
    return cell === '' ? undefined : price(cell);
  };
}

/** What the Spot advisor says of a type in a region; null where it says nothing. */
export function readSpotAdvice(): (type: string, region: string) => SpotAdvice | null {
  const cellOf = byTypeAndRegion('spot-advisor.csv');
  return (type, region) => {
    const cell = cellOf(type, region);
    if (cell === '') return null;
    const match = /^(-?\d{1,2})\/([0-4])$/.exec(cell);
    assert(match !== null, 'a cell of spot-advisor.csv is not saving/band');
    return { savingPercent: Number(match[1]), band: Number(match[2]) as SpotAdvice['band'] };
  };
}

/** Cells of a table with a column for each region; empty where there is no such row or column. */
function byTypeAndRegion(file: string): (type: string, region: string) => string {
  const table = readDataTable(file);
  // Whoever asks for a type asks for it again.
  const rows = new Map<string, Row | undefined>();
  return (type, region) => {
    if (!table.columns.has(region)) return '';
    if (!rows.has(type)) rows.set(type, table.row(type));
    return rows.get(type)?.(region) ?? '';
  };
}

/** Regions in order of name. */
export function readRegions(): ReadonlyMap<string, RegionRow> {
  const rows = [...readDataTable('regions.csv').rows()];
  return new Map(
    rows.map((row) => [row('region'), { pricesAsOf: row('prices_as_of'), zones: row('zones').split(' ') }]),
  );
}

/** `ebs-prices.csv`: prices of volume types, by region. */
export function readEbsPrices(): ReadonlyMap<string, EbsPrices> {
  const regions = new Map<string, Partial<Record<VolumeType, VolumePrice>>>();
  for (const row of readDataTable('ebs-prices.csv').rows()) {
    const type = row('volume_type') as VolumeType;
    assert(VOLUME_TYPES.includes(type), 'an unknown volume type in ebs-prices.csv');
    const prices = regions.get(row('region')) ?? {};
    regions.set(row('region'), prices);
    const iopsE10 = optionalPrice(row('usd_per_iops_month'));
    prices[type] = {
      gbMonthE10: price(row('usd_per_gb_month')),
      iopsMonthTiers: iopsE10 === null ? null : [{ upTo: null, priceE10: iopsE10 }],
      mibpsMonthE10: optionalPrice(row('usd_per_mibps_month')),
    };
  }
  return regions;
}

/** `service-prices.csv`: hourly prices of control planes and load balancers, by region. */
export function readServicePrices(): ReadonlyMap<string, ServicePrices> {
  const rows = [...readDataTable('service-prices.csv').rows()];
  return new Map(
    rows.map((row) => [
      row('region'),
      {
        eksClusterE10PerHour: optionalPrice(row('eks_cluster_hour')),
        loadBalancerE10PerHour: {
          application: optionalPrice(row('application_lb_hour')),
          network: optionalPrice(row('network_lb_hour')),
          classic: optionalPrice(row('classic_lb_hour')),
        },
      },
    ]),
  );
}

/** `list-prices.csv`: everything else, by key of the price book; a key with several rows has tiers. */
export function readListPrices(): ReadonlyMap<string, ListPrice> {
  const prices = new Map<string, { upTo: number | null; priceE10: bigint }[]>();
  for (const row of readDataTable('list-prices.csv').rows()) {
    const upTo = row('up_to');
    const tier = { upTo: upTo === '' ? null : whole(upTo), priceE10: price(row('usd')) };
    const known = prices.get(row('key'));
    if (known) known.push(tier);
    else prices.set(row('key'), [tier]);
  }
  return prices;
}

function shapeOf(row: Row): TypeShape {
  const vcpus = whole(row('vcpus'));
  const memoryMiB = whole(row('memory_mib'));
  const maxEnis = whole(row('enis'));
  const ipv4PerEni = whole(row('ipv4_per_eni'));
  const gpuCount = wholeOr(row('gpus'), 0);
  const maxPods = maxPodsOf(wholeOr(row('card_enis'), maxEnis), ipv4PerEni);
  const isXen = row('xen') === '1';
  const linuxMemoryMiB = wholeOr(row('linux_mib'), estimatedLinuxMemoryMiB({ memoryMiB, vcpus, isXen }));
  const plain = wholeOr(row('awsvpc_tasks'), plainAwsvpcTasks(maxEnis));
  const architecture = row('arch');
  assert(
    architecture === 'amd64' || architecture === 'arm64',
    'an unknown architecture in instance-types.csv',
  );
  return {
    name: row('type'),
    vcpus,
    memoryMiB,
    architecture,
    gpus: gpuCount === 0 ? null : { count: gpuCount, model: row('gpu') },
    maxEnis,
    ipv4PerEni,
    maxPods,
    awsvpcTasks: { plain, trunked: wholeOr(row('awsvpc_tasks_trunked'), plain) },
    linuxMemoryMiB,
    eksAllocatable: eksAllocatable({ vcpus, linuxMemoryMiB, maxPods }),
  };
}

function whole(cell: string): number {
  assert(/^\d+$/.test(cell), 'a number in the catalogue is not a whole number');
  return Number(cell);
}

function wholeOr(cell: string, fallback: number): number {
  return cell === '' ? fallback : whole(cell);
}

function price(cell: string): bigint {
  const priceE10 = parsePriceE10(cell);
  assert(priceE10 !== undefined && priceE10 > 0n, 'a price in the catalogue is not a positive decimal');
  return priceE10;
}

function optionalPrice(cell: string): bigint | null {
  return cell === '' ? null : price(cell);
}
