import type { UserMetricDefinition } from '../../model/user-metric.ts';
import type { FailedRun } from './sweep-values.ts';

/**
 * What a sweep found, point by point and platform by platform. Cells are made when they are asked for: there may be a
 * million.
 */
export interface SweepAnswer {
  readonly scenario: string;
  /** Of the plan. */
  readonly hash: string;
  /** Of all results, SHA-256. */
  readonly resultHash: string;
  readonly design: string;
  /** Paths, in the order given. */
  readonly parameters: readonly string[];
  readonly platforms: readonly string[];
  /** As written. */
  readonly seeds: string;
  readonly seedCount: number;
  readonly points: number;
  readonly runs: number;
  readonly done: number;
  readonly failed: number;
  readonly missing: number;
  /** The first of them. */
  readonly failures: readonly FailedRun[];
  /** Shown and exported. */
  readonly metrics: readonly string[];
  /** What those of plug-ins are. */
  readonly userMetrics: readonly UserMetricDefinition[];
  /** What the front is about. */
  readonly objectives: readonly string[];
  /** What differences are taken to: a platform at the same point, or the first point. */
  readonly baseline: { readonly kind: 'platform'; readonly name: string } | { readonly kind: 'point' };
  readonly cellCount: number;
  /** In order of points, then platforms. */
  cells(): Iterable<SweepCell>;
  /** Nothing else is surely at least as good in every objective and surely better in one; cheapest first. */
  readonly front: readonly SweepCell[];
  /** Empty where the design does not tell. */
  readonly importance: readonly Importance[];
}

/** One platform at one point, over all seeds. */
export interface SweepCell {
  readonly point: number;
  readonly platform: string;
  /** In the order of the parameters. */
  readonly values: readonly string[];
  /** Runs with a result, with all checks holding, and without result. */
  readonly done: number;
  readonly passed: number;
  readonly failed: number;
  readonly isOnFront: boolean;
  /** In the order of the metrics. */
  readonly metrics: readonly CellMetric[];
}

export interface CellMetric {
  readonly metric: string;
  /** Over the seeds that have the number; null without any. */
  readonly mean: number | null;
  /** Half-width of the 95 % interval; null with fewer than two. */
  readonly halfWidth: number | null;
  /** To the baseline, seed by seed; null for the baseline itself. */
  readonly difference: { readonly mean: number; readonly halfWidth: number | null } | null;
}

/** How much of the variance of a metric a factor makes. */
export interface Importance {
  readonly metric: string;
  /** A parameter, `platform` or `seed`. */
  readonly factor: string;
  /** By itself, 0 to 1. */
  readonly alone: number;
  /** With everything that it interacts in; null unless the design was made for it. */
  readonly total: number | null;
  /** Of one platform, where the design asks for it; null: over all. */
  readonly platform: string | null;
}
