import { assert, unreachable } from '../../errors.ts';
import { RandomStreams } from '../../kernel/random-streams.ts';
import type { Axis } from './axis.ts';
import { PERMUTATION_KEYS, permutation } from './permutation.ts';

/**
 * Which points of the parameter space a sweep visits. A point is found from its index alone, nothing is listed.
 *
 * | kind | points | point i |
 * |---|---|---|
 * | grid | product of the level counts | the digits of i, the last parameter fastest |
 * | list | the level count, the same for all | level i of every parameter |
 * | random | as asked | independent uniform draws |
 * | lhs | as asked, n | Latin hypercube: of the n equal parts of every parameter's range each is met once |
 * | sobol | n · (parameters + 2) | Saltelli's samples A, B, and A with one column of B each, for Sobol' indices |
 */
export type Design =
  | { readonly kind: 'grid' | 'list' }
  | { readonly kind: DrawnKind; readonly points: number; readonly seed: number };

export type DrawnKind = 'random' | 'lhs' | 'sobol';
export const DESIGN_KINDS = ['grid', 'list', 'random', 'lhs', 'sobol'] as const;

/** What a design makes of the parameters. */
export interface Points {
  readonly count: number;
  /** The level of every parameter, in their order. */
  levelsAt(point: number): number[];
}

/** The points of a design; a `list` needs parameters with equal numbers of values. */
export function pointsOf(design: Design, axes: readonly Axis[]): Points {
  switch (design.kind) {
    case 'grid':
      return grid(axes);
    case 'list':
      assert(
        axes.every(({ count }) => count === axes[0]!.count),
        'parameters of a list have equally many values',
      );
      return { count: axes[0]?.count ?? 1, levelsAt: (point) => axes.map(() => point) };
    case 'random':
    case 'lhs':
    case 'sobol': {
      const { count, unitPointAt } = drawn(design, axes);
      // u < 1 - 2^-54, and the counts are far below 2^53: the product stays below the count.
      const levelsAt = (point: number) =>
        unitPointAt(point).map((u, axis) => Math.floor(u * axes[axis]!.count));
      return { count, levelsAt };
    }
    default:
      return unreachable(design);
  }
}

function grid(axes: readonly Axis[]): Points {
  const levelsAt = (point: number) => {
    const levels = new Array<number>(axes.length);
    let rest = point;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const { count } = axes[axis]!;
      levels[axis] = rest % count;
      rest = Math.floor(rest / count);
    }
    return levels;
  };
  return { count: axes.reduce((product, { count }) => product * count, 1), levelsAt };
}

/** Points in the unit cube [0, 1)^k, one coordinate per parameter. */
export interface UnitPoints {
  readonly count: number;
  unitPointAt(point: number): number[];
}

/** The drawn points before they become levels. Streams are named by design, parameter and, as replication, the row. */
export function drawn(
  { kind, points, seed }: Extract<Design, { points: number }>,
  axes: readonly Axis[],
): UnitPoints {
  const draw = (source: string, row: number, path: string) =>
    new RandomStreams(seed, row).stream(source, path).double();
  switch (kind) {
    case 'random':
      return {
        count: points,
        unitPointAt: (point) => axes.map(({ path }) => draw('sweep random', point, path)),
      };
    case 'lhs': {
      const orders = axes.map(({ path }) => {
        const stream = new RandomStreams(seed, 0).stream('sweep order', path);
        return permutation(
          points,
          Array.from({ length: PERMUTATION_KEYS }, () => stream.below(2 ** 32)),
        );
      });
      const unitPointAt = (point: number) =>
        axes.map(({ path }, axis) => {
          const part = orders[axis]!(point);
          // The sum may round up to the next part.
          return Math.min((part + draw('sweep lhs', point, path)) / points, below((part + 1) / points));
        });
      return { count: points, unitPointAt };
    }
    case 'sobol': {
      const unitPointAt = (point: number) => {
        const { row, fromB } = sobolRow(point, points);
        return axes.map(({ path }, axis) =>
          draw(fromB === 'all' || fromB === axis ? 'sweep sobol b' : 'sweep sobol a', row, path),
        );
      };
      return { count: points * (axes.length + 2), unitPointAt };
    }
    default:
      return unreachable(kind);
  }
}

/** The largest double below, of a number in (0, 1]. */
function below(number: number): number {
  return number * (1 - 2 ** -53);
}

/** What a point of a sobol design of `rows` rows is made of: its row, and the columns that come from the second sample. */
export function sobolRow(
  point: number,
  rows: number,
): { readonly row: number; readonly fromB: 'none' | 'all' | number } {
  const block = Math.floor(point / rows);
  return { row: point % rows, fromB: block === 0 ? 'none' : block === 1 ? 'all' : block - 2 };
}
