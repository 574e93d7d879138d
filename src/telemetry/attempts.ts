import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import type { Overflow } from '../model/overflow.ts';
import { TASK_FIELD, type TaskRecords } from '../model/task-records.ts';
import { AttemptFacts } from './attempt-facts.ts';
import { StayRows } from './stay-rows.ts';
import { type AttemptRow, TaskRows } from './task-rows.ts';

export interface AttemptsOptions {
  /** How long tasks are to wait at most; null, the default, for no target. */
  readonly targetMs?: number | null;
  /** Are there to be rows of attempts? Default true; without them a result cannot be made. */
  readonly keepsAttempts?: boolean;
  /** Where rows go that memory should not hold; undefined: memory holds all. */
  readonly overflow?: Overflow | undefined;
}

/** What is kept of attempts that are over: what is counted of them, and a row of each. */
export class Attempts {
  readonly facts: AttemptFacts;
  readonly #view: ClusterView & { readonly taskRecords: TaskRecords };
  /** Null where nobody reads them. */
  readonly #rows: TaskRows | null;
  readonly #stays: StayRows | null;
  /** Filled for each row: nothing is allocated per task. */
  readonly #row: AttemptRow = {
    ordinal: 0,
    attempt: 0,
    classId: 0,
    instanceId: 0,
    outcome: 0,
    gpuMask: 0,
    submitMs: Number.NaN,
    placedMs: Number.NaN,
    runningMs: Number.NaN,
    endMs: Number.NaN,
  };

  constructor(
    view: ClusterView & { readonly taskRecords: TaskRecords },
    { targetMs = null, keepsAttempts = true, overflow }: AttemptsOptions,
  ) {
    this.#view = view;
    this.facts = new AttemptFacts(targetMs);
    this.#rows = keepsAttempts ? new TaskRows(overflow) : null;
    this.#stays = keepsAttempts ? new StayRows(overflow) : null;
  }

  /** One per attempt that has ended; when telemetry has finished, one per attempt. */
  get rows(): TaskRows {
    assert(this.#rows !== null, 'rows are read of runs that keep them');
    return this.#rows;
  }

  /** One per attempt that had room. */
  get stays(): StayRows {
    assert(this.#stays !== null, 'stays are read of runs that keep them');
    return this.#stays;
  }

  /** An attempt of a task is over. `slot` −1: it had no room. `endMs` is NaN for who is there when the run ends, at `goneMs`. */
  add(
    task: number,
    slot: number,
    outcome: number,
    placedMs: number,
    endMs: number,
    attempt: number,
    goneMs = endMs,
  ): void {
    const view = this.#view;
    const row = this.#row;
    row.ordinal = view.taskOrdinal(task);
    row.attempt = attempt;
    row.classId = view.taskClass[task]!;
    row.instanceId = slot < 0 ? 0 : view.instanceId[slot]!;
    row.outcome = outcome;
    row.gpuMask = slot < 0 ? 0 : (view.taskGpuMask[task] ?? 0);
    row.submitMs = view.taskSubmitMs(task);
    row.placedMs = placedMs;
    row.runningMs = view.taskRecords.time(task, TASK_FIELD.runningMs);
    row.endMs = endMs;
    this.facts.add(row, view.classes[row.classId]!, goneMs);
    if (this.#rows === null || this.#stays === null) return;
    this.#rows.add(row);
    if (slot >= 0) this.#stays.add(row);
  }
}
