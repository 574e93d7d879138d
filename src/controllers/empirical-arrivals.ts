import { InputError } from '../errors.ts';
import type { MeasuredDistribution } from '../model/measured-distribution.ts';
import type { Overflow } from '../model/overflow.ts';
import { TraceRows, type TraceTable } from '../model/trace-table.ts';

/** More would take days. */
const MAX_ARRIVALS = 1e8;

export interface EmpiricalArrivalsOptions {
  /** Factor on the counts, above 0. */
  readonly scale: number;
  /** Uniform in [0, 1). Asked twice per task: for its arrival within the bin, then for its lifetime in the class. */
  readonly draw: () => number;
  /** Where rows go that memory should not hold; undefined: nowhere. */
  readonly overflow?: Overflow;
}

/**
 * A workload with the measured joint counts of (bin, size, lifetime). Arrivals are uniform in their bin, lifetimes
 * uniform in their class; the open class runs to the end. At scale 1 every count is met exactly. At another scale the
 * rounding of one count is carried to the next in file order, so that after every row of the counts the number of
 * tasks so far is round(scale × count so far): totals and every large marginal are right to within one task.
 * Errors: E1103 when the scale makes more than 1e8 tasks.
 */
export function empiricalArrivals(
  distribution: MeasuredDistribution,
  { scale, draw, overflow }: EmpiricalArrivalsOptions,
): TraceTable {
  const { binMs, sizes, lifetimes, counts } = distribution;
  const rows = new TraceRows({ overflow });
  const shapes = sizes.map(({ cpuMilli, memoryBytes }) => rows.shapeOf(cpuMilli, memoryBytes, null));
  const total = counts.reduce((sum, [, , , count]) => sum + count, 0);
  if (!(total * scale <= MAX_ARRIVALS)) {
    const message = `the scale ${scale} makes ${total} arrivals more than ${MAX_ARRIVALS}`;
    throw new InputError([{ severity: 'error', code: 'E1103', message, path: 'scale' }]);
  }
  let counted = 0;
  let made = 0;
  for (const [bin, size, lifetime, count] of counts) {
    counted += count;
    const wanted = Math.round(scale * counted);
    const { fromMs, toMs } = lifetimes[lifetime]!;
    for (; made < wanted; made++) {
      const submitMs = bin * binMs + Math.floor(draw() * binMs);
      const position = draw();
      const runtimeMs =
        toMs === null ? Number.POSITIVE_INFINITY : fromMs + Math.floor(position * (toMs - fromMs));
      rows.add(submitMs, runtimeMs, shapes[size]!);
    }
  }
  return rows.finish(made, []);
}
