import { assert } from '../../errors.ts';
import type { TracePlan } from '../../model/plan.ts';
import type { GpuRequest } from '../../model/task-class.ts';
import { type TraceLoss, TraceRows, type TraceTable } from '../../model/trace-table.ts';
import { fileError } from '../gzip.ts';
import { TEMPORARY_FILE } from '../scratch-file.ts';

/** What a reader needs to know of the plan of a trace. */
export type TraceChoice = Pick<
  TracePlan,
  'format' | 'window' | 'sample' | 'timeScale' | 'runtimeScale' | 'departures' | 'columns'
>;

/**
 * Where the readers of all formats put their rows: applies the window, the sample and the scales, and counts what is
 * lost. Per row: `begin`, then `isWanted` once its submit time is known, then `keep`; or `drop` at any point.
 *
 * `begin` draws once for every row of the trace, wanted or not, so that the choice of a row depends neither on the
 * window nor on the rows that are dropped.
 */
export class TraceSink {
  readonly #choice: TraceChoice;
  readonly #draw: () => number;
  readonly #rows: TraceRows;
  readonly #losses = new Map<string, { rows: number; readonly kept: boolean }>();
  #notes: string[] = [];
  #rowsRead = 0;
  #isSampled = true;
  readonly #isOriginLate: boolean;

  /** `origin` of submit times: `late` is for those without window and scale that count from one told by `countFrom`. */
  constructor(choice: TraceChoice, draw: () => number, origin: 'known' | 'late' = 'known') {
    assert(
      origin === 'known' || (choice.window === null && choice.timeScale === 1),
      'a late origin moves nothing else',
    );
    this.#choice = choice;
    this.#draw = draw;
    this.#isOriginLate = origin === 'late';
    this.#rows = new TraceRows({ overflow: TEMPORARY_FILE, isOriginLate: this.#isOriginLate });
  }

  get choice(): TraceChoice {
    return this.#choice;
  }

  /** The next row of the trace. */
  begin(): void {
    this.#rowsRead += 1;
    this.#isSampled = this.#draw() < this.#choice.sample;
    if (this.#notes.length > 0) this.#notes = [];
  }

  /** The row cannot be used. */
  drop(reason: string): void {
    this.#count(reason, false);
  }

  /** Something about the row is assumed or corrected; counted if the row is kept. */
  note(reason: string): void {
    this.#notes.push(reason);
  }

  /** Is a row submitted at this time of the trace's own clock within window and sample? Otherwise it is dropped. */
  isWanted(submitMs: number): boolean {
    const { window } = this.#choice;
    if (window !== null && !(submitMs >= window.fromMs && submitMs < window.toMs)) {
      this.drop('outside the window');
      return false;
    }
    if (!this.#isSampled) this.drop('not in the sample');
    return this.#isSampled;
  }

  /** The index of a shape, for `keep`. */
  shapeOf(cpuMilli: number, memoryBytes: number, gpu: GpuRequest | null): number {
    return this.#rows.shapeOf(cpuMilli, memoryBytes, gpu);
  }

  /** Takes a wanted row. `runtimeMs` may be Infinity: no end is known. Times are scaled, then rounded to the nearest. */
  keep(submitMs: number, runtimeMs: number, shape: number): void {
    const { runtimeScale, departures } = this.#choice;
    const keptSubmitMs = this.#isOriginLate ? submitMs : this.#scaledSubmitMs(submitMs);
    if (Number.isNaN(keptSubmitMs)) return;
    let scaledRuntimeMs = Number.POSITIVE_INFINITY;
    if (departures === 'trace') {
      if (runtimeMs === Number.POSITIVE_INFINITY)
        this.note('no end known: runs to the end of the simulation');
      else scaledRuntimeMs = Math.round(runtimeMs * runtimeScale);
    }
    if (this.#notes.length > 0) for (const reason of this.#notes) this.#count(reason, true);
    this.#rows.add(keptSubmitMs, scaledRuntimeMs, shape);
  }

  /** NaN: the row is dropped. */
  #scaledSubmitMs(submitMs: number): number {
    const { window, timeScale } = this.#choice;
    const sinceStartMs = submitMs - (window?.fromMs ?? 0);
    const scaledMs = Math.round(Math.max(0, sinceStartMs) * timeScale);
    if (!Number.isSafeInteger(scaledMs)) {
      this.drop('later than times can be counted');
      return Number.NaN;
    }
    if (sinceStartMs < 0)
      this.note('submitted before the start of the trace: taken as submitted at its start');
    return scaledMs;
  }

  /** Where the times of a late origin begin: at the earliest of all rows, kept or not. Call before `finish`. */
  countFrom(originMs: number): void {
    this.#rows.countFrom(originMs);
  }

  /** The table. Errors: E3003 when no row is left. `file` is for the message. */
  finish(file: string): TraceTable {
    const losses: TraceLoss[] = [...this.#losses].map(([reason, { rows, kept }]) => ({ reason, rows, kept }));
    if (this.#rows.length === 0) {
      const lost = losses.map(({ reason, rows }) => `${rows} ${reason}`).join(', ');
      throw fileError('E3003', file, `None of the ${this.#rowsRead} rows is left${lost ? `: ${lost}` : ''}`);
    }
    return this.#rows.finish(this.#rowsRead, losses);
  }

  #count(reason: string, kept: boolean): void {
    const loss = this.#losses.get(reason);
    if (loss === undefined) this.#losses.set(reason, { rows: 1, kept });
    else loss.rows += 1;
  }
}
