/** Jain's index of fairness: (Σx)² / (n·Σx²), from 1/n (one has it all) to 1 (all the same); null without values. */
export function jainIndex(values: readonly number[]): number | null {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? null : (sum * sum) / (values.length * squares);
}

/**
 * The dominant share: of the resources of a cluster, the largest share that somebody has. `used` and `capacity` run
 * parallel, one entry per resource; resources that there are none of do not count.
 * Source: A. Ghodsi et al., Dominant Resource Fairness, NSDI 2011
 */
export function dominantShare(used: readonly number[], capacity: readonly number[]): number {
  return used.reduce(
    (most, amount, at) => (capacity[at]! > 0 ? Math.max(most, amount / capacity[at]!) : most),
    0,
  );
}
