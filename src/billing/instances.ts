import { type BillContext, billedRange, endOf, rangeInPeriod } from './bill-context.ts';
import { type Granularity, STARTED_HOURS } from './billed-time.ts';
import type { BilledVisit, CoverableUse } from './coverable-use.ts';
import { postInstanceFees } from './instance-fees.ts';
import { instanceGranularity, isSpotHourly, spotSeconds } from './instance-time.ts';
import type { LineKey } from './ledger.ts';
import type { Money } from './money.ts';
import { instanceKey } from './price-book.ts';
import { SpotMarket, postSpot } from './spot.ts';
import {
  DEFAULT_ACCOUNT,
  type InstanceUse,
  type Platform,
  type Tenancy,
  type Usage,
  type Visit,
} from './usage.ts';

/** What all instances of one kind in one zone have in common. */
interface HostKind {
  readonly platform: Platform;
  readonly tenancy: Tenancy;
  readonly region: string;
  readonly granularity: Granularity;
  readonly isSpotHourly: boolean;
  /** On-Demand, USD per hour, and the line of that price: looked up when first needed. */
  onDemand: { readonly price: Money; readonly line: number } | null;
}

/**
 * Posts the time of instances, and the fees on them: On-Demand, Spot, Marketplace, EKS Auto Mode, ECS Managed
 * Instances, detailed monitoring. When there are commitments, On-Demand time is not posted but returned, for
 * them to cover.
 */
export function billInstances(context: BillContext, usage: Usage): CoverableUse[] {
  const { ledger } = context;
  const isCommitted = (usage.reservedInstances?.length ?? 0) + (usage.savingsPlans?.length ?? 0) > 0;
  const market = new SpotMarket(usage.spotPrices ?? []);
  const kinds: HostKinds = new Map();
  const hosts: CoverableUse[] = [];
  for (const use of usage.instances ?? []) {
    const kind = kindOf(context, kinds, use);
    if (use.option === 'spot') {
      for (const visit of use.visits) billSpotVisit(context, market, use, visit, kind);
    } else {
      const { price, line } = onDemandOf(context, use, kind);
      const visits: BilledVisit[] = [];
      for (const visit of use.visits) {
        const range = billedRange(context, visit, kind.granularity);
        if (range.to === range.from) continue;
        if (isCommitted) visits.push({ startMs: visit.startMs, ...range });
        else ledger.post(line, use.id, range.to - range.from, 3600);
      }
      if (isCommitted && visits.length > 0) hosts.push(coverable(use, price, line, visits));
    }
    if (hasFees(use)) billFees(context, use, kind);
  }
  return hosts;
}

function coverable(
  use: InstanceUse,
  price: Money,
  line: number,
  visits: readonly BilledVisit[],
): CoverableUse {
  return {
    id: use.id,
    account: use.account ?? DEFAULT_ACCOUNT,
    host: use,
    visits,
    perSecond: { units: 1, per: 3600 },
    price,
    line,
    rateKeys: { ec2: instanceKey('sp-ec2', use), compute: instanceKey('sp-compute', use) },
    covered: { ...onDemandLine(use, price), dimension: 'ec2:sp-covered', option: 'sp' },
    tieOrder: 0,
  };
}

/** By zone and type, then the few kinds there are: looked up for every instance, so without building a key. */
type HostKinds = Map<string, Map<string, HostKind[]>>;

function kindOf({ rules: { era } }: BillContext, kinds: HostKinds, use: InstanceUse): HostKind {
  const { type, platform, region, zone, tenancy } = use;
  let byType = kinds.get(zone);
  if (byType === undefined) {
    byType = new Map();
    kinds.set(zone, byType);
  }
  let candidates = byType.get(type);
  if (candidates === undefined) {
    candidates = [];
    byType.set(type, candidates);
  }
  for (const kind of candidates) {
    if (kind.platform === platform && kind.tenancy === tenancy && kind.region === region) return kind;
  }
  const granularity = instanceGranularity(type, platform, era);
  const isHourly = isSpotHourly(platform, era);
  const kind = { platform, tenancy, region, granularity, isSpotHourly: isHourly, onDemand: null };
  candidates.push(kind);
  return kind;
}

function onDemandOf({ prices, ledger }: BillContext, use: InstanceUse, kind: HostKind) {
  if (kind.onDemand === null) {
    const price = prices.need(instanceKey('ec2', use));
    kind.onDemand = { price, line: ledger.line(onDemandLine(use, price)) };
  }
  return kind.onDemand;
}

/** The line of On-Demand use: price per hour × seconds / 3600. */
export function onDemandLine(
  { region, zone, type }: { readonly region: string; readonly zone: string; readonly type: string },
  price: Money,
): LineKey {
  const service = 'AmazonEC2';
  return { service, dimension: 'ec2:on-demand', region, az: zone, type, option: 'od', unit: 'Hrs', price };
}

function billSpotVisit(
  context: BillContext,
  market: SpotMarket,
  use: InstanceUse,
  visit: Visit,
  kind: HostKind,
): void {
  const series = market.seriesOf(use);
  if (series === undefined) {
    context.problems.add('missing-price', use.id);
    return;
  }
  if (visit.startMs >= context.rules.period.endMs) return;
  const durationMs = endOf(context, visit) - visit.startMs;
  const seconds = spotSeconds(durationMs, visit.endedBy, kind.granularity, kind.isSpotHourly);
  const range = rangeInPeriod(context, visit.startMs, seconds);
  postSpot(context, use, { startMs: visit.startMs, ...range }, series, kind.isSpotHourly);
}

function hasFees(use: InstanceUse): boolean {
  const { softwarePerHour, eksAutoMode, ecsManaged, detailedMonitoring, cpuUse } = use;
  if (softwarePerHour !== undefined || cpuUse !== undefined) return true;
  return eksAutoMode === true || ecsManaged === true || detailedMonitoring === true;
}

/** Fees are owed for the time an On-Demand visit of the same length is billed, whatever the time itself costs. */
function billFees(context: BillContext, use: InstanceUse, kind: HostKind): void {
  for (const visit of use.visits) {
    postInstanceFees(context, use, {
      startMs: visit.startMs,
      endMs: endOf(context, visit),
      onDemand: billedRange(context, visit, kind.granularity),
      software: billedRange(context, visit, STARTED_HOURS),
      price: () => onDemandOf(context, use, kind).price,
    });
  }
}
