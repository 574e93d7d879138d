import { DAY } from '../units.ts';

/** A part of a stretch of time: an instant that stands for it, and its share of what is spread over the whole. */
export interface TimeShare {
  readonly atMs: number;
  /** Whole part of an amount that is spread evenly; the parts of all shares sum to the amount. */
  readonly share: (amount: bigint) => number;
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** The calendar months (UTC) that a stretch touches, each standing at its first instant inside. */
export function monthsOf({ startMs, endMs }: Stretch): TimeShare[] {
  const edges = [startMs];
  const first = new Date(startMs);
  for (let month = first.getUTCMonth() + 1; ; month++) {
    const atMs = Date.UTC(first.getUTCFullYear(), month);
    if (atMs >= endMs) break;
    edges.push(atMs);
  }
  edges.push(endMs);
  return sharesBetween(edges, (from) => from);
}

/** The days of a stretch, counted from its start, each standing at its middle. */
export function daysOf({ startMs, endMs }: Stretch): TimeShare[] {
  const edges = [startMs];
  for (let atMs = startMs + DAY; atMs < endMs; atMs += DAY) edges.push(atMs);
  edges.push(endMs);
  return sharesBetween(edges, (from, to) => Math.floor((from + to) / 2));
}

function sharesBetween(
  edges: readonly number[],
  standsAt: (from: number, to: number) => number,
): TimeShare[] {
  const [startMs, endMs] = [edges[0]!, edges[edges.length - 1]!];
  if (endMs <= startMs) return [];
  const length = BigInt(endMs - startMs);
  const before = (amount: bigint, ms: number) => (amount * BigInt(ms - startMs)) / length;
  return edges.slice(1).map((to, index) => {
    const from = edges[index]!;
    const share = (amount: bigint) => Number(before(amount, to) - before(amount, from));
    return { atMs: standsAt(from, to), share };
  });
}

/** An amount in whole parts by weight; they sum to it. All of it goes to the first when no weight is above 0. */
export function shareOut(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) return weights.map((_, index) => (index === 0 ? amount : 0n));
  let passed = 0n;
  return weights.map((weight) => {
    const before = (amount * passed) / total;
    passed += weight;
    return (amount * passed) / total - before;
  });
}
