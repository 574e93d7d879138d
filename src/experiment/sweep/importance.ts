import { squared } from '../../statistics/descriptive.ts';
import { sobolIndices } from '../../statistics/sobol-indices.ts';
import type { Importance } from './answer.ts';
import type { SweepValues } from './sweep-values.ts';

/** Groups that the levels of a drawn parameter fall into: enough to see a bend, few enough to hold many points each. */
const GROUPS = 8;

/**
 * Which factors make the variance of the metrics. A grid is whole: the share is that of the variance between the means
 * of a level (the main effect of the analysis of variance). Random points and Latin hypercubes are samples: levels are
 * put into eight groups, and what chance alone would bring is taken off (ε², T. Kelley 1935). Saltelli's samples give
 * Sobol' indices of the means over seeds, per platform. In a list parameters change together, and nothing can be said.
 */
export function importanceOf(values: SweepValues, metrics: readonly string[]): Importance[] {
  const { design } = values.sweep.plan;
  if (design.kind === 'list' || values.done < 2) return [];
  if (design.kind === 'sobol') return metrics.flatMap((metric) => sobolImportance(values, metric));
  return metrics.flatMap((metric) => varianceImportance(values, metric, design.kind === 'grid'));
}

/** Count and sum of the runs of one level. */
class Group {
  count = 0;
  sum = 0;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
  }
}

function varianceImportance(values: SweepValues, metric: string, isWhole: boolean): Importance[] {
  const { sweep } = values;
  const { axes, seeds, plan } = sweep;
  const groupsOfAxis = axes.map(({ count }) => Math.min(count, isWhole ? count : GROUPS));
  const sizes = [...groupsOfAxis, plan.platforms.length, seeds.count];
  const names = [...axes.map(({ path }) => path), 'platform', 'seed'];
  const groups = sizes.map(() => new Map<number, Group>());
  const all = new Group();
  const visit = (take: (value: number, place: readonly number[]) => void) => {
    for (let point = 0; point < plan.points; point++) {
      const levels = sweep.points
        .levelsAt(point)
        .map((level, axis) => Math.floor((level * groupsOfAxis[axis]!) / axes[axis]!.count));
      plan.platforms.forEach((_, platform) => {
        values.seedValues(metric, point, platform).forEach((value, seed) => {
          if (!Number.isNaN(value)) take(value, [...levels, platform, seed]);
        });
      });
    }
  };
  visit((value, place) => {
    all.add(value);
    place.forEach((group, factor) => {
      const known = groups[factor]!.get(group) ?? new Group();
      groups[factor]!.set(group, known);
      known.add(value);
    });
  });
  const mean = all.sum / all.count;
  let total = 0;
  visit((value) => {
    total += squared(value - mean);
  });
  if (total === 0) return [];
  return names.flatMap((factor, at) => {
    if (sizes[at]! < 2) return [];
    let between = 0;
    for (const { count, sum } of groups[at]!.values()) between += count * squared(sum / count - mean);
    const freedom = groups[at]!.size - 1;
    const left = all.count - groups[at]!.size;
    if (!isWhole && left <= 0) return [];
    const chance = isWhole ? 0 : (freedom * (total - between)) / left;
    return [{ metric, factor, alone: Math.max(0, (between - chance) / total), total: null, platform: null }];
  });
}

function sobolImportance(values: SweepValues, metric: string): Importance[] {
  const { axes, plan } = values.sweep;
  if (!('points' in plan.design)) return [];
  const rows = plan.design.points;
  return plan.platforms.flatMap((platform, platformIndex) => {
    const at = (point: number) => {
      const known = values.seedValues(metric, point, platformIndex).filter((value) => !Number.isNaN(value));
      return known.reduce((sum, value) => sum + value, 0) / known.length;
    };
    // Even coordinates stand for the first sample, odd ones for the second: which run a point is, is in its digits.
    const sample = (odd: number) => Array.from({ length: rows }, (_, row) => axes.map(() => 2 * row + odd));
    const evaluate = (point: readonly number[]) => {
      const fromB = point.flatMap((coordinate, axis) => (coordinate % 2 === 1 ? [axis] : []));
      const block =
        fromB.length === 0 ? 0 : fromB.length === axes.length && axes.length > 1 ? 1 : 2 + fromB[0]!;
      return at(block * rows + Math.floor(point[0]! / 2));
    };
    if (rows < 2) return [];
    const { first, total } = sobolIndices(sample(0), sample(1), evaluate);
    if (![...first, ...total].every(Number.isFinite)) return [];
    return axes.map(({ path }, axis) => ({
      metric,
      factor: path,
      alone: first[axis]!,
      total: total[axis]!,
      platform,
    }));
  });
}
