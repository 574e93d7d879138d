import { CAPACITY_TYPE_LABEL, cheapestPrice, isOffered, type OfferedType } from './instance-types.ts';
import type { Replacement } from './consolidation.ts';
import { allows } from './requirement.ts';

/** EC2 CreateFleet gets no more types than this. */
const MAX_FLEET_TYPES = 60;

/** What a launch asks EC2 for: one capacity type, and the offerings that will do, the cheapest types first. */
export interface LaunchRequest {
  readonly capacityType: 'spot' | 'on-demand';
  readonly types: readonly OfferedType[];
  /** Will the type in the zone do? */
  readonly willDo: (typeName: string, zone: string) => boolean;
}

/**
 * Spot if the claim allows it and some is offered, else On-Demand; null when nothing is. Where the claim would also take
 * On-Demand, Spot offerings that cost more than the cheapest On-Demand type are left out.
 * Source: karpenter-provider-aws v1.14 pkg/providers/instance/instance.go, filter/filter.go
 */
export function launchRequest({ types, requirements }: Replacement): LaunchRequest | null {
  const capacity = requirements.get(CAPACITY_TYPE_LABEL);
  const offered = (kind: 'spot' | 'on-demand') =>
    (capacity === undefined || allows(capacity, kind)) &&
    types.some(({ offerings }) =>
      offerings.some((one) => one.available && one.capacityType === kind && isOffered(requirements, one)),
    );
  const capacityType = offered('spot') ? 'spot' : offered('on-demand') ? 'on-demand' : null;
  if (capacityType === null) return null;
  const cheapestOnDemand = Math.min(
    ...types.map((type) => cheapestPrice(ofKind(type, 'on-demand'), requirements)),
  );
  const most = capacityType === 'spot' ? cheapestOnDemand : Number.POSITIVE_INFINITY;
  const usable = types
    .map((type) => ofKind(type, capacityType))
    .filter((type) => cheapestPrice(type, requirements) <= most)
    .slice(0, MAX_FLEET_TYPES);
  const chosen = usable.length > 0 ? usable : types.map((type) => ofKind(type, capacityType));
  const byName = new Map(chosen.map((type) => [type.name, type]));
  return {
    capacityType,
    types: chosen.filter((type) => Number.isFinite(cheapestPrice(type, requirements))),
    willDo: (typeName, zone) =>
      byName
        .get(typeName)
        ?.offerings.some((one) => one.available && one.zone === zone && isOffered(requirements, one)) ===
      true,
  };
}

function ofKind(type: OfferedType, kind: 'spot' | 'on-demand'): OfferedType {
  return { ...type, offerings: type.offerings.filter(({ capacityType }) => capacityType === kind) };
}
