import { assert } from '../errors.ts';
import { normalCdf } from './special-functions.ts';

export interface MannWhitney {
  /** Pairs in which the first sample's value is larger; ties count half. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
}

/** Up to so many pairs, without ties, the distribution of U is counted; beyond, it is taken for normal. */
const EXACT_PAIRS = 900;

/**
 * Do two independent samples come from the same distribution? By ranks, so outliers weigh no more than their place.
 * Both samples hold a value at least. Exact for small samples without ties, else normal with tie and continuity
 * corrections. Source: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18, 1947
 */
export function mannWhitney(ours: readonly number[], theirs: readonly number[]): MannWhitney {
  assert(ours.length > 0 && theirs.length > 0, 'a rank test needs values on both sides');
  let u = 0;
  for (const our of ours) for (const their of theirs) u += our > their ? 1 : our === their ? 0.5 : 0;
  const pairs = ours.length * theirs.length;
  const ties = tieSizes([...ours, ...theirs]);
  const smaller = Math.min(u, pairs - u);
  if (ties.length === 0 && pairs <= EXACT_PAIRS) {
    return { u, p: Math.min(1, 2 * exactShareUpTo(smaller, ours.length, theirs.length)) };
  }
  const n = ours.length + theirs.length;
  const tied = ties.reduce((sum, size) => sum + (size * size * size - size), 0);
  const variance = (pairs / 12) * (n + 1 - tied / (n * (n - 1)));
  if (variance === 0) return { u, p: 1 };
  const z = Math.max(0, pairs / 2 - smaller - 0.5) / Math.sqrt(variance);
  return { u, p: Math.min(1, 2 * normalCdf(-z)) };
}

function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((size) => size > 1);
}

/**
 * P(U ≤ u) of two samples of m and n, by counting: of all orders the largest value is ours, above every one of theirs, or
 * theirs. ways(m, n, k) = ways(m − 1, n, k − n) + ways(m, n − 1, k).
 */
function exactShareUpTo(u: number, m: number, n: number): number {
  const most = m * n;
  const one = () => {
    const counts = new Float64Array(most + 1);
    counts[0] = 1;
    return counts;
  };
  // By the number of ours, with none of theirs yet: one order, no inversions.
  let ways = Array.from({ length: m + 1 }, one);
  for (let theirs = 1; theirs <= n; theirs++) {
    const next = [one()];
    for (let ours = 1; ours <= m; ours++) {
      const [above, without] = [next[ours - 1]!, ways[ours]!];
      next.push(without.map((count, k) => count + (k >= theirs ? above[k - theirs]! : 0)));
    }
    ways = next;
  }
  const counts = ways[m]!;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.slice(0, Math.floor(u) + 1).reduce((sum, count) => sum + count, 0) / all;
}
