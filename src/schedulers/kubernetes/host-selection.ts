import type { RandomDraws } from '../scheduler.ts';

/**
 * How one of several best nodes is taken. `kube` as the version of kube-scheduler does: since 1.35 by the shape of a
 * heap, up to 1.34 at random. `first` and `last` in the order of the node list. `random` with one draw. `shuffled` by an
 * order of the nodes that looks random and stays as it is: that of their scrambled numbers.
 */
export type Selection = 'heap' | 'reservoir' | 'first' | 'last' | 'random' | 'shuffled';

/** The nodes that were found, by slot, in the order of the totals; and the number of each slot's instance. */
export interface Found {
  readonly slots: ArrayLike<number>;
  readonly instanceIds: ArrayLike<number>;
}

/**
 * The index of the chosen one among `count` totals in the order of the search. From `wrapAt` on it had come round to
 * the beginning of the node list (`count` when it had not).
 */
export function selectHost(
  totals: Float64Array,
  count: number,
  wrapAt: number,
  selection: Selection,
  random: RandomDraws,
  found: Found,
): number {
  if (selection === 'heap') return firstInPreorder(totals, count);
  let best = totals[0]!;
  let ties = 1;
  for (let i = 1; i < count; i++) {
    if (totals[i]! > best) {
      best = totals[i]!;
      ties = 1;
    } else if (totals[i] === best) ties += 1;
  }
  switch (selection) {
    case 'reservoir':
      return reservoir(totals, count, best, random);
    case 'first':
      return either(indexWithin(totals, best, wrapAt, count), indexWithin(totals, best, 0, wrapAt));
    case 'last':
      return either(lastIndexWithin(totals, best, 0, wrapAt), lastIndexWithin(totals, best, wrapAt, count));
    case 'random':
      return nth(totals, best, ties === 1 ? 0 : Math.floor(random.double() * ties));
    case 'shuffled':
      return foremost(totals, count, best, found);
  }
}

/** The best one whose scrambled number is lowest. */
function foremost(totals: Float64Array, count: number, best: number, { slots, instanceIds }: Found): number {
  let chosen = -1;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    if (totals[i] !== best) continue;
    const number = scrambled(instanceIds[slots[i]!]!);
    if (number >= lowest) continue;
    chosen = i;
    lowest = number;
  }
  return chosen;
}

/** A permutation of the 32-bit integers without visible order: the last steps of MurmurHash3 (A. Appleby, public domain). */
function scrambled(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * The root of the heap that Go's container/heap makes of the totals, found without making it. Sifting down moves a
 * child up only if it is strictly better, and the right one only if it is strictly better than the left; so the root
 * of a subtree is its own best if that is the best of all, else the left subtree's, else the right one's. That is the
 * first of the best in preorder. Of two equals i < j (counted from 1) the second comes first only if its ancestor on the
 * level of i is further left than i.
 * Source: kubernetes v1.36.2 pkg/scheduler/schedule_one.go (selectHost), go1.26 container/heap/heap.go
 */
function firstInPreorder(totals: Float64Array, count: number): number {
  let best = totals[0]!;
  let first = 1;
  for (let i = 2; i <= count; i++) {
    const total = totals[i - 1]!;
    if (total < best) continue;
    if (total > best || i >> (Math.clz32(first) - Math.clz32(i)) < first) {
      best = total;
      first = i;
    }
  }
  return first - 1;
}

/**
 * Each further best one replaces the candidate with probability 1/2, 1/3, ..., one draw each. Upstream goes through the
 * ties in the order in which the heap gives them up, which uniform draws cannot tell from the order of the list.
 * Source: kubernetes v1.34.7 pkg/scheduler/schedule_one.go, selectHost
 */
function reservoir(totals: Float64Array, count: number, best: number, random: RandomDraws): number {
  let chosen = nth(totals, best, 0);
  let seen = 1;
  for (let i = chosen + 1; i < count; i++) {
    if (totals[i] !== best) continue;
    seen += 1;
    if (random.double() * seen < 1) chosen = i;
  }
  return chosen;
}

/** The first choice if there is one. */
function either(first: number, second: number): number {
  return first >= 0 ? first : second;
}

function indexWithin(totals: Float64Array, best: number, from: number, to: number): number {
  for (let i = from; i < to; i++) if (totals[i] === best) return i;
  return -1;
}

function lastIndexWithin(totals: Float64Array, best: number, from: number, to: number): number {
  for (let i = to - 1; i >= from; i--) if (totals[i] === best) return i;
  return -1;
}

/** The index of the n-th (from 0) total that equals the best. */
function nth(totals: Float64Array, best: number, n: number): number {
  let i = totals.indexOf(best);
  for (let left = n; left > 0; left--) i = totals.indexOf(best, i + 1);
  return i;
}
