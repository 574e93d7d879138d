import type { Candidate, DisruptionInput } from './candidates.ts';
import {
  byPrice,
  CAPACITY_TYPE_LABEL,
  cheapestPrice,
  hasOffering,
  type OfferedType,
  typesForMinValues,
  worstLaunchPrice,
} from './instance-types.ts';
import type { NodeClaim } from './node-claim.ts';
import { allows, requirement } from './requirement.ts';
import { combined, hasMinValues, labelRequirements, type Requirements } from './requirements.ts';
import { mayGo, type Removal, withoutNodes } from './removal.ts';

/** A launch looks at no more types than this, the cheapest ones. */
export const MAX_LAUNCH_TYPES = 600;

/** So many cheaper types it takes to move from Spot to Spot: fewer would not make the next move less likely. */
const MIN_SPOT_TO_SPOT_TYPES = 15;

/** A node to launch in place of others. */
export interface Replacement {
  readonly claim: NodeClaim;
  /** By price; those that are too expensive are left out. */
  readonly types: readonly OfferedType[];
  readonly requirements: Requirements;
}

/** Nodes to remove, and what is launched first. */
export interface Change {
  readonly candidates: readonly Candidate[];
  readonly replacements: readonly Replacement[];
}

/**
 * Can the candidates go? Their pods then find room on other nodes, or on one new node that is cheaper than all of them
 * together, whatever offering the launch gets. Null: no.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/consolidation.go, computeConsolidation
 */
export function consolidate(input: DisruptionInput, candidates: readonly Candidate[]): Change | null {
  const price = priceOf(candidates);
  if (!mayGo(input, candidates, price)) return null;
  // Where nothing is cheaper, one new node is already too many.
  const maxClaims = input.catalogue.cheapest < price ? 1 : 0;
  return changeOf(input, candidates, withoutNodes(input, candidates, { maxClaims, belowPrice: price }));
}

function priceOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, one) => sum + one.price, 0);
}

/** What a simulation of the cluster without the candidates comes to. Null: they stay. */
export function changeOf(
  input: DisruptionInput,
  candidates: readonly Candidate[],
  { isPossible, claims }: Removal,
): Change | null {
  if (!isPossible || claims.length > 1) return null;
  const price = priceOf(candidates);
  const claim = claims[0];
  if (claim === undefined) return { candidates, replacements: [] };
  const full = replacementOf(claim);
  const mayBeSpot = allowsCapacity(full.requirements, 'spot');
  const replacement =
    mayBeSpot && candidates.every(({ node }) => node.capacityType === 'spot')
      ? spotToSpot(input, full, candidates.length, price)
      : cheaperThan(full, price);
  if (replacement === null || replacement.types.length === 0) return null;
  // The price was that of Spot: without Spot capacity the launch shall fail rather than cost more.
  const isPinned = mayBeSpot && allowsCapacity(replacement.requirements, 'on-demand');
  return { candidates, replacements: [isPinned ? onSpot(replacement) : replacement] };
}

/** The claim with its possible types, by price. */
export function replacementOf(claim: NodeClaim): Replacement {
  const { requirements } = claim;
  return { claim, types: byPrice(claim.types, requirements).slice(0, MAX_LAUNCH_TYPES), requirements };
}

function spotToSpot(
  { spotToSpot: isEnabled }: DisruptionInput,
  full: Replacement,
  count: number,
  price: number,
): Replacement | null {
  if (!isEnabled) return null;
  const spot = onSpot(full);
  const offered = spot.types.filter((type) => hasOffering(type, spot.requirements));
  const cheaper = cheaperThan({ ...spot, types: offered }, price);
  if (cheaper === null || count > 1) return cheaper;
  const { types, requirements } = cheaper;
  if (types.length < MIN_SPOT_TO_SPOT_TYPES) return null;
  const wanted = hasMinValues(requirements) ? typesForMinValues(types, requirements)! : 0;
  return { ...cheaper, types: types.slice(0, Math.max(MIN_SPOT_TO_SPOT_TYPES, wanted)) };
}

/** Types that cost less than the price at worst; null when these are too few for `minValues`. */
function cheaperThan(replacement: Replacement, price: number): Replacement | null {
  const { types, requirements } = replacement;
  const cheaper = types.filter((type) => worstLaunchPrice(type, requirements) < price);
  return typesForMinValues(cheaper, requirements) === null ? null : { ...replacement, types: cheaper };
}

function onSpot(replacement: Replacement): Replacement {
  const spot = requirement(CAPACITY_TYPE_LABEL, 'In', ['spot']);
  return { ...replacement, requirements: combined(replacement.requirements, [spot]) };
}

function allowsCapacity(requirements: Requirements, capacityType: 'spot' | 'on-demand'): boolean {
  const one = requirements.get(CAPACITY_TYPE_LABEL);
  return one === undefined || allows(one, capacityType);
}

/**
 * Several nodes for one of a type that is among them must make it cheaper than that one: else it would do to keep it
 * and remove the others. Null: nothing is left.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/multinodeconsolidation.go, filterOutSameInstanceType
 */
export function withoutSameType(change: Change): Change | null {
  const [replacement] = change.replacements;
  if (replacement === undefined) return change;
  const prices = new Map<string, number>();
  for (const { node, type } of change.candidates) {
    const labels = labelRequirements(node.state.labels);
    const offered =
      type === null
        ? []
        : [{ ...type, offerings: type.offerings.map((one) => ({ ...one, available: true })) }];
    const price = Math.min(...offered.map((one) => cheapestPrice(one, labels)));
    const known = prices.get(node.typeName) ?? Number.POSITIVE_INFINITY;
    prices.set(node.typeName, Math.min(known, price));
  }
  const most = Math.min(...replacement.types.map(({ name }) => prices.get(name) ?? Number.POSITIVE_INFINITY));
  const cheaper = cheaperThan(replacement, most);
  if (cheaper === null || cheaper.types.length === 0) return null;
  return { ...change, replacements: [cheaper] };
}
