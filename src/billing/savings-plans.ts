import type { BillContext } from './bill-context.ts';
import type { CoverableUse } from './coverable-use.ts';
import { type Money, ZERO, compare, fraction, multiply } from './money.ts';
import { instanceFamily } from './normalisation.ts';
import { DEFAULT_ACCOUNT, type SavingsPlan } from './usage.ts';

/** In order of application. Source: AWS Savings Plans user guide, "How Savings Plans apply to your usage". */
export const SAVINGS_PLAN_KINDS = ['ec2', 'compute'] as const;
export type SavingsPlanKind = (typeof SAVINGS_PLAN_KINDS)[number];

/** A plan at work. */
export interface PlanPool {
  readonly plan: SavingsPlan;
  readonly account: string;
  readonly unusedLine: number;
  /** USD of the commitment left in the clock-hour at hand. */
  left: Money;
}

/** A use that plans of one kind may cover: at which rate, on which line, by which plans, as listed. */
export interface PlanMatch {
  readonly use: CoverableUse;
  /** USD per unit. */
  readonly rate: Money;
  readonly line: number;
  readonly pools: readonly PlanPool[];
}

/** Prepares plans. */
export function planPools({ ledger }: BillContext, plans: readonly SavingsPlan[]): PlanPool[] {
  const unusedLine = ledger.line({
    service: 'SavingsPlans',
    dimension: 'sp:unused',
    region: '-',
    az: '-',
    type: '-',
    option: 'sp',
    unit: 'USD',
    price: fraction(1n),
  });
  return plans.map((plan) => ({ plan, account: plan.account ?? DEFAULT_ACCOUNT, unusedLine, left: ZERO }));
}

/** What plans of a kind can do for a use; null when no plan fits, or the price book has no rate for it. */
export function planMatch(
  { prices, ledger }: BillContext,
  use: CoverableUse,
  kind: SavingsPlanKind,
  pools: readonly PlanPool[],
): PlanMatch | null {
  const fitting = pools.filter(({ plan }) => plan.kind === kind && fits(plan, use));
  const key = use.rateKeys[kind];
  if (fitting.length === 0 || key === null) return null;
  const rate = prices.find(key);
  if (rate === undefined) return null;
  return { use, rate, line: ledger.line({ ...use.covered, price: rate }), pools: fitting };
}

function fits(plan: SavingsPlan, { host }: CoverableUse): boolean {
  if (plan.kind === 'compute') return true;
  return host !== null && host.region === plan.region && instanceFamily(host.type) === plan.family;
}

/**
 * The order in which a kind of plan covers uses: largest saving first (1 - rate / On-Demand price), equal
 * savings by lower rate, then id, then memory before vCPUs.
 */
export function bySaving(a: PlanMatch, b: PlanMatch): number {
  // rateA / priceA < rateB / priceB, without dividing: a price may be zero.
  return (
    compare(multiply(a.rate, b.use.price), multiply(b.rate, a.use.price)) ||
    compare(a.rate, b.rate) ||
    (a.use.id === b.use.id ? a.use.tieOrder - b.use.tieOrder : a.use.id < b.use.id ? -1 : 1)
  );
}
