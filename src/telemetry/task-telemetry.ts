import { type ClusterView, TASK_END, TASK_STATE, type TaskEnd } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import type { Recorder } from '../model/recorder.ts';
import { LANE } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import { MIB, SECOND } from '../units.ts';
import { DurationSums } from './duration-sums.ts';
import type { RunSeries } from './run-series.ts';
import { ATTEMPT_OUTCOMES, INTERRUPTED, TaskRows } from './task-rows.ts';

/** Counts of one service, job or trace. */
export interface GroupCounts {
  submitted: number;
  placed: number;
  succeeded: number;
  readonly waitsMs: number[];
  /** Tasks running now, wanted now (services), and both integrated over time. */
  running: number;
  desired: number;
  sinceMs: number;
  servedMs: number;
  desiredMs: number;
}

/** Runs shorter than this count as this long in the slowdown, so that tiny tasks do not dominate it. */
const SLOWDOWN_FLOOR_MS = 10 * SECOND;

/** Counts, waits and rows of tasks. Times of attempts are kept in columns, one row an attempt. */
export class TaskTelemetry implements Recorder {
  readonly rows = new TaskRows();
  readonly groups: GroupCounts[] = [];
  /** By class id: milliseconds that room was held. */
  readonly heldMs = new DurationSums();
  /** By `TaskEnd`. */
  readonly ends = new Float64Array(5);
  readonly waitsMs: number[] = [];
  readonly responsesMs: number[] = [];
  readonly slowdowns: number[] = [];
  submittedCount = 0;
  interruptedCount = 0;
  firstSubmitMs = Number.NaN;
  /** Of the last task that succeeded or failed: a stop or a rejection ends no work. */
  lastEndMs = Number.NaN;
  readonly #view: ClusterView;
  readonly #series: RunSeries;
  /** By task slot. */
  #runningMs = new Float64Array(0);

  constructor(view: ClusterView, series: RunSeries) {
    this.#view = view;
    this.#series = series;
  }

  instance(): void {}

  submitted(nowMs: number, task: number): void {
    this.submittedCount += 1;
    if (Number.isNaN(this.firstSubmitMs)) this.firstSubmitMs = nowMs;
    this.#group(task).submitted += 1;
    this.#series.pending.change(nowMs, 1);
    if (task >= this.#runningMs.length) {
      this.#runningMs = grown(
        Float64Array,
        this.#runningMs,
        Math.max(64, this.#runningMs.length * 2, task + 1),
      );
    }
    this.#runningMs[task] = Number.NaN;
  }

  placed(nowMs: number, task: number): void {
    const view = this.#view;
    if (view.taskAttempt[task] === 0) {
      const waitMs = nowMs - view.taskSubmitMs[task]!;
      const group = this.#group(task);
      group.placed += 1;
      group.waitsMs.push(waitMs);
      this.waitsMs.push(waitMs);
    }
    this.#series.pending.change(nowMs, -1);
    this.#series.running.change(nowMs, 1);
    this.#requestedChanges(nowMs, this.#class(task), 1);
  }

  running(nowMs: number, task: number): void {
    this.#runningMs[task] = nowMs;
    this.#runningChanges(nowMs, this.#group(task), 1);
  }

  requeued(nowMs: number, task: number, slot: number, heldSinceMs: number): void {
    this.interruptedCount += 1;
    this.#series.pending.change(nowMs, 1);
    this.#released(nowMs, task, heldSinceMs);
    this.#row(task, slot, INTERRUPTED, heldSinceMs, nowMs, this.#view.taskAttempt[task]! - 1);
    this.#runningMs[task] = Number.NaN;
  }

  ended(nowMs: number, task: number, slot: number, end: TaskEnd, heldSinceMs: number): void {
    this.ends[end]! += 1;
    if (end === TASK_END.succeeded || end === TASK_END.failed) this.lastEndMs = nowMs;
    if (slot >= 0) this.#released(nowMs, task, heldSinceMs);
    else this.#series.pending.change(nowMs, -1);
    if (end === TASK_END.succeeded) this.#succeeded(nowMs, task);
    this.#row(task, slot, end, slot >= 0 ? heldSinceMs : Number.NaN, nowMs, this.#view.taskAttempt[task]!);
  }

  #succeeded(nowMs: number, task: number): void {
    this.#group(task).succeeded += 1;
    const responseMs = nowMs - this.#view.taskSubmitMs[task]!;
    const runMs = nowMs - this.#runningMs[task]!;
    this.responsesMs.push(responseMs);
    this.slowdowns.push(Math.max(1, responseMs / Math.max(runMs, SLOWDOWN_FLOOR_MS)));
  }

  #released(nowMs: number, task: number, heldSinceMs: number): void {
    const taskClass = this.#class(task);
    this.heldMs.add(taskClass.id, nowMs - heldSinceMs);
    this.#series.running.change(nowMs, -1);
    this.#requestedChanges(nowMs, taskClass, -1);
    if (!Number.isNaN(this.#runningMs[task]!)) this.#runningChanges(nowMs, this.#group(task), -1);
  }

  /** A task loses its room, and another one will take its place. */
  interrupted(): void {
    this.interruptedCount += 1;
  }

  /** The wanted number of tasks of a service has changed. */
  desired(nowMs: number, groupId: number, count: number): void {
    const group = this.#groupById(groupId);
    this.#integrate(group, nowMs);
    group.desired = count;
  }

  #runningChanges(nowMs: number, group: GroupCounts, delta: number): void {
    this.#integrate(group, nowMs);
    group.running += delta;
  }

  #integrate(group: GroupCounts, nowMs: number): void {
    const durationMs = nowMs - group.sinceMs;
    group.servedMs += Math.min(group.running, group.desired) * durationMs;
    group.desiredMs += group.desired * durationMs;
    group.sinceMs = nowMs;
  }

  #requestedChanges(nowMs: number, taskClass: TaskClass, sign: 1 | -1): void {
    const { requests } = taskClass;
    this.#series.cpuRequested.change(nowMs, sign * requests[LANE.cpu]!);
    this.#series.memoryRequestedMiB.change(nowMs, (sign * requests[LANE.memory]!) / MIB);
    if (taskClass.gpu !== null) this.#series.gpuRequested.change(nowMs, sign * requests[LANE.gpu]!);
  }

  #row(task: number, slot: number, outcome: number, placedMs: number, endMs: number, attempt: number): void {
    const view = this.#view;
    const instanceId = slot < 0 ? 0 : view.instanceId[slot]!;
    const ordinal = view.taskOrdinal[task]!;
    const submitMs = view.taskSubmitMs[task]!;
    const runningMs = this.#runningMs[task]!;
    const ids = { ordinal, attempt, classId: view.taskClass[task]!, instanceId, outcome };
    this.rows.add(ids, { submitMs, placedMs, runningMs, endMs });
  }

  /** Adds a row for each task that is still there when the run ends, and counts the time it held its room. */
  finish(endMs: number): { readonly pending: number; readonly running: number } {
    const view = this.#view;
    let pending = 0;
    let running = 0;
    for (let task = 0; task < view.taskState.length; task++) {
      const state = view.taskState[task]!;
      if (state === TASK_STATE.free) continue;
      const slot = view.taskInstance[task]!;
      const waits = state === TASK_STATE.pending;
      if (waits) pending += 1;
      else running += 1;
      if (!waits) this.heldMs.add(view.taskClass[task]!, endMs - view.taskSinceMs[task]!);
      const outcome = ATTEMPT_OUTCOMES.indexOf(['', 'pending', 'starting', 'running'][state]!);
      const placedMs = waits ? Number.NaN : view.taskSinceMs[task]!;
      this.#row(task, slot, outcome, placedMs, Number.NaN, view.taskAttempt[task]!);
    }
    for (const group of this.groups) this.#integrate(group, endMs);
    return { pending, running };
  }

  #class(task: number): TaskClass {
    return this.#view.classes[this.#view.taskClass[task]!]!;
  }

  #group(task: number): GroupCounts {
    return this.#groupById(this.#class(task).groupId);
  }

  #groupById(groupId: number): GroupCounts {
    while (this.groups.length <= groupId) {
      const zero = { submitted: 0, placed: 0, succeeded: 0, running: 0, desired: 0 };
      this.groups.push({ ...zero, waitsMs: [], sinceMs: 0, servedMs: 0, desiredMs: 0 });
    }
    return this.groups[groupId]!;
  }
}
