import { ClusterStore } from '../../src/model/cluster-store.ts';
import type { ClusterView, InstanceState, TaskEnd } from '../../src/model/cluster-view.ts';
import { INSTANCE_STATE } from '../../src/model/cluster-view.ts';
import { type Recorder, tee } from '../../src/model/recorder.ts';
import { createResourceTable, type ResourceTable } from '../../src/model/resources.ts';
import type { HostPort } from '../../src/model/task-class.ts';
import { EventLog, MemoryLog, type RunFacts, type TaskPlan } from '../../src/telemetry/event-log.ts';
import type { EngineIntegrals, LogRecord, TaskCounts } from '../../src/telemetry/log-record.ts';

export const BARE_FACTS: RunFacts = {
  scenario: 'test',
  platform: 'plain',
  platformKind: 'bare',
  scheduler: 'by hand',
  complete: true,
  honoursTaints: true,
  queue: 'skip',
  seed: 1,
  horizonMs: 1_000_000,
  reservedPorts: [],
  groups: [],
  constraints: 'wishes',
};

/** A cluster store that writes an event log, with the plainest possible integrals to end it with. */
export class LoggedStore {
  readonly store: ClusterStore;
  readonly events: EventLog;
  readonly #log = new MemoryLog();
  readonly #integrals: PlainIntegrals;

  constructor(options: {
    readonly facts?: Partial<RunFacts>;
    readonly plan?: TaskPlan;
    readonly resources?: ResourceTable;
    readonly hostPorts?: readonly HostPort[];
  }) {
    const plan = options.plan ?? {
      startupMs: () => Number.POSITIVE_INFINITY,
      runtimeMs: () => Number.POSITIVE_INFINITY,
    };
    this.store = new ClusterStore({
      resources: options.resources ?? createResourceTable({ cpuPerVcpu: 1000 }),
      hostPorts: options.hostPorts ?? [],
    });
    this.events = new EventLog(this.store, this.#log, plan);
    this.#integrals = new PlainIntegrals(this.store);
    this.store.recorder = tee([this.events, this.#integrals]);
    this.events.beginRun({ ...BARE_FACTS, ...options.facts });
  }

  /** What was logged so far. */
  get records(): readonly LogRecord[] {
    return this.#log.records;
  }

  /** Ends the log and returns it. */
  finish(nowMs: number): LogRecord[] {
    this.events.end(nowMs, this.#integrals.counts(), this.#integrals.upTo(nowMs));
    return this.#log.records;
  }
}

/** Adds up totals × elapsed time before every event. */
class PlainIntegrals implements Recorder {
  readonly #view: ClusterView;
  #nowMs = 0;
  readonly #requestedMs: bigint[] = [];
  readonly #ends = [0, 0, 0, 0, 0];
  readonly #requested: number[] = [];
  #instanceMs = 0n;
  #pendingMs = 0n;
  #hostedMs = 0n;
  #instances = 0;
  #pending = 0;
  #hosted = 0;
  #submitted = 0;
  readonly #billed = new Set<number>();

  constructor(view: ClusterView) {
    this.#view = view;
  }

  counts(): TaskCounts {
    const [, succeeded = 0, failed = 0, stopped = 0, rejected = 0] = this.#ends;
    const left = { pending: this.#pending, running: this.#hosted };
    return { submitted: this.#submitted, succeeded, failed, stopped, rejected, ...left };
  }

  upTo(nowMs: number): EngineIntegrals {
    this.#advance(nowMs);
    return {
      requested: this.#view.resources.names.map((resource, lane) => ({
        resource,
        amountMs: String(this.#requestedMs[lane] ?? 0n),
      })),
      instanceMs: String(this.#instanceMs),
      pendingMs: String(this.#pendingMs),
      hostedMs: String(this.#hostedMs),
    };
  }

  instance(nowMs: number, slot: number, state: InstanceState): void {
    this.#advance(nowMs);
    if (state === INSTANCE_STATE.booting) {
      this.#billed.add(this.#view.instanceId[slot]!);
      this.#instances += 1;
    }
    if (state === INSTANCE_STATE.terminated && this.#billed.has(this.#view.instanceId[slot]!))
      this.#instances -= 1;
  }

  submitted(nowMs: number): void {
    this.#advance(nowMs);
    this.#submitted += 1;
    this.#pending += 1;
  }

  placed(nowMs: number, task: number): void {
    this.#advance(nowMs);
    this.#pending -= 1;
    this.#hosted += 1;
    this.#request(task, 1);
  }

  running(nowMs: number): void {
    this.#advance(nowMs);
  }

  requeued(nowMs: number, task: number): void {
    this.#advance(nowMs);
    this.#hosted -= 1;
    this.#pending += 1;
    this.#request(task, -1);
  }

  ended(nowMs: number, task: number, slot: number, end: TaskEnd): void {
    this.#advance(nowMs);
    this.#ends[end]! += 1;
    if (slot < 0) {
      this.#pending -= 1;
    } else {
      this.#hosted -= 1;
      this.#request(task, -1);
    }
  }

  #request(task: number, sign: number): void {
    const view = this.#view;
    view.classes[view.taskClass[task]!]!.requests.forEach((amount, lane) => {
      this.#requested[lane] = (this.#requested[lane] ?? 0) + sign * amount;
    });
  }

  #advance(nowMs: number): void {
    const elapsed = BigInt(nowMs - this.#nowMs);
    this.#nowMs = nowMs;
    this.#instanceMs += BigInt(this.#instances) * elapsed;
    this.#pendingMs += BigInt(this.#pending) * elapsed;
    this.#hostedMs += BigInt(this.#hosted) * elapsed;
    this.#requested.forEach((amount, lane) => {
      this.#requestedMs[lane] = (this.#requestedMs[lane] ?? 0n) + BigInt(amount) * elapsed;
    });
  }
}
