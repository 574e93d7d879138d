import type { CellMetric, SweepAnswer, SweepCell } from './answer.ts';
import { CellStatistics } from './cell-statistics.ts';
import { importanceOf } from './importance.ts';
import { sweepMetric } from './sweep-metric.ts';
import { sureFront } from './sure-front.ts';
import type { SweepValues } from './sweep-values.ts';

export interface AnswerOptions {
  /** Lower is better for most; `sweepMetric` knows. Among the metrics of the values. */
  readonly objectives: readonly string[];
  /** Platform that the others are compared with at every point. Not looked at with one platform. */
  readonly baseline: string;
  readonly resultHash: string;
  readonly missing: number;
}

/** Means, intervals, differences, front and importance of what has been read so far. */
export function makeAnswer(values: SweepValues, options: AnswerOptions): SweepAnswer {
  const { sweep, metrics } = values;
  const { plan } = sweep;
  const { objectives, baseline, resultHash, missing } = options;
  const statistics = new CellStatistics();
  const baselineIndex = plan.platforms.indexOf(baseline);
  const byPlatform = plan.platforms.length > 1;
  const baselineOf = (point: number, platform: number): readonly [number, number] =>
    byPlatform ? [point, baselineIndex] : [0, platform];

  const metricOf = (metric: string, point: number, platform: number): CellMetric => {
    const ours = values.seedValues(metric, point, platform);
    const { mean = null, halfWidth = null } = statistics.mean(ours) ?? {};
    const [atPoint, atPlatform] = baselineOf(point, platform);
    const isBaseline = atPoint === point && atPlatform === platform;
    const difference = isBaseline
      ? null
      : statistics.difference(ours, values.seedValues(metric, atPoint, atPlatform));
    return { metric, mean, halfWidth, difference };
  };
  const front = new Set(frontOf(values, objectives, statistics));
  const cellAt = (cell: number): SweepCell => {
    const point = Math.floor(cell / plan.platforms.length);
    const platform = cell % plan.platforms.length;
    return {
      point,
      platform: plan.platforms[platform]!,
      values: sweep.valuesAt(point).map(([, value]) => value),
      ...values.outcomes(point, platform),
      isOnFront: front.has(cell),
      metrics: metrics.map((metric) => metricOf(metric, point, platform)),
    };
  };
  const cellCount = plan.points * plan.platforms.length;
  const first = metrics.indexOf(objectives[0]!);
  const meanOfFirst = (cell: SweepCell) => cell.metrics[first]!.mean!;
  return {
    scenario: plan.scenario.name,
    hash: plan.hash,
    resultHash,
    design: 'points' in plan.design ? `${plan.design.kind}, seed ${plan.design.seed}` : plan.design.kind,
    parameters: sweep.axes.map(({ path }) => path),
    platforms: plan.platforms,
    seeds: plan.seeds,
    seedCount: sweep.seeds.count,
    points: plan.points,
    runs: plan.runs,
    done: values.done,
    failed: values.failed,
    missing,
    failures: values.failures,
    metrics,
    userMetrics: plan.userMetrics ?? [],
    objectives,
    baseline: byPlatform ? { kind: 'platform', name: baseline } : { kind: 'point' },
    cellCount,
    *cells() {
      for (let cell = 0; cell < cellCount; cell++) yield cellAt(cell);
    },
    front: [...front].map(cellAt).sort((a, b) => meanOfFirst(a) - meanOfFirst(b) || a.point - b.point),
    importance: importanceOf(values, objectives),
  };
}

/** Cells of the front, of those that have every objective in every run. */
function frontOf(values: SweepValues, objectives: readonly string[], statistics: CellStatistics): number[] {
  const { plan, seeds } = values.sweep;
  const cells: number[] = [];
  const columns = objectives.map(() => new Float64Array(plan.runs));
  const signs = objectives.map((metric) =>
    sweepMetric(metric, values.sweep.plan).better === 'more' ? -1 : 1,
  );
  for (let cell = 0; cell < plan.points * plan.platforms.length; cell++) {
    const [point, platform] = [Math.floor(cell / plan.platforms.length), cell % plan.platforms.length];
    const rows = objectives.map((metric) => values.seedValues(metric, point, platform));
    if (rows.some((row) => row.some(Number.isNaN))) continue;
    rows.forEach((row, at) => {
      row.forEach((value, seed) => {
        columns[at]![cells.length * seeds.count + seed] = value * signs[at]!;
      });
    });
    cells.push(cell);
  }
  const quantile = seeds.count < 2 ? 0 : statistics.quantile(seeds.count - 1, objectives.length);
  const samples = {
    points: cells.length,
    seeds: seeds.count,
    columns: columns.map((column) => column.subarray(0, cells.length * seeds.count)),
    quantile,
  };
  return sureFront(samples).map((index) => cells[index]!);
}
