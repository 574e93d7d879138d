/**
 * The Pareto front of points that are known by samples: a point is left out when some point of the front of the means
 * is surely at least as good in every coordinate and surely better in one. What an interval cannot tell apart stays.
 * `means` holds one row per point, lower is better, every entry a number. `compare(a, b)` says of each coordinate whether
 * a is surely better (-1), surely worse (1), or neither (0). Answers the indexes of the points that stay, in order.
 */
export function sureFront(
  means: readonly (readonly number[])[],
  compare: (a: number, b: number, coordinate: number) => -1 | 0 | 1,
): number[] {
  const candidates = plainFront(means);
  const width = means[0]?.length ?? 0;
  const surelyDominates = (a: number, b: number): boolean => {
    let isBetter = false;
    for (let coordinate = 0; coordinate < width; coordinate++) {
      const sign = compare(a, b, coordinate);
      if (sign > 0) return false;
      if (sign < 0) isBetter = true;
    }
    return isBetter;
  };
  return means.flatMap((_, point) =>
    candidates.some((other) => other !== point && surelyDominates(other, point)) ? [] : [point],
  );
}

/** Points whose means no other dominates. In order of the first coordinate, a point is dominated by an earlier one only. */
function plainFront(means: readonly (readonly number[])[]): number[] {
  const order = means.map((_, point) => point).sort((a, b) => compareRows(means[a]!, means[b]!) || a - b);
  const front: number[] = [];
  for (const point of order) {
    const row = means[point]!;
    const isDominated = front.some((other) => {
      const theirs = means[other]!;
      return theirs.every((value, at) => value <= row[at]!) && theirs.some((value, at) => value < row[at]!);
    });
    if (!isDominated) front.push(point);
  }
  return front;
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) if (a[at]! !== b[at]!) return a[at]! - b[at]!;
  return 0;
}
