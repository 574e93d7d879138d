import type { SpotMarketPlan, SpotPurchase } from '../../model/purchase.ts';
import { formatDurationMs, formatPriceE10 } from '../../units.ts';
import type { ScenarioInput } from './scenario-schema.ts';

type PurchaseText = NonNullable<NonNullable<ScenarioInput['fleet']>[number]['purchase']>;

/** The purchase of a group as a scenario says it. */
export function renderPurchase({ maxPriceE10, weights, ...rest }: SpotPurchase): PurchaseText {
  return {
    ...rest,
    ...(weights !== undefined && { weights: Object.fromEntries(weights) }),
    ...(maxPriceE10 !== null && { maxPrice: formatPriceE10(maxPriceE10) }),
  };
}

/** The Spot market as a scenario says it, every type written out. */
export function renderSpotMarket(market: SpotMarketPlan): NonNullable<ScenarioInput['spot']> {
  const { prices, types, swing, memoryMs, stepMs, capacity, perReclaim, rebalanceLeadMs, noticeMs } = market;
  return {
    prices,
    types: Object.fromEntries(
      types.map(({ type, savingPercent, monthlyShare }) => [
        type,
        { saving: savingPercent, reclaimed: monthlyShare },
      ]),
    ),
    swing,
    memory: formatDurationMs(memoryMs),
    step: formatDurationMs(stepMs),
    capacity,
    perReclaim,
    rebalanceLead: formatDurationMs(rebalanceLeadMs),
    notice: formatDurationMs(noticeMs),
  };
}
