import type { MetricName } from '../../model/metrics.ts';
import { decodeRecord, type RecordLine, type RunFailed, type RunRecord } from './record.ts';
import type { Sweep } from './sweep-plan.ts';

/** Failures that are remembered with everything; the rest is counted. */
const FAILURES_KEPT = 20;

/** A failed run as it is told. */
export interface FailedRun extends RunFailed {
  readonly index: number;
}

/**
 * The numbers of a sweep in columns: one value per metric and run, at its index. NaN: the run has no such number, has
 * failed, or is missing.
 */
export class SweepValues {
  readonly sweep: Sweep;
  readonly metrics: readonly string[];
  readonly #columns: ReadonlyMap<string, Float64Array>;
  /** 1: done, and all checks hold. 2: done, a check does not. 3: failed. 0: missing. */
  readonly #states: Uint8Array;
  readonly #failures: FailedRun[] = [];
  #done = 0;
  #failed = 0;

  constructor(sweep: Sweep, metrics: readonly string[]) {
    this.sweep = sweep;
    this.metrics = metrics;
    const { runs } = sweep.plan;
    this.#columns = new Map(metrics.map((metric) => [metric, new Float64Array(runs).fill(Number.NaN)]));
    this.#states = new Uint8Array(runs);
  }

  /** Takes over one run. */
  add(line: RecordLine): void {
    this.addRecord(decodeRecord(line));
  }

  /** Takes over one run, at the index that the record says. */
  addRecord(record: RunRecord): void {
    const { index } = record;
    if ('error' in record) {
      this.#states[index] = 3;
      this.#failed += 1;
      const { error, reproduce } = record;
      if (this.#failures.length < FAILURES_KEPT) this.#failures.push({ index, error, reproduce });
      return;
    }
    this.#states[index] = record.passed ? 1 : 2;
    this.#done += 1;
    for (const [metric, column] of this.#columns) {
      const value = record.metrics[metric as MetricName] ?? record.userMetrics?.[metric];
      column[index] = value ?? Number.NaN;
    }
  }

  /** Runs that ended with a result, checks aside. */
  get done(): number {
    return this.#done;
  }

  get failed(): number {
    return this.#failed;
  }

  /** The first of them. */
  get failures(): readonly FailedRun[] {
    return this.#failures;
  }

  /** Values of the seeds of a cell, in their order; NaN where there is none. */
  seedValues(metric: string, point: number, platformIndex: number): number[] {
    const column = this.#columns.get(metric)!;
    const { sweep } = this;
    return Array.from(
      { length: sweep.seeds.count },
      (_, seedIndex) => column[sweep.indexOf(point, seedIndex, platformIndex)]!,
    );
  }

  /** Runs of a cell that are done, those whose checks all hold, and those that failed. */
  outcomes(point: number, platformIndex: number): { done: number; passed: number; failed: number } {
    const counts = [0, 0, 0, 0];
    for (let seedIndex = 0; seedIndex < this.sweep.seeds.count; seedIndex++) {
      const state = this.#states[this.sweep.indexOf(point, seedIndex, platformIndex)]!;
      counts[state] = counts[state]! + 1;
    }
    return { done: counts[1]! + counts[2]!, passed: counts[1]!, failed: counts[3]! };
  }
}
