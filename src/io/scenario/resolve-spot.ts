import { assert } from '../../errors.ts';
import { INTERRUPTION_BANDS } from '../../model/offer.ts';
import type { FleetGroup, Plan, PlatformPlan } from '../../model/plan.ts';
import type { SpotMarketPlan, SpotPurchase, SpotTypePlan } from '../../model/purchase.ts';
import { parsePriceE10 } from '../../units.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import { durationMs } from './resolve-distribution.ts';
import type { Resolving } from './resolving.ts';
import { type PurchaseInput, spotMarketSchema, type SpotMarketInput } from './spot-schema.ts';

/** What `purchase` of a group comes to; undefined for On-Demand alone. */
export function resolvePurchase(input: PurchaseInput): SpotPurchase | undefined {
  if (input === 'on-demand') return undefined;
  const whole: Exclude<PurchaseInput, string> =
    input === 'spot'
      ? {
          onDemandBase: 0,
          onDemandPercentAboveBase: 0,
          strategy: 'price-capacity-optimized',
          pools: 1,
          rebalance: false,
        }
      : input;
  const maxPriceE10 = whole.maxPrice === undefined ? null : parsePriceE10(whole.maxPrice);
  assert(maxPriceE10 !== undefined, 'the schema accepts only prices that can be read');
  const { onDemandBase, onDemandPercentAboveBase, strategy, pools, rebalance, weights } = whole;
  return {
    onDemandBase,
    onDemandPercentAboveBase,
    strategy,
    pools,
    rebalance,
    maxPriceE10,
    ...(weights !== undefined && { weights: new Map(Object.entries(weights)) }),
  };
}

/** Where a group says what types are worth it says it of each of its types (E1101), and of no other (E1204). */
export function checkWeights(
  { weights }: SpotPurchase,
  types: readonly string[],
  path: Path,
  { problems, placeOf }: Resolving,
): void {
  if (weights === undefined) return;
  for (const type of types.filter((name) => !weights.has(name))) {
    problems.error('E1101', path, `${placeOf(path)} does not say what ${type} is worth`);
  }
  for (const type of [...weights.keys()].filter((name) => !types.includes(name))) {
    const message = `${placeOf(path)}: the group has no type "${type}"`;
    problems.error('E1204', [...path, type], message, { hint: didYouMean(type, types), part: 'key' });
  }
}

/** Autoscalers of nodes and of Auto Scaling groups count instances: with units they cannot work (E1103). */
function checkScalers(
  fleet: readonly FleetGroup[],
  platforms: readonly PlatformPlan[],
  resolving: Resolving,
): void {
  const counting = ['managed-scaling', 'cluster-autoscaler', 'karpenter'];
  for (const { name, autoscaler, fleet: own } of platforms) {
    const weighted = (own ?? fleet).find(({ spot }) => spot?.weights !== undefined);
    if (weighted === undefined || !counting.includes(autoscaler.kind)) continue;
    const entry = resolving.sections.platforms.find(({ value }) => value.name === name);
    const message = `platform "${name}": ${autoscaler.kind} counts instances, and group "${weighted.name}" counts units`;
    resolving.problems.error('E1103', [...(entry?.path ?? []), 'autoscaler'], message);
  }
}

/**
 * The Spot market, if a group buys there. What the scenario does not say of a type is taken from the Spot advisor, and
 * what that does not know from the defaults. Errors: E1204 for types that no Spot group uses, E2101 for pools that the
 * price list has no history of.
 */
export function resolveSpot(
  fleet: readonly FleetGroup[],
  platforms: readonly PlatformPlan[],
  resolving: Resolving,
): Pick<Plan, 'spot'> {
  const { sections, context, problems } = resolving;
  const { region, spot: given } = sections.head;
  const groups = [...fleet, ...platforms.flatMap((platform) => platform.fleet ?? [])].filter(
    (group) => group.spot !== undefined,
  );
  checkScalers(fleet, platforms, resolving);
  const names = [...new Set(groups.flatMap(({ types }) => types))];
  for (const name of Object.keys(given?.types ?? {})) {
    if (names.includes(name)) continue;
    const hint = names.length === 0 ? 'no group says purchase: spot' : `Spot groups use ${names.join(', ')}`;
    problems.error('E1204', ['spot', 'types', name], `no Spot group uses type "${name}"`, {
      hint,
      part: 'key',
    });
  }
  if (groups.length === 0) return {};
  const market: SpotMarketInput = given ?? spotMarketSchema.parse({});
  // A list that cannot be read has been reported: what it lacks is no second mistake.
  const isUnread = sections.head.prices !== undefined && context.catalogue.list === null;
  if (market.prices === 'list' && !isUnread) requireSeries(groups, resolving);
  const types = names.map((type): SpotTypePlan => {
    const own = market.types[type];
    const advice = context.catalogue.spotAdvice(type, region);
    const banded = advice === null ? market.reclaimed : INTERRUPTION_BANDS[advice.band]!.monthlyShare;
    return {
      type,
      // A saving below nothing was a bad month: nobody pays more for Spot than for On-Demand.
      savingPercent: own?.saving ?? Math.max(0, advice?.savingPercent ?? market.saving),
      monthlyShare: own?.reclaimed ?? banded,
    };
  });
  return { spot: { ...settingsOf(market), types } };
}

function settingsOf(market: SpotMarketInput): Omit<SpotMarketPlan, 'types'> {
  const { prices, swing, capacity, perReclaim } = market;
  return {
    prices,
    swing,
    memoryMs: durationMs(market.memory),
    stepMs: durationMs(market.step),
    capacity,
    perReclaim,
    rebalanceLeadMs: durationMs(market.rebalanceLead),
    noticeMs: durationMs(market.notice),
  };
}

/** Every pool must have a price at the start: none is ever made up. */
function requireSeries(groups: readonly FleetGroup[], { sections, context, problems }: Resolving): void {
  const startEpochMs = Date.parse(sections.head.start);
  const known = new Set(
    (context.catalogue.list?.spot ?? [])
      .filter(({ os, points }) => os === 'linux' && points[0]!.epochMs <= startEpochMs)
      .map(({ zone, type }) => `${type} in ${zone}`),
  );
  const wanted = groups.flatMap(({ types, zones }) =>
    types.flatMap((type) => zones.map((zone) => `${type} in ${zone}`)),
  );
  const missing = [...new Set(wanted)].filter((pool) => !known.has(pool));
  if (missing.length === 0) return;
  const shown =
    missing.slice(0, 3).join(', ') + (missing.length > 3 ? ` and ${missing.length - 3} more` : '');
  problems.error('E2101', ['spot', 'prices'], `the price list has no Spot price at the start for ${shown}`, {
    hint: 'import a history that begins before the start, or say prices: model',
  });
}
