/**
 * Joint counts of arrivals by time bin, size and lifetime, measured on a trace: what of it may be published and is
 * enough to draw a workload like it. The file format is `stowage-distribution/1`, read by `readDistribution`.
 */
export interface MeasuredDistribution {
  readonly name: string;
  /** Where the counts come from: publication, file, version. */
  readonly source: string;
  readonly licence: string;
  /** Day of the measurement, `2026-11-22`. */
  readonly measured: string;
  /** What was left out, assumed, rounded. */
  readonly notes: readonly string[];
  /** The part of the source that was counted, on the source's own clock. */
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly binMs: number;
  readonly sizes: readonly { readonly cpuMilli: number; readonly memoryBytes: number }[];
  /** Lifetimes with fromMs ≤ lifetime < toMs; null: longer than what was observed, runs to the end. */
  readonly lifetimes: readonly { readonly fromMs: number; readonly toMs: number | null }[];
  /** In ascending order of (bin, size, lifetime), each combination at most once; bins count from the window's start. */
  readonly counts: readonly MeasuredCount[];
}

/** Bin, index into sizes, index into lifetimes, number of arrivals (at least 1). */
export type MeasuredCount = readonly [bin: number, size: number, lifetime: number, count: number];
