import { type ClusterView, TASK_END, TASK_STATE, type TaskEnd } from '../model/cluster-view.ts';
import type { Recorder } from '../model/recorder.ts';
import { LANE } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import { TASK_FIELD, type TaskRecords } from '../model/task-records.ts';
import { MIB, SECOND } from '../units.ts';
import { Sample } from '../statistics/sample.ts';
import { Attempts, type AttemptsOptions } from './attempts.ts';
import { DurationSums } from './duration-sums.ts';
import { type GroupCounts, integrate, newGroup } from './group-counts.ts';
import { OutageRecord } from './outage-record.ts';
import type { RunSeries } from './run-series.ts';
import { ATTEMPT_OUTCOMES, INTERRUPTED } from './task-rows.ts';
import type { UsageIntegral } from './usage-integral.ts';

/** A task that used more memory than there was. */
export interface MemoryKill {
  readonly timeMs: number;
  readonly ordinal: number;
  /** Its own limit, its instance, or kubelet, which made room in time. */
  readonly cause: 'limit' | 'instance' | 'pressure';
  readonly usedBytes: number;
}

/** Runs shorter than this count as this long in the slowdown, so that tiny tasks do not dominate it. */
const SLOWDOWN_FLOOR_MS = 10 * SECOND;

/** Counts, waits and rows of tasks: what is counted is counted as it happens, and the rows are there for who reads them. */
export class TaskTelemetry implements Recorder {
  readonly attempts: Attempts;
  readonly groups: GroupCounts[] = [];
  /** The same objects, by class id. */
  readonly #groupByClass: GroupCounts[] = [];
  /** By class id: milliseconds that room was held. */
  readonly heldMs = new DurationSums();
  /** By `TaskEnd`. */
  readonly ends = new Float64Array(5);
  readonly waitsMs = new Sample();
  readonly responsesMs = new Sample();
  readonly slowdowns = new Sample();
  readonly outages = new OutageRecord();
  submittedCount = 0;
  interruptedCount = 0;
  /** Tasks that were told to go, for another task or because their instance drains, and those lost with it. */
  preemptionCount = 0;
  evictionCount = 0;
  lossCount = 0;
  /** In order of time. */
  readonly memoryKills: MemoryKill[] = [];
  firstSubmitMs = Number.NaN;
  /** Of the last task that succeeded or failed: a stop or a rejection ends no work. */
  lastEndMs = Number.NaN;
  readonly #view: ClusterView;
  readonly #series: RunSeries;
  readonly #records: TaskRecords;

  /** Of each task it keeps a field in the record that the view's store has of it. */
  constructor(
    view: ClusterView & { readonly taskRecords: TaskRecords },
    series: RunSeries,
    options: AttemptsOptions = {},
  ) {
    this.#view = view;
    this.#records = view.taskRecords;
    this.#series = series;
    this.attempts = new Attempts(view, options);
  }

  instance(): void {}

  submitted(nowMs: number, task: number): void {
    this.submittedCount += 1;
    if (Number.isNaN(this.firstSubmitMs)) this.firstSubmitMs = nowMs;
    this.#group(task).submitted += 1;
    this.#series.pending.change(nowMs, 1);
    this.#records.setTime(task, TASK_FIELD.runningMs, Number.NaN);
  }

  placed(nowMs: number, task: number): void {
    const view = this.#view;
    const taskClass = this.#class(task);
    if (view.taskAttempt(task) === 0) {
      const waitMs = nowMs - view.taskSubmitMs(task);
      const group = this.#groupOf(taskClass);
      group.placed += 1;
      group.waitsMs.add(waitMs);
      this.waitsMs.add(waitMs);
    }
    this.#series.pending.change(nowMs, -1);
    this.#series.running.change(nowMs, 1);
    this.#requestedChanges(nowMs, taskClass, 1);
  }

  running(nowMs: number, task: number): void {
    this.#records.setTime(task, TASK_FIELD.runningMs, nowMs);
    this.#runningChanges(nowMs, this.#group(task), 1);
  }

  restarted(nowMs: number, task: number): void {
    this.#records.setTime(task, TASK_FIELD.runningMs, Number.NaN);
    this.#runningChanges(nowMs, this.#group(task), -1);
  }

  evicted(_nowMs: number, _task: number, _slot: number, forTask: number | null): void {
    if (forTask !== null) this.preemptionCount += 1;
  }

  requeued(nowMs: number, task: number, slot: number, heldSinceMs: number): void {
    this.interruptedCount += 1;
    this.#series.pending.change(nowMs, 1);
    this.#released(nowMs, task, heldSinceMs);
    this.attempts.add(task, slot, INTERRUPTED, heldSinceMs, nowMs, this.#view.taskAttempt(task) - 1);
    this.#records.setTime(task, TASK_FIELD.runningMs, Number.NaN);
  }

  ended(nowMs: number, task: number, slot: number, end: TaskEnd, heldSinceMs: number): void {
    this.ends[end]! += 1;
    if (end === TASK_END.succeeded || end === TASK_END.failed) this.lastEndMs = nowMs;
    if (slot >= 0) this.#released(nowMs, task, heldSinceMs);
    else this.#series.pending.change(nowMs, -1);
    if (end === TASK_END.succeeded) this.#succeeded(nowMs, task);
    this.attempts.add(
      task,
      slot,
      end,
      slot >= 0 ? heldSinceMs : Number.NaN,
      nowMs,
      this.#view.taskAttempt(task),
    );
  }

  #succeeded(nowMs: number, task: number): void {
    this.#group(task).succeeded += 1;
    const responseMs = nowMs - this.#view.taskSubmitMs(task);
    const runMs = nowMs - this.#runningMs(task);
    this.responsesMs.add(responseMs);
    this.slowdowns.add(Math.max(1, responseMs / Math.max(runMs, SLOWDOWN_FLOOR_MS)));
  }

  #released(nowMs: number, task: number, heldSinceMs: number): void {
    const taskClass = this.#class(task);
    this.heldMs.add(taskClass.id, nowMs - heldSinceMs);
    this.#series.running.change(nowMs, -1);
    this.#requestedChanges(nowMs, taskClass, -1);
    if (!Number.isNaN(this.#runningMs(task))) this.#runningChanges(nowMs, this.#groupOf(taskClass), -1);
  }

  /** A task uses more memory than there is, and is killed or evicted for it. */
  killed(nowMs: number, task: number, cause: MemoryKill['cause'], usedBytes: number): void {
    this.memoryKills.push({ timeMs: nowMs, ordinal: this.#view.taskOrdinal(task), cause, usedBytes });
  }

  /** A task loses its room, and another one will take its place. */
  interrupted(): void {
    this.interruptedCount += 1;
  }

  /** The wanted number of tasks of a service has changed. */
  desired(nowMs: number, groupId: number, count: number): void {
    const group = this.#groupById(groupId);
    integrate(group, nowMs);
    group.desired = count;
    if (this.outages.isOpen) this.outages.serves(nowMs, this.#servedShare());
  }

  /** The percent of its wanted tasks that a service must keep running. Default: all. */
  keeps(groupId: number, minimumPercent: number): void {
    this.#groupById(groupId).minimumPercent = minimumPercent;
  }

  /** The tasks of a service use what `usage` says. */
  uses(groupId: number, usage: UsageIntegral): void {
    this.#groupById(groupId).usage = usage;
  }

  /** A zone is about to be lost, or is back. */
  outage(nowMs: number, zone: string, isBack: boolean): void {
    if (isBack) this.outages.back(nowMs, zone);
    else this.outages.lost(nowMs, zone, this.#servedShare());
  }

  /** Of the wanted tasks of all services, how many run. */
  #servedShare(): number {
    let served = 0;
    let desired = 0;
    for (const group of this.groups) {
      served += Math.min(group.running, group.desired);
      desired += group.desired;
    }
    return desired === 0 ? 1 : served / desired;
  }

  #runningChanges(nowMs: number, group: GroupCounts, delta: number): void {
    integrate(group, nowMs);
    group.running += delta;
    if (this.outages.isOpen) this.outages.serves(nowMs, this.#servedShare());
  }

  #requestedChanges(nowMs: number, taskClass: TaskClass, sign: 1 | -1): void {
    const { requests } = taskClass;
    this.#series.cpuRequested.change(nowMs, sign * requests[LANE.cpu]!);
    this.#series.memoryRequestedMiB.change(nowMs, (sign * requests[LANE.memory]!) / MIB);
    if (taskClass.gpu !== null) this.#series.gpuRequested.change(nowMs, sign * requests[LANE.gpu]!);
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
      if (!waits) this.heldMs.add(view.taskClass[task]!, endMs - view.taskSinceMs(task));
      const outcome = ATTEMPT_OUTCOMES.indexOf(['', 'pending', 'starting', 'running'][state]!);
      const placedMs = waits ? Number.NaN : view.taskSinceMs(task);
      this.attempts.add(task, slot, outcome, placedMs, Number.NaN, view.taskAttempt(task), endMs);
    }
    for (const group of this.groups) integrate(group, endMs);
    this.outages.finish(endMs);
    return { pending, running };
  }

  #runningMs(task: number): number {
    return this.#records.time(task, TASK_FIELD.runningMs);
  }

  #class(task: number): TaskClass {
    return this.#view.classes[this.#view.taskClass[task]!]!;
  }

  #group(task: number): GroupCounts {
    return this.#groupOf(this.#class(task));
  }

  #groupOf({ id, groupId }: TaskClass): GroupCounts {
    let group = this.#groupByClass[id];
    if (group === undefined) {
      group = this.#groupById(groupId);
      this.#groupByClass[id] = group;
    }
    return group;
  }

  #groupById(groupId: number): GroupCounts {
    while (this.groups.length <= groupId) this.groups.push(newGroup());
    return this.groups[groupId]!;
  }
}
