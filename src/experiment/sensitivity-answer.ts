import type { UserMetricDefinition } from '../model/user-metric.ts';
import type { Interval } from '../statistics/intervals.ts';

/** One platform with one way to choose among equally good instances. */
export interface TieVariant {
  readonly platform: string;
  /** null: the scheduler has no choice of rules. */
  readonly rule: string | null;
  /** The one that the scenario has. */
  readonly isOwn: boolean;
}

/** A variant with what it came to, seed by seed. */
export interface TieOutcome extends TieVariant {
  readonly values: readonly number[];
  readonly mean: Interval;
  /** To the platform's own rule, seed by seed; null for that rule. */
  readonly difference: Interval | null;
}

/** How firm the order of two platforms is. */
export interface PairOrder {
  /** Better on average with their own rules. */
  readonly better: string;
  readonly worse: string;
  /** Pairs of tie rules, those in which the better one stays better on average, and those in which it surely does. */
  readonly rulePairs: number;
  readonly kept: number;
  readonly sure: number;
  /** Share of all pairs of rules and seeds in which it is better; ties count half. */
  readonly worlds: number;
}

/** What a ranking owes to tie rules and seeds. Plain data. */
export interface SensitivityAnswer extends Pick<UserMetricDefinition, 'unit' | 'better'> {
  readonly scenario: string;
  /** One of stowage, or of a plug-in of the scenario. */
  readonly metric: string;
  readonly seeds: readonly number[];
  /** By platform in the order of the plan, then by rule. */
  readonly outcomes: readonly TieOutcome[];
  readonly pairs: readonly PairOrder[];
  /** Shares of the variance of all values; null when all are equal. Sums to 1. */
  readonly variance: {
    readonly platform: number;
    readonly rule: number;
    readonly seed: number;
    readonly rest: number;
  } | null;
}
