import { InputError } from '../../errors.ts';
import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { TASK_STATE } from '../../model/cluster-view.ts';
import { MAX_START_TASK_INSTANCES } from '../../model/ecs/request-limits.ts';
import type { StartTaskPlan } from '../../model/start-task-plan.ts';
import type { HostPort } from '../../model/task-class.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import {
  holds,
  less,
  type StartTaskDefinition,
  type StartTaskWish,
  type WaitingTask,
} from '../../schedulers/start-task-scheduler.ts';
import type { TaskLife } from '../task-life.ts';
import { type ClusterRead, type Place, readCluster, readWaiting } from './read-cluster.ts';
import type { TokenBucket } from './token-bucket.ts';

/** The instance has been deregistered since it was read. Source: AWS ECS developer guide, API failure reasons. */
const MISSING_REASON = 'MISSING';

export interface StartTaskLoopOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly plan: StartTaskPlan;
  readonly definition: StartTaskDefinition;
  /** Tasks that wait for this scheduler, by task slot, the longest waiting first. */
  readonly waiting: () => readonly number[];
  /** Why StartTask fails for a waiting task on an instance that is there; null: it succeeds. */
  readonly failureOf: (task: number, slot: number) => string | null;
  readonly reads: TokenBucket;
  readonly modifies: TokenBucket;
  readonly random: RandomDraws;
  /** Host ports that the system takes on every instance. */
  readonly systemPorts: readonly HostPort[];
  /** Events of this loop, which carry `index`. */
  readonly kinds: StartTaskKinds;
  readonly index: number;
}

export interface StartTaskKinds {
  readonly read: EventKind;
  readonly decide: EventKind;
  readonly call: EventKind;
}

/** One task of a StartTask call. */
interface Entry {
  readonly task: number;
  readonly ordinal: number;
  readonly place: Place;
  /** As the cluster was read, the instance could have taken it. */
  readonly wasPossible: boolean;
}

interface Attempts {
  failures: number;
  notBeforeMs: number;
}

/**
 * One scheduler of one's own at work: it reads the cluster, decides a while later on what it read, and calls StartTask,
 * over and over while tasks wait for it. Each call starts tasks of one task definition on up to ten instances; whether
 * they fit is judged when the call arrives. A task that failed is left out until its back-off is over.
 */
export class StartTaskLoop {
  readonly #options: StartTaskLoopOptions;
  readonly #decide: ReturnType<StartTaskDefinition['create']>;
  /** By ordinal of the task. */
  readonly #attempts = new Map<number, Attempts>();
  #isBusy = false;
  #lastReadMs = Number.NEGATIVE_INFINITY;
  #read: ClusterRead | null = null;
  #calls: (readonly Entry[])[] = [];
  started = 0;
  /** By reason. */
  readonly failures = new Map<string, number>();
  /** Failures of calls that would have succeeded on the cluster as it was read: others were faster. */
  conflicts = 0;
  rounds = 0;
  /** Calls that had to wait for the bucket. */
  throttled = 0;

  constructor(options: StartTaskLoopOptions) {
    this.#options = options;
    this.#decide = options.definition.create();
  }

  get plan(): StartTaskPlan {
    return this.#options.plan;
  }

  /** Tasks may be waiting: it looks again, unless it is at it. */
  wake(): void {
    if (this.#isBusy || this.#options.waiting().length === 0) return;
    this.#isBusy = true;
    this.#readAt(this.#options.kernel.nowMs);
  }

  /** Reads the cluster, if there is a task to start. */
  read(): void {
    const { kernel, store, kinds, index, plan, reads, systemPorts } = this.#options;
    const tasks = this.#options.waiting();
    if (tasks.length === 0) {
      this.#isBusy = false;
      return;
    }
    const soonest = Math.min(...tasks.map((task) => this.#notBeforeMs(task)));
    if (soonest > kernel.nowMs) {
      kernel.at(soonest, kinds.read, index);
      return;
    }
    this.#lastReadMs = kernel.nowMs;
    this.#read = readCluster(store, kernel.nowMs, systemPorts);
    kernel.after(plan.snapshotAgeMs + this.#paid(reads, this.#read.calls), kinds.decide, index);
  }

  /** What was read has arrived: decides, and begins to call. */
  decide(): void {
    const { kernel, store, random } = this.#options;
    const read = this.#read!;
    const byTask = new Map<WaitingTask, number>();
    for (const task of this.#options.waiting()) {
      if (this.#notBeforeMs(task) > kernel.nowMs) continue;
      const failures = this.#attempts.get(store.taskOrdinal(task))?.failures ?? 0;
      byTask.set(readWaiting(store, task, failures), task);
    }
    this.rounds += 1;
    const { readAtMs, instances } = read;
    const round = { nowMs: kernel.nowMs, readAtMs, instances, waiting: [...byTask.keys()], random };
    this.#calls = this.#inCalls([...this.#decide(round)], byTask, read);
    this.#read = null;
    this.call(true);
  }

  /** Calls StartTask as fast as the API lets it; `isNew`: the next call is not paid for yet. */
  call(isNew: boolean): void {
    const { kernel, kinds, index, modifies } = this.#options;
    let isPaid = !isNew;
    for (let call = this.#calls[0]; call !== undefined; call = this.#calls[0]) {
      const waitMs = isPaid ? 0 : this.#paid(modifies, 1);
      isPaid = false;
      if (waitMs > 0) {
        kernel.after(waitMs, kinds.call, index);
        return;
      }
      this.#calls.shift();
      for (const entry of call) this.#start(entry);
    }
    this.#readAt(kernel.nowMs);
  }

  #readAt(timeMs: number): void {
    const { kernel, kinds, index, plan } = this.#options;
    kernel.at(Math.max(timeMs, this.#lastReadMs + plan.pollMs), kinds.read, index);
  }

  #paid(bucket: TokenBucket, calls: number): number {
    const waitMs = bucket.take(calls, this.#options.kernel.nowMs);
    if (waitMs > 0) this.throttled += 1;
    return waitMs;
  }

  #notBeforeMs(task: number): number {
    return this.#attempts.get(this.#options.store.taskOrdinal(task))?.notBeforeMs ?? 0;
  }

  /** Wishes in a row for tasks of one definition share a call. */
  #inCalls(
    wishes: readonly StartTaskWish[],
    byTask: ReadonlyMap<WaitingTask, number>,
    read: ClusterRead,
  ): (readonly Entry[])[] {
    const { store } = this.#options;
    const calls: Entry[][] = [];
    const seen = new Set<WaitingTask>();
    let lastClass = -1;
    for (const { task: waiting, instance } of wishes) {
      const task = byTask.get(waiting);
      const place = read.places.get(instance);
      if (task === undefined || place === undefined)
        this.#refuse('a task or an instance that it was not shown');
      if (seen.has(waiting)) this.#refuse('the same task twice in a round');
      seen.add(waiting);
      const takesTasks = instance.status === 'ACTIVE' && instance.agentConnected;
      const wasPossible = takesTasks && holds(place.room, waiting.amounts);
      place.room = less(place.room, waiting.amounts);
      const entry = { task, ordinal: waiting.id, place, wasPossible };
      const classId = store.taskClass[task]!;
      const last = calls.at(-1);
      if (last !== undefined && classId === lastClass && last.length < MAX_START_TASK_INSTANCES)
        last.push(entry);
      else calls.push([entry]);
      lastClass = classId;
    }
    return calls;
  }

  #refuse(what: string): never {
    const { definition, plan } = this.#options;
    const message = `The scheduler '${definition.name}' of '${plan.use}' calls StartTask for ${what}`;
    throw new InputError([{ severity: 'error', code: 'E1207', message }]);
  }

  #start({ task, ordinal, place, wasPossible }: Entry): void {
    const { kernel, store, life, plan, failureOf } = this.#options;
    // It may have left meanwhile, and its task slot may have another tenant.
    if (store.taskState[task] !== TASK_STATE.pending || store.taskOrdinal(task) !== ordinal) return;
    const isThere = store.instanceId[place.slot] === place.instanceId;
    const reason = isThere ? failureOf(task, place.slot) : MISSING_REASON;
    if (reason === null) {
      this.#attempts.delete(ordinal);
      this.started += 1;
      life.withdraw(task);
      life.placeOn(task, place.slot);
      return;
    }
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
    if (wasPossible) this.conflicts += 1;
    const failures = (this.#attempts.get(ordinal)?.failures ?? 0) + 1;
    const delayMs = Math.min(plan.retryDelayMostMs, plan.retryDelayMs * 2 ** (failures - 1));
    this.#attempts.set(ordinal, { failures, notBeforeMs: kernel.nowMs + delayMs });
  }
}
