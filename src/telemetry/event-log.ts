import { assert } from '../errors.ts';
import {
  INSTANCE_STATE,
  INSTANCE_STATE_NAMES,
  type InstanceState,
  TASK_END_NAMES,
  type TaskEnd,
} from '../model/cluster-view.ts';
import type { InstanceNotice, Recorder } from '../model/recorder.ts';
import type { TaskClass } from '../model/task-class.ts';
import {
  type BoundsRecord,
  type Constraints,
  type EndedRecord,
  type EngineIntegrals,
  type InstanceStateRecord,
  type KilledRecord,
  LOG_FORMAT,
  type LogRecord,
  type RunRecord,
  type TaskCounts,
  type TermsRecord,
} from './log-record.ts';
import { classRecord, instanceRecord, type LoggedCluster, type StatedMemory } from './log-introductions.ts';
import { type FrequentRecords, frequentOf, type LogSink } from './log-sink.ts';

export { type LogSink, MemoryLog } from './log-sink.ts';

/** Facts of the run that the cluster does not know; resources and units are read from the view. */
export interface RunFacts
  extends Omit<RunRecord, 'kind' | 'seq' | 'timeMs' | 'format' | 'resources' | 'cpuPerVcpu'> {
  /** Of classes without native constraints; the others are 'native'. */
  readonly constraints: Constraints;
  /** Classes that the run's scheduler leaves to another one. Absent: none. */
  isLeftToOthers?(taskClass: TaskClass): boolean;
}

/** Planned times of the task in a task slot, known before the store is told of the task; Infinity for no end. */
export interface TaskPlan {
  startupMs(task: number): number;
  runtimeMs(task: number): number;
}

const NO_DEVICES: readonly number[] = [];

/**
 * Writes the public event log: turns what the cluster store tells its recorders into records, reading the rest from
 * the view at the time of the call. Call order: `beginRun`, whatever happens, `end`. Never writes to the cluster.
 */
export class EventLog implements Recorder {
  readonly #view: LoggedCluster;
  readonly #sink: LogSink;
  readonly #frequent: FrequentRecords;
  readonly #plan: TaskPlan;
  #constraints: (taskClass: TaskClass) => Constraints = () => 'wishes';
  /** Set before the first record; null: nobody states what tasks use. */
  memory: StatedMemory | null = null;
  #seq = 0;
  /** By class id: its record is written. */
  readonly #introduced: boolean[] = [];
  /** By slot: free thousandths of each GPU device after the last record; the difference tells who took which. */
  readonly #gpuFree: number[][] = [];

  constructor(view: LoggedCluster, sink: LogSink, plan: TaskPlan) {
    this.#view = view;
    this.#sink = sink;
    this.#frequent = frequentOf(sink);
    this.#plan = plan;
  }

  /** Writes the first record, at time 0; before anything happens to the cluster. */
  beginRun(facts: RunFacts): void {
    assert(this.#seq === 0, 'beginRun comes first, and once');
    const { constraints, isLeftToOthers = () => false, ...promised } = facts;
    this.#constraints = (taskClass) => {
      if (isLeftToOthers(taskClass)) return 'left-to-others';
      return taskClass.native === null ? constraints : 'native';
    };
    const { names, limited, cpuPerVcpu } = this.#view.resources;
    const resources = names.map((name, lane) => ({ name, limited: limited[lane] === 1 }));
    this.#write({ kind: 'run', ...this.#at(0), format: LOG_FORMAT, ...promised, cpuPerVcpu, resources });
  }

  /** A scheduler pass is over. */
  passEnded(nowMs: number): void {
    this.#frequent.pass(this.#seq++, nowMs);
  }

  /** The platform says something about a service. */
  serviceSaid(nowMs: number, service: string, event: string, message: string): void {
    this.#write({ kind: 'service', ...this.#at(nowMs), service, event, message });
  }

  /** What an ECS service asks for. */
  serviceTerms(nowMs: number, terms: Omit<TermsRecord, 'kind' | 'seq' | 'timeMs'>): void {
    this.#introduceClass(nowMs, this.#view.classes[terms.class]!);
    this.#write({ kind: 'terms', ...this.#at(nowMs), ...terms });
  }

  /** What a service must keep and may have from now on. */
  serviceBounds(nowMs: number, bounds: Omit<BoundsRecord, 'kind' | 'seq' | 'timeMs'>): void {
    this.#write({ kind: 'bounds', ...this.#at(nowMs), ...bounds });
  }

  /** The health of the task in a slot is known. */
  health(nowMs: number, task: number, isHealthy: boolean): void {
    this.#write({ kind: 'health', ...this.#at(nowMs), task: this.#view.taskOrdinal(task), isHealthy });
  }

  /** A zone is lost, or back. */
  outage(nowMs: number, zone: string, isBack: boolean): void {
    this.#write({ kind: 'outage', ...this.#at(nowMs), zone, isBack });
  }

  /** The instance in the slot has lost its agent, or has it back. */
  agent(nowMs: number, slot: number, isConnected: boolean): void {
    this.#write({ kind: 'agent', ...this.#at(nowMs), instance: this.#view.instanceId[slot]!, isConnected });
  }

  /** The task in a slot uses more memory than there is, and is about to be killed. */
  killed(nowMs: number, task: number, cause: KilledRecord['cause'], usedBytes: number): void {
    this.#write({ kind: 'killed', ...this.#attempt(nowMs, task), cause, usedBytes });
  }

  /** Writes the last record: where the clock stands, and what the engine counted. */
  end(nowMs: number, tasks: TaskCounts, integrals: EngineIntegrals): void {
    this.#write({ kind: 'end', ...this.#at(nowMs), tasks, integrals });
  }

  instance(nowMs: number, slot: number, state: InstanceState): void {
    const view = this.#view;
    const instance = view.instanceId[slot]!;
    if (state === INSTANCE_STATE.requested) {
      this.#introduceInstance(nowMs, slot);
    } else {
      const name = INSTANCE_STATE_NAMES[state] as InstanceStateRecord['state'];
      this.#write({ kind: 'state', ...this.#at(nowMs), instance, state: name });
    }
  }

  noticed(nowMs: number, slot: number, notice: InstanceNotice): void {
    this.#write({ kind: 'notice', ...this.#at(nowMs), instance: this.#view.instanceId[slot]!, ...notice });
  }

  tainted(nowMs: number, slot: number): void {
    const view = this.#view;
    this.#write({
      kind: 'taints',
      ...this.#at(nowMs),
      instance: view.instanceId[slot]!,
      taints: view.taints(slot),
    });
  }

  submitted(nowMs: number, task: number): void {
    const view = this.#view;
    const taskClass = view.classes[view.taskClass[task]!]!;
    this.#introduceClass(nowMs, taskClass);
    this.#frequent.submitted(
      this.#seq++,
      nowMs,
      view.taskOrdinal(task),
      taskClass.id,
      finite(this.#plan.startupMs(task)),
      finite(this.#plan.runtimeMs(task)),
      this.memory?.baseBytes(task) ?? null,
    );
  }

  placed(nowMs: number, task: number, slot: number): void {
    const view = this.#view;
    const devices = this.#changedDevices(task, slot);
    const instance = view.instanceId[slot]!;
    const ordinal = view.taskOrdinal(task);
    this.#frequent.placed(this.#seq++, nowMs, ordinal, view.taskAttempt(task), instance, devices);
  }

  running(nowMs: number, task: number, slot: number): void {
    const view = this.#view;
    const instance = view.instanceId[slot]!;
    this.#frequent.running(this.#seq++, nowMs, view.taskOrdinal(task), view.taskAttempt(task), instance);
  }

  restarted(nowMs: number, task: number, _slot: number, upMs: number): void {
    this.#write({ kind: 'restarted', ...this.#attempt(nowMs, task), upMs });
  }

  evicted(nowMs: number, task: number, slot: number, forTask: number | null, untilMs: number): void {
    const view = this.#view;
    this.#write({
      kind: 'evicted',
      ...this.#at(nowMs),
      task: view.taskOrdinal(task),
      attempt: view.taskAttempt(task),
      instance: view.instanceId[slot]!,
      for: forTask === null ? null : view.taskOrdinal(forTask),
      untilMs,
    });
  }

  requeued(nowMs: number, task: number, slot: number): void {
    const view = this.#view;
    this.#changedDevices(task, slot);
    this.#write({
      kind: 'requeued',
      ...this.#at(nowMs),
      task: view.taskOrdinal(task),
      attempt: view.taskAttempt(task) - 1,
      instance: view.instanceId[slot]!,
    });
  }

  ended(nowMs: number, task: number, slot: number, end: TaskEnd): void {
    const view = this.#view;
    if (slot >= 0) this.#changedDevices(task, slot);
    const instance = slot < 0 ? null : view.instanceId[slot]!;
    const outcome = TASK_END_NAMES[end] as EndedRecord['outcome'];
    this.#frequent.ended(
      this.#seq++,
      nowMs,
      view.taskOrdinal(task),
      view.taskAttempt(task),
      instance,
      outcome,
    );
  }

  #introduceInstance(nowMs: number, slot: number): void {
    const view = this.#view;
    const { gpuDevices } = view.shapes[view.shapeOf[slot]!]!;
    this.#gpuFree[slot] = Array.from({ length: gpuDevices }, (_, device) => view.gpuFree(slot, device));
    this.#write({ kind: 'instance', ...this.#at(nowMs), ...instanceRecord(view, slot) });
  }

  #introduceClass(nowMs: number, taskClass: TaskClass): void {
    if (this.#introduced[taskClass.id]) return;
    this.#introduced[taskClass.id] = true;
    const constraints = this.#constraints(taskClass);
    this.#write({
      kind: 'class',
      ...this.#at(nowMs),
      ...classRecord(taskClass, constraints, this.memory),
    });
  }

  /** GPU devices of the instance whose room differs from the last record, ascending. None for tasks without GPUs. */
  #changedDevices(task: number, slot: number): readonly number[] {
    const view = this.#view;
    if (view.classes[view.taskClass[task]!]!.gpu === null) return NO_DEVICES;
    const changed: number[] = [];
    const known = this.#gpuFree[slot]!;
    for (let device = 0; device < known.length; device++) {
      const free = view.gpuFree(slot, device);
      if (free === known[device]) continue;
      known[device] = free;
      changed.push(device);
    }
    return changed;
  }

  #attempt(nowMs: number, task: number) {
    const view = this.#view;
    return {
      ...this.#at(nowMs),
      task: view.taskOrdinal(task),
      attempt: view.taskAttempt(task),
      instance: view.instanceId[view.taskInstance[task]!]!,
    };
  }

  #at(timeMs: number): { seq: number; timeMs: number } {
    return { seq: this.#seq++, timeMs };
  }

  #write(record: LogRecord): void {
    this.#sink.write(record);
  }
}

function finite(durationMs: number): number | null {
  return Number.isFinite(durationMs) ? durationMs : null;
}
