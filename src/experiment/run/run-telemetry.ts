import type { ServiceObserver } from '../../controllers/ecs/service-events.ts';
import { PodEvents } from '../../controllers/karpenter/pod-events.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ServicePlan } from '../../model/plan.ts';
import { type Recorder, tee } from '../../model/recorder.ts';
import type { MemoryCause } from '../../controllers/memory/memory-watch.ts';
import type { AttemptsOptions } from '../../telemetry/attempts.ts';
import { EventLog, type LogSink, type TaskPlan } from '../../telemetry/event-log.ts';
import { InstanceTelemetry } from '../../telemetry/instance-telemetry.ts';
import { createRunSeries, type RunSeries } from '../../telemetry/run-series.ts';
import { bucketLengthMs } from '../../telemetry/step-series.ts';
import { TaskTelemetry } from '../../telemetry/task-telemetry.ts';
import { UsageIntegral } from '../../telemetry/usage-integral.ts';
import type { RunWorld } from './run-world.ts';

export interface RunTelemetryOptions {
  readonly world: RunWorld;
  readonly kernel: Kernel;
  /** Planned times of the tasks, for the log. */
  readonly life: TaskPlan;
  /** What the Spot instance in a slot costs an hour, in 1e-10 dollars; undefined for the others. */
  readonly spotPriceE10: (slot: number) => bigint | number | undefined;
  readonly attempts: AttemptsOptions;
  /** Gets the public event log. */
  readonly log?: LogSink;
}

/** All that is measured and written down of one run; every part hears of each write to the cluster store. */
export class RunTelemetry {
  readonly tasks: TaskTelemetry;
  readonly instances: InstanceTelemetry;
  readonly series: RunSeries;
  readonly bucketMs: number;
  /** Null when nobody wants the log. */
  readonly log: EventLog | null;
  /** Null without Karpenter, which goes by when pods of a node came and went. */
  readonly podEvents: PodEvents | null;
  /** Of what services say about themselves. */
  readonly observer: ServiceObserver;
  readonly #kernel: Kernel;
  readonly #world: RunWorld;
  readonly #recorders: Recorder[];

  constructor({ world, kernel, life, spotPriceE10, attempts, log }: RunTelemetryOptions) {
    const { plan, platformPlan, store } = world;
    this.#kernel = kernel;
    this.#world = world;
    this.bucketMs = bucketLengthMs(plan.horizonMs);
    this.series = createRunSeries(Math.ceil(plan.horizonMs / this.bucketMs), this.bucketMs);
    this.tasks = new TaskTelemetry(store, this.series, attempts);
    const types = new Map(plan.types.map((type) => [type.name, type]));
    this.instances = new InstanceTelemetry(store, this.series, (name, slot) =>
      Number(spotPriceE10(slot) ?? types.get(name)!.priceE10PerHour),
    );
    this.log = log === undefined ? null : new EventLog(store, log, life);
    this.podEvents = platformPlan.autoscaler.kind === 'karpenter' ? new PodEvents() : null;
    this.observer = this.#serviceObserver();
    this.#recorders = [this.tasks, this.instances];
    if (this.podEvents !== null) this.#recorders.push(this.podEvents);
    if (this.log !== null) this.#recorders.push(this.log);
    store.recorder = tee(this.#recorders);
  }

  /** Another part hears of each write too, after all others. */
  add(recorder: Recorder): void {
    this.#recorders.push(recorder);
    this.#world.store.recorder = tee(this.#recorders);
  }

  /** A part that others ask while they hear of a write hears of each before them. */
  addFirst(recorder: Recorder): void {
    this.#recorders.unshift(recorder);
    this.#world.store.recorder = tee(this.#recorders);
  }

  /** A task is about to be killed for the memory that it, or its instance, uses. */
  killed(task: number, cause: MemoryCause, usedBytes: number): void {
    this.tasks.killed(this.#kernel.nowMs, task, cause, usedBytes);
    this.log?.killed(this.#kernel.nowMs, task, cause, usedBytes);
  }

  /** What a service states about itself is measured; a new revision does not change it. */
  watch({ rollout, load, template }: ServicePlan, groupId: number): void {
    this.tasks.keeps(groupId, rollout?.minimumHealthyPercent ?? 100);
    if (load !== undefined && this.tasks.groups[groupId]?.usage === null) {
      this.tasks.uses(groupId, new UsageIntegral(load, template));
    }
  }

  /** A zone is lost, or back. */
  outage(zone: string, isBack: boolean): void {
    this.log?.outage(this.#kernel.nowMs, zone, isBack);
    this.tasks.outage(this.#kernel.nowMs, zone, isBack);
  }

  /** An instance has lost its agent, or has it back. */
  agent(slot: number, isConnected: boolean): void {
    this.log?.agent(this.#kernel.nowMs, slot, isConnected);
  }

  #serviceObserver(): ServiceObserver {
    return {
      said: (service, event, message) => this.log?.serviceSaid(this.#kernel.nowMs, service, event, message),
      bounds: (service, desired, minHealthy, maxTotal) =>
        this.log?.serviceBounds(this.#kernel.nowMs, { service, desired, minHealthy, maxTotal }),
      terms: (service, terms) => this.log?.serviceTerms(this.#kernel.nowMs, { service, ...terms }),
      health: (task, isHealthy) => this.log?.health(this.#kernel.nowMs, task, isHealthy),
    };
  }
}
