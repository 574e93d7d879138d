import { allows } from './requirement.ts';
import { hasMinValues, haveCommonValues, type Requirements } from './requirements.ts';

export const CAPACITY_TYPE_LABEL = 'karpenter.sh/capacity-type';
export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const TYPE_LABEL = 'node.kubernetes.io/instance-type';

export type CapacityType = 'reserved' | 'spot' | 'on-demand';

/** One amount per lane of the platform's resource table. */
export type Amounts = ArrayLike<number>;

/** Where an instance type can be had, how, and for what. */
export interface Offering {
  readonly zone: string;
  readonly capacityType: CapacityType;
  /** Per hour; the unit is the caller's, the same for all. */
  readonly price: number;
  readonly available: boolean;
}

export interface OfferedType {
  readonly name: string;
  /** Of its labels, zones and capacity types. */
  readonly requirements: Requirements;
  readonly capacity: Amounts;
  readonly allocatable: Amounts;
  readonly offerings: readonly Offering[];
}

/** Does the offering agree with the requirements? It has a zone and a capacity type. */
export function isOffered(requirements: Requirements, { zone, capacityType }: Offering): boolean {
  const zones = requirements.get(ZONE_LABEL);
  const capacityTypes = requirements.get(CAPACITY_TYPE_LABEL);
  return (
    (zones === undefined || allows(zones, zone)) &&
    (capacityTypes === undefined || allows(capacityTypes, capacityType))
  );
}

/** Is there an available offering that agrees? */
export function hasOffering({ offerings }: OfferedType, requirements: Requirements): boolean {
  for (const one of offerings) if (one.available && isOffered(requirements, one)) return true;
  return false;
}

/** Has the type all that is wanted, room for the requests, and an available offering? */
export function canHold(type: OfferedType, requirements: Requirements, requests: Amounts): boolean {
  return (
    fits(requests, type.allocatable) &&
    haveCommonValues(type.requirements, requirements) &&
    hasOffering(type, requirements)
  );
}

/** Source: karpenter v1.14.1 pkg/utils/resources/resources.go, Fits: nothing fits where an amount is below 0. */
export function fits(requests: Amounts, room: Amounts): boolean {
  for (let lane = 0; lane < room.length; lane++) {
    if (room[lane]! < 0 || requests[lane]! > room[lane]!) return false;
  }
  return true;
}

/** How many times the requests fit; a very large number for requests that ask for nothing. */
export function roomFor(requests: Amounts, available: Amounts): number {
  let count = 1e9;
  for (let lane = 0; lane < available.length; lane++) {
    if (available[lane]! < 0) return 0;
    const wanted = requests[lane]!;
    if (wanted > 0) count = Math.min(count, Math.floor(available[lane]! / wanted));
  }
  return count;
}

/** The lowest price of an available offering; Infinity without one. */
export function lowestPrice({ offerings }: OfferedType): number {
  return offerings.reduce(
    (least, { available, price }) => (available ? Math.min(least, price) : least),
    Number.POSITIVE_INFINITY,
  );
}

/** The cheapest available offering that agrees; Infinity without one. */
export function cheapestPrice({ offerings }: OfferedType, requirements: Requirements): number {
  let cheapest = Number.POSITIVE_INFINITY;
  for (const one of offerings) {
    if (one.available && one.price < cheapest && isOffered(requirements, one)) cheapest = one.price;
  }
  return cheapest;
}

/** By the cheapest available offering that agrees, then (chosen: the real sort is not stable) by name. */
export function byPrice(types: readonly OfferedType[], requirements: Requirements): OfferedType[] {
  const priced = types.map((type) => ({ type, price: cheapestPrice(type, requirements) }));
  priced.sort((a, b) => compare(a.price, b.price) || compare(a.type.name, b.type.name));
  return priced.map(({ type }) => type);
}

/**
 * What a launch may cost at worst: the most expensive available offering that agrees, of the first kind there is of
 * reserved, Spot, On-Demand. Infinity without any.
 * Source: karpenter v1.14.1 pkg/cloudprovider/types.go, WorstLaunchPrice
 */
export function worstLaunchPrice({ offerings }: OfferedType, requirements: Requirements): number {
  const possible = offerings.filter((one) => one.available && isOffered(requirements, one));
  for (const kind of ['reserved', 'spot', 'on-demand']) {
    const ofKind = possible.filter(({ capacityType }) => capacityType === kind);
    if (ofKind.length > 0) return Math.max(...ofKind.map(({ price }) => price));
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * How many of the types, in this order, it takes to have as many different values of each label as `minValues` asks
 * for; 0 when nothing is asked, null when all of them are not enough.
 * Source: karpenter v1.14.1 pkg/cloudprovider/types.go, SatisfiesMinValues
 */
export function typesForMinValues(types: readonly OfferedType[], requirements: Requirements): number | null {
  if (!hasMinValues(requirements)) return 0;
  const asked = [...requirements.values()].filter(({ minValues }) => minValues !== null);
  const seen = asked.map(() => new Set<string>());
  for (const [index, type] of types.entries()) {
    asked.forEach(({ key }, at) => {
      for (const value of type.requirements.get(key)?.values ?? []) seen[at]!.add(value);
    });
    if (asked.every(({ minValues }, at) => seen[at]!.size >= minValues!)) return index + 1;
  }
  return null;
}

/** Numbers or texts in their own order. */
export function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
