import { type Diagnostic, InputError } from '../errors.ts';
import type { InstanceType } from '../model/instance-type.ts';
import {
  DEFAULT_MAX_PODS,
  eksAllocatable,
  estimatedLinuxMemoryMiB,
  maxPodsOf,
  plainAwsvpcTasks,
} from '../model/node-overhead.ts';
import type { PriceList, SpotAdvice } from '../model/offer.ts';
import type { EbsPrices, ListPrice, ServicePrices } from '../model/price-list.ts';
import {
  type RegionRow,
  readEbsPrices,
  readEdition,
  readInstancePrices,
  readListPrices,
  readRegions,
  readServicePrices,
  readShapes,
  readSpotAdvice,
  type TypeShape,
  type TypeShapes,
} from './catalogue-data.ts';
import { linuxPrices, regionsOf } from './prices/listed-prices.ts';
import { alignmentDistance } from './scenario/did-you-mean.ts';

/** Real instance types and list prices. Answers are plain data in a fixed order. */
export interface Catalogue {
  readonly id: string;
  /** When this edition was put together; single prices may be older, see `pricesAsOf`. */
  readonly date: string;
  /** Regions with instance prices, by name. */
  readonly regions: readonly string[];
  /**
   * Availability zones by name. This and the next four throw InputError E1204 for a region they do not know.
   */
  zones(region: string): readonly string[];
  /** Month of the region's instance prices: `2026-07`. */
  pricesAsOf(region: string): string;
  /** Volume types without a known price are missing. */
  ebsPrices(region: string): EbsPrices;
  servicePrices(region: string): ServicePrices;
  /** What the Spot advisor of 2025-06 says of a type; null where it says nothing. */
  spotAdvice(type: string, region: string): SpotAdvice | null;
  /** The imported list whose prices these are; null: those that come with stowage. */
  readonly list: PriceList | null;
  /** Everything else that is known of all regions, by key of the price book. */
  listPrices(): ReadonlyMap<string, ListPrice>;
  /** Types with a price in the region that satisfy the query, cheapest first, equal prices by name. */
  search(query: TypeQuery): InstanceType[];
  /** The type at its price in the region, or why there is none. A price that is not known is never zero. */
  type(name: string, region: string): InstanceType | TypeProblem;
}

/** Why a type cannot be had. */
export interface TypeProblem {
  readonly problem: 'unknown-type' | 'no-price' | 'unknown-region';
  /** At most three names to use instead, best first: types, or regions for 'unknown-region'. */
  readonly nearest: readonly string[];
  /** Regions that have a price for the type; empty unless 'no-price'. */
  readonly regions: readonly string[];
}

/** Bounds are inclusive; an absent one does not bind. */
export interface TypeQuery {
  readonly region: string;
  readonly minVcpus?: number;
  readonly maxVcpus?: number;
  readonly minMemoryMiB?: number;
  readonly maxMemoryMiB?: number;
  readonly architecture?: InstanceType['architecture'];
  /** At least so many GPUs. */
  readonly minGpus?: number;
  /** What stands before the point: `m6i`. */
  readonly family?: string;
  readonly maxPriceE10PerHour?: bigint;
}

let cached: Catalogue | undefined;

/** The catalogue that comes with stowage. Files are read when first asked for, once per process. */
export function loadCatalogue(): Catalogue {
  cached ??= createCatalogue();
  return cached;
}

/**
 * The same types at the instance prices of an imported list, and at no others: a type or region that it does not have
 * has no price. Types that nobody has measured yet get the network and memory of a type made up in a scenario. A list of
 * Spot prices alone leaves the On-Demand prices as they are. Volumes and services keep the prices of the catalogue.
 */
export function catalogueOf(list: PriceList): Catalogue {
  return createCatalogue(list);
}

function createCatalogue(list: PriceList | null = null): Catalogue {
  const listed = list !== null && list.offers.length > 0 ? list : null;
  const { id, date } = listed ?? readEdition();
  const allRegions = readRegions();
  const regionRows = listed === null ? allRegions : regionsOf(listed, allRegions);
  const regions = [...regionRows.keys()];
  const shapes = once(() => (listed === null ? readShapes() : withListed(readShapes(), listed)));
  const prices = once(() => (listed === null ? readInstancePrices() : linuxPrices(listed)));
  const advice = once(readSpotAdvice);
  const ebs = once(readEbsPrices);
  const services = once(readServicePrices);
  const everythingElse = once(readListPrices);

  const regionRow = (region: string): RegionRow => {
    const row = regionRows.get(region);
    if (!row) throw new InputError([unknownRegion(region, regions)]);
    return row;
  };
  const priceOf = (name: string, region: string) => prices()(name, region);

  return {
    id,
    date,
    regions,
    zones: (region) => regionRow(region).zones,
    pricesAsOf: (region) => regionRow(region).pricesAsOf,
    ebsPrices(region) {
      regionRow(region);
      return ebs().get(region) ?? {};
    },
    servicePrices(region) {
      regionRow(region);
      return services().get(region) ?? NO_SERVICE_PRICES;
    },
    spotAdvice: (type, region) => advice()(type, region),
    list,
    listPrices: everythingElse,
    search(query) {
      regionRow(query.region);
      const found: InstanceType[] = [];
      for (const name of shapes().names) {
        const priceE10PerHour = priceOf(name, query.region);
        if (priceE10PerHour === undefined) continue;
        const type = { ...shapes().get(name)!, priceE10PerHour };
        if (satisfies(type, query)) found.push(type);
      }
      return found.sort(byPriceThenName);
    },
    type(name, region) {
      if (!regionRows.has(region)) {
        return { problem: 'unknown-region', nearest: nearestNames(region, regions), regions: [] };
      }
      const shape = shapes().get(name);
      if (!shape)
        return { problem: 'unknown-type', nearest: nearestTypes(name, shapes().names), regions: [] };
      const priceE10PerHour = priceOf(name, region);
      if (priceE10PerHour !== undefined) return { ...shape, priceE10PerHour };
      const priced = shapes().names.filter((other) => priceOf(other, region) !== undefined);
      return {
        problem: 'no-price',
        nearest: nearestTypes(name, priced),
        regions: regions.filter((other) => priceOf(name, other) !== undefined),
      };
    },
  };
}

/** The types of the list that nobody has measured are made up from what it says of them. */
function withListed(known: TypeShapes, list: PriceList): TypeShapes {
  const names = new Set(known.names);
  const added = new Map<string, TypeShape>();
  for (const { name, vcpus, memoryMiB, architecture, gpus } of list.shapes) {
    if (names.has(name)) continue;
    const { priceE10PerHour: _price, ...shape } = customType({
      name,
      vcpus,
      memoryMiB,
      architecture,
      gpus: gpus === 0 ? null : { count: gpus, model: 'GPU' },
      priceE10PerHour: 0n,
    });
    names.add(name);
    added.set(name, shape);
  }
  return { names: [...names], get: (name) => added.get(name) ?? known.get(name) };
}

const NO_SERVICE_PRICES: ServicePrices = {
  eksClusterE10PerHour: null,
  loadBalancerE10PerHour: { classic: null, application: null, network: null },
};

function satisfies(type: InstanceType, query: TypeQuery): boolean {
  return (
    type.vcpus >= (query.minVcpus ?? 0) &&
    type.vcpus <= (query.maxVcpus ?? Number.POSITIVE_INFINITY) &&
    type.memoryMiB >= (query.minMemoryMiB ?? 0) &&
    type.memoryMiB <= (query.maxMemoryMiB ?? Number.POSITIVE_INFINITY) &&
    (query.architecture === undefined || type.architecture === query.architecture) &&
    (type.gpus?.count ?? 0) >= (query.minGpus ?? 0) &&
    (query.family === undefined || familyOf(type.name) === query.family) &&
    (query.maxPriceE10PerHour === undefined || type.priceE10PerHour <= query.maxPriceE10PerHour)
  );
}

function byPriceThenName(a: InstanceType, b: InstanceType): number {
  if (a.priceE10PerHour !== b.priceE10PerHour) return a.priceE10PerHour < b.priceE10PerHour ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/**
 * What a scenario says of a type of its own. Derived figures may be given; else they follow the published
 * formulas.
 */
export interface CustomTypeInput {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** There is no default: a price that nobody gave is an error, a free type says 0. */
  readonly priceE10PerHour: bigint;
  readonly architecture?: InstanceType['architecture'];
  readonly gpus?: InstanceType['gpus'];
  readonly maxEnis?: number;
  readonly ipv4PerEni?: number;
  readonly maxPods?: number;
  readonly awsvpcTasks?: InstanceType['awsvpcTasks'];
  readonly linuxMemoryMiB?: number;
  readonly eksAllocatable?: InstanceType['eksAllocatable'];
}

/**
 * A type made up in a scenario, as complete as one of the catalogue. Without own limits its network is that
 * of the m5 type with as many vCPUs, rounded down (chosen); EKS gives a type it does not know 110 pods, so
 * that is `maxPods` unless both network limits are given. Linux takes as much memory as on a Nitro type that
 * nobody has measured. Trunking is not offered unless `awsvpcTasks` says so.
 */
export function customType(input: CustomTypeInput): InstanceType {
  const { name, vcpus, memoryMiB, priceE10PerHour } = input;
  const network = GENERAL_PURPOSE_NETWORK.find(({ fromVcpus }) => vcpus >= fromVcpus)!;
  const maxEnis = input.maxEnis ?? network.maxEnis;
  const ipv4PerEni = input.ipv4PerEni ?? network.ipv4PerEni;
  const isNetworkGiven = input.maxEnis !== undefined && input.ipv4PerEni !== undefined;
  const maxPods = input.maxPods ?? (isNetworkGiven ? maxPodsOf(maxEnis, ipv4PerEni) : DEFAULT_MAX_PODS);
  const linuxMemoryMiB = input.linuxMemoryMiB ?? estimatedLinuxMemoryMiB({ memoryMiB, vcpus, isXen: false });
  const plain = plainAwsvpcTasks(maxEnis);
  return {
    name,
    vcpus,
    memoryMiB,
    architecture: input.architecture ?? 'amd64',
    gpus: input.gpus ?? null,
    maxEnis,
    ipv4PerEni,
    maxPods,
    awsvpcTasks: input.awsvpcTasks ?? { plain, trunked: plain },
    linuxMemoryMiB,
    eksAllocatable: input.eksAllocatable ?? eksAllocatable({ vcpus, linuxMemoryMiB, maxPods }),
    priceE10PerHour,
  };
}

/**
 * Interfaces and addresses of m5, largest first. Source: aws/amazon-vpc-cni-k8s
 * pkg/vpc/vpc_ip_resource_limit.go.
 */
const GENERAL_PURPOSE_NETWORK = [
  { fromVcpus: 64, maxEnis: 15, ipv4PerEni: 50 },
  { fromVcpus: 16, maxEnis: 8, ipv4PerEni: 30 },
  { fromVcpus: 4, maxEnis: 4, ipv4PerEni: 15 },
  { fromVcpus: 0, maxEnis: 3, ipv4PerEni: 10 },
] as const;

const MAX_SUGGESTIONS = 3;

/** Types of the same family first, each part by likeness. */
function nearestTypes(name: string, known: readonly string[]): string[] {
  const family = familyOf(name);
  const siblings = known.filter((other) => familyOf(other) === family);
  const others = known.filter((other) => familyOf(other) !== family);
  return [...mostLike(name, siblings), ...nearestNames(name, others)].slice(0, MAX_SUGGESTIONS);
}

/** Names that a slip of the pen may have turned into this one. */
function nearestNames(name: string, known: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  return mostLike(
    name,
    known.filter((other) => alignmentDistance(name, other) <= limit),
  );
}

/** By edit distance, then by difference of length (a typing slip rather than another word), then by name. */
function mostLike(name: string, known: readonly string[]): string[] {
  return known
    .map((other) => ({
      other,
      edits: alignmentDistance(name, other),
      growth: Math.abs(other.length - name.length),
    }))
    .sort((a, b) => a.edits - b.edits || a.growth - b.growth || (a.other < b.other ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ other }) => other);
}

function familyOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf('.')));
}

function unknownRegion(region: string, regions: readonly string[]): Diagnostic {
  const nearest = nearestNames(region, regions);
  return {
    severity: 'error',
    code: 'E1204',
    message: `Cannot use region '${region}': the catalogue has ${regions.join(', ')}`,
    hint: nearest.length > 0 ? `did you mean ${nearest.join(' or ')}?` : undefined,
  };
}

function once<T>(read: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= read();
    return value;
  };
}
