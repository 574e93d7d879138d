import type { BillContext } from './bill-context.ts';
import { type HourStretch, clockHourStretches } from './clock-hours.ts';
import type { CoverableUse } from './coverable-use.ts';
import { type Fraction, ZERO, compare, divide, least, multiply, reduce, subtract, whole } from './money.ts';
import { normalisedQuarters } from './normalisation.ts';
import {
  type ReservationMatch,
  type ReservationPool,
  isInForce,
  reservationMatches,
  reservationPools,
} from './reserved-instances.ts';
import {
  type PlanMatch,
  type PlanPool,
  SAVINGS_PLAN_KINDS,
  type SavingsPlanKind,
  bySaving,
  planMatch,
  planPools,
} from './savings-plans.ts';
import type { Usage } from './usage.ts';

/** A use with everything that may cover it. */
interface Claim {
  readonly use: CoverableUse;
  readonly quarters: number;
  readonly zonal: readonly ReservationMatch[];
  readonly regional: readonly ReservationMatch[];
  readonly plans: Readonly<Record<SavingsPlanKind, { readonly match: PlanMatch; rank: number } | null>>;
}

/** A use in the clock-hour at hand. */
interface HourlyClaim {
  readonly claim: Claim;
  /** Not covered by reservations, in quarter unit-seconds. */
  uncovered: number;
  /** Not covered by anything, in units of the price; set when reservations are done. */
  open: Fraction;
}

/**
 * Covers On-Demand use by what the accounts committed to, hour by hour of the clock: zonal Reserved Instances,
 * regional ones, EC2 Instance Savings Plans, Compute Savings Plans; each step first for the account's own use,
 * then, when sharing is on, for the others'. Posts what is covered, what no commitment covered, and what no
 * use drew. Source: AWS EC2 user guide of 2023-06, apply_ri.md; AWS Savings Plans user guide, sp-applying.
 */
export function billCommitments(context: BillContext, usage: Usage, uses: readonly CoverableUse[]): void {
  const reservations = reservationPools(context, usage.reservedInstances ?? []);
  const plans = planPools(context, usage.savingsPlans ?? []);
  if (reservations.length + plans.length === 0) return;
  const claims = rankedClaims(context, uses, reservations, plans);
  const commitments = [...(usage.reservedInstances ?? []), ...(usage.savingsPlans ?? [])];
  for (const stretch of clockHourStretches(context, uses, commitments)) {
    billHour(context, stretch, claims, reservations, plans);
  }
}

/** Claims in the order of the uses; each knows its place in the order of every step. */
function rankedClaims(
  context: BillContext,
  uses: readonly CoverableUse[],
  reservations: readonly ReservationPool[],
  plans: readonly PlanPool[],
): Claim[] {
  const claims = uses.map((use): Claim => {
    const matches = reservationMatches(context, use, reservations);
    const byKind = (kind: SavingsPlanKind) => {
      const match = planMatch(context, use, kind, plans);
      return match === null ? null : { match, rank: 0 };
    };
    return {
      use,
      quarters: (use.host && normalisedQuarters(use.host.type)) ?? 1,
      zonal: matches.filter(({ pool }) => pool.reservation.zone !== null),
      regional: matches.filter(({ pool }) => pool.reservation.zone === null),
      plans: { ec2: byKind('ec2'), compute: byKind('compute') },
    };
  });
  for (const kind of SAVINGS_PLAN_KINDS) {
    claims
      .flatMap(({ plans: byKind }) => byKind[kind] ?? [])
      .sort((a, b) => bySaving(a.match, b.match))
      .forEach((entry, rank) => {
        entry.rank = rank;
      });
  }
  return claims;
}

function billHour(
  context: BillContext,
  { hour, hours, seconds }: HourStretch,
  claims: readonly Claim[],
  reservations: readonly ReservationPool[],
  plans: readonly PlanPool[],
): void {
  const { ledger, rules } = context;
  for (const pool of reservations) {
    const { count } = pool.reservation;
    pool.left = isInForce(pool.reservation, hour, rules) ? count * pool.quarters * 3600 : 0;
  }
  for (const pool of plans) pool.left = isInForce(pool.plan, hour, rules) ? pool.plan.commitment : ZERO;

  const hourly = [...seconds].map(([index, count]): HourlyClaim => {
    const claim = claims[index]!;
    return { claim, uncovered: claim.quarters * count, open: ZERO };
  });
  const reservable = hourly
    .filter(({ claim }) => claim.zonal.length + claim.regional.length > 0)
    .sort(bySize);
  for (const step of ['zonal', 'regional'] as const) {
    forOwnersThenOthers(context, (isOwn) => reserve(context, reservable, step, isOwn, hours));
  }
  for (const one of hourly) {
    const { perSecond } = one.claim.use;
    one.open = reduce({
      numerator: BigInt(one.uncovered) * BigInt(perSecond.units),
      denominator: BigInt(one.claim.quarters) * BigInt(perSecond.per),
    });
  }
  for (const kind of SAVINGS_PLAN_KINDS) {
    const eligible = hourly
      .filter(({ claim }) => claim.plans[kind] !== null)
      .sort((a, b) => a.claim.plans[kind]!.rank - b.claim.plans[kind]!.rank);
    forOwnersThenOthers(context, (isOwn) => draw(context, eligible, kind, isOwn, hours));
  }
  for (const { claim, open } of hourly) {
    ledger.postExact(claim.use.line, claim.use.id, multiply(open, whole(hours)));
  }
  for (const { reservation, left, quarters, unusedLine } of reservations) {
    ledger.post(unusedLine, reservation.id, left * hours, quarters * 3600);
  }
  for (const { plan, left, unusedLine } of plans) {
    ledger.postExact(unusedLine, plan.id, multiply(left, whole(hours)));
  }
}

function forOwnersThenOthers({ rules }: BillContext, step: (isOwn: boolean) => void): void {
  step(true);
  if (rules.sharing) step(false);
}

/** Smallest size first, then by type and id. */
function bySize(a: HourlyClaim, b: HourlyClaim): number {
  const [useA, useB] = [a.claim.use, b.claim.use];
  const [typeA, typeB] = [useA.host!.type, useB.host!.type];
  if (a.claim.quarters !== b.claim.quarters) return a.claim.quarters - b.claim.quarters;
  if (typeA !== typeB) return typeA < typeB ? -1 : 1;
  return useA.id < useB.id ? -1 : 1;
}

/** Every use in turn takes from each matching reservation, as listed, what it has left. */
function reserve(
  { ledger }: BillContext,
  hourly: readonly HourlyClaim[],
  step: 'zonal' | 'regional',
  isOwn: boolean,
  hours: number,
): void {
  for (const one of hourly) {
    const { use, quarters } = one.claim;
    for (const { pool, line } of one.claim[step]) {
      if (one.uncovered === 0) break;
      if ((pool.account === use.account) !== isOwn) continue;
      const taken = Math.min(pool.left, one.uncovered);
      pool.left -= taken;
      one.uncovered -= taken;
      ledger.post(line, use.id, taken * hours, quarters * 3600);
    }
  }
}

/** Every use in turn draws on each matching plan, as listed, at the plan's rate. */
function draw(
  { ledger }: BillContext,
  hourly: readonly HourlyClaim[],
  kind: SavingsPlanKind,
  isOwn: boolean,
  hours: number,
): void {
  for (const one of hourly) {
    const { use } = one.claim;
    const { rate, line, pools } = one.claim.plans[kind]!.match;
    for (const pool of pools) {
      if (one.open.numerator === 0n) break;
      if ((pool.account === use.account) !== isOwn || !isInForceWith(pool)) continue;
      const cost = least(multiply(rate, one.open), pool.left);
      const quantity = compare(cost, pool.left) < 0 || rate.numerator === 0n ? one.open : divide(cost, rate);
      pool.left = reduce(subtract(pool.left, cost));
      one.open = reduce(subtract(one.open, quantity));
      ledger.postExact(line, use.id, multiply(quantity, whole(hours)));
    }
  }
}

/** A plan that is spent, or not in force, covers nothing, not even use at a rate of zero. */
function isInForceWith({ left }: PlanPool): boolean {
  return left.numerator > 0n;
}
