import type { BillContext } from './bill-context.ts';
import { Problems } from './billing-problem.ts';
import { billCapacityReservations } from './capacity-reservations.ts';
import { checkUsage } from './check-usage.ts';
import { billCloudWatch } from './cloudwatch.ts';
import { billCommitments } from './commitments.ts';
import { billTransfers } from './data-transfer.ts';
import { billEksClusters } from './eks-clusters.ts';
import { billExternalInstances } from './ecs-anywhere.ts';
import { billRepositories } from './ecr.ts';
import { billFargate } from './fargate.ts';
import { billInstances } from './instances.ts';
import { type BillLine, Ledger } from './ledger.ts';
import type { ExpiredImage } from './lifecycle-policy.ts';
import { billLoadBalancers } from './load-balancers.ts';
import { billLogGroups } from './log-groups.ts';
import { type Money, ZERO } from './money.ts';
import { billNatGateways } from './nat-gateways.ts';
import { type PriceBook, Prices } from './price-book.ts';
import { billAddresses } from './public-addresses.ts';
import { type CashPayments, reservedInstancePayments } from './reserved-instances.ts';
import { billSnapshots } from './snapshots.ts';
import type { BillRules, Usage } from './usage.ts';
import { billVolumes } from './volumes.ts';

/** What AWS asks for, and the postings it consists of. */
export interface AccountBill {
  readonly lines: readonly BillLine[];
  readonly total: Money;
  /** As printed: the sum of the printed lines. */
  readonly totalCents: bigint;
  /** What is paid for Reserved Instances in the period; the lines above spread it over the term. */
  readonly cash: CashPayments;
  /** Images that lifecycle policies deleted, by repository, in order of rule, then oldest first. */
  readonly expired: ReadonlyMap<string, readonly ExpiredImage[]>;
  /** For cuts by resource and by anything that the caller knows of resources. */
  readonly ledger: Ledger;
}

/** One bill, alone: everything used is owed on it, today's rules, no free amounts. */
export const DEFAULT_RULES: Omit<BillRules, 'period'> = {
  era: 'per-second',
  spotPrice: 'integrated',
  sharing: true,
  eksHours: 'prorate',
  internetFreeGb: ZERO,
  ecrFreeGbPrivate: ZERO,
  ecrFreeGbPublic: ZERO,
  eksSupport: new Map(),
  tail: 'cut',
};

/**
 * The bill of an account for a period: usage and commitments at the prices of a book, in exact fractions. Needs
 * nothing but its arguments: what if another price list, another reservation, another Savings Plan is another
 * call with the same usage.
 *
 * Throws BillingError with everything that cannot be billed, every missing price among it: none is ever taken
 * for zero. Linear in the usage; with commitments also in (clock-hours in which anything starts or ends) × usage.
 */
export function accountBill(usage: Usage, book: PriceBook, rules: BillRules): AccountBill {
  const problems = new Problems();
  checkUsage(usage, rules, problems);
  problems.throwIfAny();

  const ledger = new Ledger();
  const cutMs = rules.tail === 'owed' ? Number.POSITIVE_INFINITY : rules.period.endMs;
  const context: BillContext = { rules, prices: new Prices(book, problems), ledger, problems, cutMs };
  const hosts = billInstances(context, usage);
  billCapacityReservations(context, usage);
  const fargate = billFargate(context, usage);
  billCommitments(context, usage, [...hosts, ...fargate]);
  billVolumes(context, usage.volumes ?? []);
  billSnapshots(context, usage.snapshotSets ?? []);
  billLoadBalancers(context, usage.loadBalancers ?? []);
  billAddresses(context, usage.addresses ?? []);
  billNatGateways(context, usage.natGateways ?? []);
  billTransfers(context, usage.transfers ?? []);
  billEksClusters(context, usage.eksClusters ?? []);
  billExternalInstances(context, usage.externalInstances ?? []);
  const expired = billRepositories(context, usage.repositories ?? []);
  billCloudWatch(context, usage.cloudwatch ?? []);
  billLogGroups(context, usage.logGroups ?? []);
  problems.throwIfAny();

  const lines = ledger.lines();
  return {
    lines,
    total: ledger.total(),
    totalCents: lines.reduce((sum, { cents }) => sum + cents, 0n),
    cash: reservedInstancePayments(usage.reservedInstances ?? [], rules.period),
    expired,
    ledger,
  };
}
