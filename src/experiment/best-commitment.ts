import {
  type Fraction,
  type Money,
  ZERO,
  add,
  compare,
  divide,
  fraction,
  multiply,
  reduce,
  subtract,
  whole,
} from '../billing/money.ts';
import { normalisedQuarters } from '../billing/normalisation.ts';

/** On-Demand seconds of one type in one clock-hour, at its prices per hour. */
export interface HourlyUse {
  readonly type: string;
  readonly seconds: number;
  readonly onDemand: Money;
  /** Under the commitment that is looked at. */
  readonly rate: Money;
}

/** A clock-hour of a run: what ran On-Demand in it. Hours in which nothing ran are there too, and cost a commitment. */
export type HourProfile = readonly HourlyUse[];

/** AWS takes commitments in thousandths of a dollar (chosen: what its console offers). */
const STEP_PER_USD = 1000n;

/**
 * The hourly commitment of one Savings Plan that makes use and plan cheapest, exactly: 0 when none pays.
 *
 * The cost of a commitment c is, over the hours, c and what it does not cover at On-Demand; the use that saves most is
 * covered first (AWS Savings Plans user guide, "How Savings Plans apply to your usage"). That is convex and piecewise
 * linear in c, with a corner wherever some use of some hour is fully covered: walking the corners in order until the
 * slope is no longer negative finds the minimum. The cheaper of the two whole thousandths around it is the answer, for
 * a convex function has no better one. Linear in hours × types, and their sorting.
 */
export function bestPlanCommitment(profile: readonly HourProfile[]): Money {
  const corners: { readonly at: Fraction; readonly slopeGain: Fraction }[] = [];
  let slope: Fraction = whole(profile.length);
  for (const hour of profile) {
    const uses = hour.filter(({ rate }) => rate.numerator > 0n).toSorted(bySaving);
    let at: Fraction = ZERO;
    uses.forEach((use, index) => {
      if (index === 0) slope = reduce(subtract(slope, yieldOf(use)));
      at = reduce(add(at, costOf(use.rate, use.seconds)));
      const next = uses[index + 1];
      corners.push({ at, slopeGain: subtract(yieldOf(use), next === undefined ? ZERO : yieldOf(next)) });
    });
  }
  corners.sort((a, b) => compare(a.at, b.at));
  let best: Fraction = ZERO;
  for (const { at, slopeGain } of corners) {
    if (slope.numerator >= 0n) break;
    best = at;
    slope = reduce(add(slope, slopeGain));
  }
  return onGrid(best, (commitment) => planCost(profile, commitment));
}

/** What the hours cost under a Savings Plan of `commitment` USD per hour. Exact. */
export function planCost(profile: readonly HourProfile[], commitment: Money): Money {
  let total: Money = ZERO;
  for (const hour of profile) {
    let left = commitment;
    total = add(total, commitment);
    for (const use of hour.toSorted(bySaving)) {
      const cost = costOf(use.rate, use.seconds);
      const taken = compare(cost, left) < 0 ? cost : left;
      left = subtract(left, taken);
      const covered = use.rate.numerator === 0n ? ZERO : divide(taken, use.rate);
      const open = subtract(hoursOf(use.seconds), covered);
      total = reduce(add(total, multiply(use.onDemand, open)));
    }
  }
  return total;
}

/** Largest saving first, as plans are applied; equal ones by rate. */
function bySaving(a: HourlyUse, b: HourlyUse): number {
  return (
    compare(multiply(a.rate, b.onDemand), multiply(b.rate, a.onDemand)) ||
    compare(a.rate, b.rate) ||
    (a.type < b.type ? -1 : a.type > b.type ? 1 : 0)
  );
}

/** On-Demand dollars that a dollar of the plan stands for. */
function yieldOf({ onDemand, rate }: HourlyUse): Fraction {
  return divide(onDemand, rate);
}

function hoursOf(seconds: number): Fraction {
  return fraction(BigInt(seconds), 3600n);
}

function costOf(price: Money, seconds: number): Money {
  return multiply(price, hoursOf(seconds));
}

function onGrid(best: Fraction, cost: (commitment: Money) => Money): Money {
  const steps = (best.numerator * STEP_PER_USD) / best.denominator;
  const [below, above] = [fraction(steps, STEP_PER_USD), fraction(steps + 1n, STEP_PER_USD)];
  return compare(cost(below), cost(above)) <= 0 ? below : above;
}

/**
 * How many Reserved Instances of one type make use and reservations cheapest, exactly, and what the hours then cost. A
 * reservation covers its type, or, when `isFlexible`, every size of its family by normalised units, smallest size first
 * (AWS EC2 user guide, apply_ri.md). `effective` is the price of a reservation for an hour, used or not. Every number up
 * to the most that any hour could use is tried. Equal cost: the smaller number.
 */
export function bestReservationCount(
  profile: readonly HourProfile[],
  reservation: { readonly type: string; readonly effective: Money; readonly isFlexible: boolean },
): { readonly count: number; readonly cost: Money } {
  const own = normalisedQuarters(reservation.type) ?? 1;
  const unitsOf = ({ type }: HourlyUse) => (reservation.isFlexible ? (normalisedQuarters(type) ?? 1) : 1);
  const ownUnits = reservation.isFlexible ? own : 1;
  const hours = profile.map((hour) =>
    hour
      .filter(({ type }) => reservation.isFlexible || type === reservation.type)
      .toSorted((a, b) => unitsOf(a) - unitsOf(b) || (a.type < b.type ? -1 : 1)),
  );
  const unitSeconds = hours.map((hour) => hour.reduce((sum, use) => sum + use.seconds * unitsOf(use), 0));
  const most = Math.ceil(unitSeconds.reduce((max, units) => Math.max(max, units), 0) / (ownUnits * 3600));
  let best = { count: 0, cost: openCost(profile) };
  const everything = best.cost;
  for (let count = 1; count <= most; count++) {
    let saved: Money = ZERO;
    for (const hour of hours) {
      let left = count * ownUnits * 3600;
      for (const use of hour) {
        const taken = Math.min(left, use.seconds * unitsOf(use));
        left -= taken;
        saved = add(saved, multiply(use.onDemand, fraction(BigInt(taken), BigInt(unitsOf(use) * 3600))));
      }
    }
    const paid = multiply(reservation.effective, whole(count * profile.length));
    const cost = reduce(subtract(add(everything, paid), saved));
    if (compare(cost, best.cost) < 0) best = { count, cost };
  }
  return best;
}

/** What the hours cost without any commitment. */
export function openCost(profile: readonly HourProfile[]): Money {
  let total: Money = ZERO;
  for (const hour of profile) for (const use of hour) total = add(total, costOf(use.onDemand, use.seconds));
  return reduce(total);
}
