/**
 * Indexes of the points that no other dominates: none is at least as good in every coordinate and better in one. Lower
 * is better; `tolerance` per coordinate (0 when left out): differences up to it are ties, such as those that an interval
 * cannot tell from zero. Equal points all stay.
 */
export function paretoFront(
  points: readonly (readonly number[])[],
  tolerance: readonly number[] = [],
): number[] {
  const dominates = (a: readonly number[], b: readonly number[]) =>
    a.every((value, at) => value <= b[at]! + (tolerance[at] ?? 0)) &&
    a.some((value, at) => value < b[at]! - (tolerance[at] ?? 0));
  return points.flatMap((point, index) =>
    points.some((other, at) => at !== index && dominates(other, point)) ? [] : [index],
  );
}
