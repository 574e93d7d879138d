import { squared } from '../../statistics/descriptive.ts';

/** Samples of points that are to be compared: the same seeds for all, lower is better. */
export interface FrontSamples {
  readonly points: number;
  readonly seeds: number;
  /** One per coordinate: the seeds of point 0, those of point 1, ... Every entry is a number. */
  readonly columns: readonly Float64Array[];
  /** Of Student's t with `seeds - 1` degrees of freedom, for the half-width of an interval; not used with one seed. */
  readonly quantile: number;
}

/**
 * The Pareto front of points that are known by samples: a point is left out when some point of the front of the means
 * is surely at least as good in every coordinate and surely better in one. What the interval of the paired differences
 * cannot tell from zero counts as equal, so that chance neither puts a point on the front nor takes one off. Answers
 * the indexes of the points that stay, in order. Time grows with points × points on the front × seeds.
 */
export function sureFront(samples: FrontSamples): number[] {
  const { means, reaches } = momentsOf(samples);
  const candidates = plainFront(means, samples.points);
  const isSurelyWorse = (a: number, b: number): boolean => {
    for (let at = 0; at < means.length; at++) {
      const [mean, reach] = [means[at]!, reaches[at]!];
      if (mean[a]! - mean[b]! > reach[a]! + reach[b]!) return true;
    }
    return false;
  };
  const stays: number[] = [];
  for (let point = 0; point < samples.points; point++) {
    const isLeftOut = candidates.some(
      (other) => other !== point && !isSurelyWorse(other, point) && surelyDominates(samples, other, point),
    );
    if (!isLeftOut) stays.push(point);
  }
  return stays;
}

/**
 * Means, and how far each point reaches: the half-width of its own interval. A difference deviates by no more than both
 * sides together, so beyond the sum of the two reaches it is sure, whatever the pairs look like.
 */
function momentsOf({ columns, points, seeds, quantile }: FrontSamples): {
  readonly means: readonly Float64Array[];
  readonly reaches: readonly Float64Array[];
} {
  const means = columns.map(() => new Float64Array(points));
  const reaches = columns.map(() => new Float64Array(points));
  columns.forEach((column, at) => {
    for (let point = 0; point < points; point++) {
      const own = column.subarray(point * seeds, (point + 1) * seeds);
      const mean = own.reduce((sum, value) => sum + value, 0) / seeds;
      means[at]![point] = mean;
      if (seeds < 2) continue;
      const squares = own.reduce((sum, value) => sum + squared(value - mean), 0);
      reaches[at]![point] = quantile * Math.sqrt(squares / (seeds - 1) / seeds);
    }
  });
  return { means, reaches };
}

function surelyDominates({ columns, seeds, quantile }: FrontSamples, a: number, b: number): boolean {
  let isBetter = false;
  for (const column of columns) {
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) sum += column[a * seeds + seed]! - column[b * seeds + seed]!;
    const mean = sum / seeds;
    let squares = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const rest = column[a * seeds + seed]! - column[b * seeds + seed]! - mean;
      squares += squared(rest);
    }
    const halfWidth = seeds < 2 ? 0 : quantile * Math.sqrt(squares / (seeds - 1) / seeds);
    if (mean > halfWidth) return false;
    if (mean < -halfWidth) isBetter = true;
  }
  return isBetter;
}

/** Points whose means no other dominates. In order of the first coordinate, a point is dominated by an earlier one only. */
function plainFront(means: readonly Float64Array[], points: number): number[] {
  const compare = (a: number, b: number): number => {
    for (const column of means) if (column[a]! !== column[b]!) return column[a]! - column[b]!;
    return a - b;
  };
  const dominates = (a: number, b: number): boolean => {
    let isBetter = false;
    for (const column of means) {
      if (column[a]! > column[b]!) return false;
      if (column[a]! < column[b]!) isBetter = true;
    }
    return isBetter;
  };
  const front: number[] = [];
  for (const point of Uint32Array.from({ length: points }, (_, index) => index).sort(compare)) {
    if (!front.some((other) => dominates(other, point))) front.push(point);
  }
  return front;
}
