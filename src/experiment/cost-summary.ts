import type { Bill } from '../billing/bill.ts';
import { type Money, ZERO, add, compare, toDecimal, toNumber } from '../billing/money.ts';
import { HOUR } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { fargateOf } from './run/fargate-machines.ts';
import { fleetOf } from './run/plan-parts.ts';
import { FARGATE_DIMENSIONS } from './stated-fargate.ts';
import type { CostCut, CostLine, CostSummary } from './result.ts';
import { STATED_DIMENSIONS } from './run-usage.ts';

/** 8760 / 12: the month that price calculators use. */
const MONTH_HOURS = 730;
const CUTS = ['service', 'option', 'type', 'az'] as const;

/** The bill of a run as plain numbers: exact total, tree, lines, cuts, who it was for. */
export function costSummary(run: ClusterRun, bill: Bill, endMs: number): CostSummary {
  const hosts = toNumber(bill.instances) + toNumber(bill.volumes);
  const { cash } = bill.account;
  const hasReservations = (run.input.plan.billing?.reservedInstances.length ?? 0) > 0;
  return {
    currency: 'USD',
    total: toDecimal(bill.total, 10),
    tree: bill.tree,
    allocation: bill.allocation.map(({ name, amount }) => {
      const usd = toNumber(amount);
      return { name, usd, share: hosts === 0 ? 0 : usd / hosts };
    }),
    roundingUsd: toNumber(bill.roundingAdded),
    lines: costLines(bill, simulatedFargate(run)),
    cuts: costCuts(run, bill),
    monthUsd: endMs === 0 ? null : (toNumber(bill.total) / (endMs / HOUR)) * MONTH_HOURS,
    cash: hasReservations
      ? { upfrontUsd: toNumber(cash.upfront), recurringUsd: toNumber(cash.recurring) }
      : null,
  };
}

function costLines({ lines }: Bill, simulated: ReadonlySet<string>): CostLine[] {
  return lines.map(({ quantity, price, amount, cents, ...key }) => ({
    ...key,
    quantity: toNumber(quantity),
    price: toDecimal(price, 10),
    usd: toNumber(amount),
    cents: Number(cents),
    stated: STATED_DIMENSIONS.has(key.dimension) && !simulated.has(key.dimension),
  }));
}

/** Dimensions of Fargate where tasks ran on it, and none are stated beside them. */
function simulatedFargate({ input: { plan, platform } }: ClusterRun): ReadonlySet<string> {
  const isSimulated = fargateOf(platform) !== undefined && (plan.billing?.fargate ?? []).length === 0;
  return new Set(isSimulated ? FARGATE_DIMENSIONS : []);
}

function costCuts(run: ClusterRun, bill: Bill): CostCut[] {
  const { ledger } = bill.account;
  return [
    ...CUTS.map((by) => cut(by, ledger.totals(by))),
    cut('instance group', bill.byPool),
    ...tagCuts(run, bill),
  ];
}

/** One cut for each label that instance groups have, as cost allocation tags do it. */
function tagCuts({ input: { plan, platform } }: ClusterRun, { byPool }: Bill): CostCut[] {
  const groups = new Map(fleetOf(plan, platform).map(({ name, labels }) => [name, labels]));
  const keys = [...new Set([...groups.values()].flatMap((labels) => [...labels.keys()]))].sort();
  return keys.map((key) => {
    const amounts = new Map<string, Money>();
    for (const [pool, amount] of byPool) {
      const value = groups.get(pool)?.get(key) ?? '-';
      amounts.set(value, add(amounts.get(value) ?? ZERO, amount));
    }
    return cut(`tag ${key}`, amounts);
  });
}

/** Dearest first, equal amounts by name. */
function cut(by: string, amounts: ReadonlyMap<string, Money>): CostCut {
  const parts = [...amounts].sort(([a, x], [b, y]) => compare(y, x) || (a < b ? -1 : 1));
  return { by, parts: parts.map(([name, amount]) => ({ name, usd: toNumber(amount) })) };
}
