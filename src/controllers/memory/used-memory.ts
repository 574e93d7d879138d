import type { ClusterStore } from '../../model/cluster-store.ts';
import { type InstanceState, TASK_STATE, type TaskEnd } from '../../model/cluster-view.ts';
import { grown } from '../../model/grown.ts';
import { grownBytes } from '../../model/memory-use.ts';
import type { Recorder } from '../../model/recorder.ts';
import { LANE } from '../../model/resources.ts';
import type { LoadPlan } from '../../model/service-plan.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import { requestsPerHour } from '../load-metrics.ts';
import { bytesSampler } from './bytes-sampler.ts';

export interface UsedMemoryOptions {
  readonly store: ClusterStore;
  /** One stream a service or job: the n-th task gets the n-th draw, on every platform. */
  readonly stream: (purpose: string, entity: string) => RandomDraws;
  /** Of services that use memory for what they serve, by name. */
  readonly loads: ReadonlyMap<string, LoadPlan>;
}

/**
 * How much memory each task uses. Those of a template that states it: nothing while they start, then what was drawn for
 * them, what it has grown by, and their share in the load of their service, which is spread evenly over those that run. All
 * others use what they ask for.
 *
 * Columns by task slot: drawn bytes, and since when it runs. A recorder that must hear of each write before the log does.
 */
export class UsedMemory implements Recorder {
  readonly #options: UsedMemoryOptions;
  #baseBytes = new Float64Array(0);
  #runningMs = new Float64Array(0);
  /** By group id: tasks that run. */
  readonly #running: number[] = [];
  /** By class id. */
  readonly #samplers: ((() => number) | null)[] = [];
  /** By group id: bytes that the load adds to each task, and when that was worked out. */
  readonly #shares: { bytes: number; atMs: number; running: number }[] = [];
  /** Something about the tasks on an instance has changed. */
  onChange: (slot: number) => void = () => {};

  constructor(options: UsedMemoryOptions) {
    this.#options = options;
  }

  /** Is it known what the task uses, or taken to be what it asks for? */
  isStated(task: number): boolean {
    const { store } = this.#options;
    return store.classes[store.taskClass[task]!]!.memoryUse !== undefined;
  }

  /** What was drawn for the task, bytes; null: nothing is stated. */
  baseBytes(task: number): number | null {
    return this.isStated(task) ? this.#baseBytes[task]! : null;
  }

  /** Does the use of the tasks of a class follow the load of their service? */
  followsLoad(groupName: string): boolean {
    return this.#options.loads.has(groupName);
  }

  /** What a task with room uses now, bytes. */
  usedBytes(task: number, nowMs: number): number {
    const { store } = this.#options;
    const { memoryUse, requests, groupId, groupName } = store.classes[store.taskClass[task]!]!;
    if (memoryUse === undefined) return requests[LANE.memory]!;
    if (store.taskState[task] !== TASK_STATE.running) return 0;
    const growth = grownBytes(memoryUse.growthBytesPerHour, nowMs - this.#runningMs[task]!);
    return this.#baseBytes[task]! + growth + this.#loadShare(groupId, groupName, nowMs);
  }

  /** What all tasks on an instance use now, bytes. */
  instanceBytes(slot: number, nowMs: number): number {
    const { store } = this.#options;
    let sum = 0;
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!)
      sum += this.usedBytes(task, nowMs);
    return sum;
  }

  instance(_nowMs: number, slot: number, _state: InstanceState): void {
    this.onChange(slot);
  }

  submitted(_nowMs: number, task: number): void {
    if (task >= this.#baseBytes.length) {
      const length = Math.max(64, this.#baseBytes.length * 2, task + 1);
      this.#baseBytes = grown(Float64Array, this.#baseBytes, length);
      this.#runningMs = grown(Float64Array, this.#runningMs, length);
    }
    const draw = this.#sampler(this.#options.store.taskClass[task]!);
    this.#baseBytes[task] = draw === null ? 0 : draw();
    this.#runningMs[task] = Number.NaN;
  }

  placed(_nowMs: number, _task: number, slot: number): void {
    this.onChange(slot);
  }

  running(nowMs: number, task: number, slot: number): void {
    this.#runningMs[task] = nowMs;
    this.#count(task, 1);
    this.onChange(slot);
  }

  restarted(_nowMs: number, task: number, slot: number): void {
    this.#stops(task, slot);
  }

  requeued(_nowMs: number, task: number, slot: number): void {
    this.#stops(task, slot);
  }

  ended(_nowMs: number, task: number, slot: number, _end: TaskEnd): void {
    if (slot >= 0) this.#stops(task, slot);
  }

  #stops(task: number, slot: number): void {
    if (!Number.isNaN(this.#runningMs[task]!)) this.#count(task, -1);
    this.#runningMs[task] = Number.NaN;
    this.onChange(slot);
  }

  #count(task: number, sign: 1 | -1): void {
    const { store } = this.#options;
    const { groupId } = store.classes[store.taskClass[task]!]!;
    this.#running[groupId] = (this.#running[groupId] ?? 0) + sign;
  }

  #loadShare(groupId: number, groupName: string, nowMs: number): number {
    const load = this.#options.loads.get(groupName);
    if (load === undefined) return 0;
    const running = this.#running[groupId] ?? 0;
    const known = this.#shares[groupId];
    if (known !== undefined && known.atMs === nowMs && known.running === running) return known.bytes;
    const perSecond = requestsPerHour(load, nowMs) / running / 3600;
    const bytes = load.memoryBytes + Math.floor(perSecond * load.memoryBytesPerRequest);
    this.#shares[groupId] = { bytes, atMs: nowMs, running };
    return bytes;
  }

  #sampler(classId: number): (() => number) | null {
    const known = this.#samplers[classId];
    if (known !== undefined) return known;
    const { store, stream } = this.#options;
    const { memoryUse, groupName } = store.classes[classId]!;
    let made: (() => number) | null = null;
    if (memoryUse !== undefined) {
      const sample = bytesSampler(memoryUse.base);
      const draws = stream('memory', groupName);
      made = () => sample(draws.double());
    }
    this.#samplers[classId] = made;
    return made;
  }
}
