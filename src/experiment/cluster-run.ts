import { DemandScaler } from '../controllers/demand-scaler.ts';
import { Fleet } from '../controllers/fleet.ts';
import { Jobs } from '../controllers/jobs.ts';
import { Placement } from '../controllers/placement.ts';
import { Services } from '../controllers/services.ts';
import { TaskLife } from '../controllers/task-life.ts';
import { replayTrace } from '../controllers/trace-replay.ts';
import { sampler } from '../controllers/distributions.ts';
import { InputError } from '../errors.ts';
import { Kernel, type RunEnd } from '../kernel/kernel.ts';
import { RandomStreams } from '../kernel/random-streams.ts';
import { ClusterStore } from '../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../model/cluster-view.ts';
import type { SpotSeries } from '../model/offer.ts';
import type { FleetGroup, Plan, PlatformPlan, TaskTemplate } from '../model/plan.ts';
import { type Recorder, tee } from '../model/recorder.ts';
import type { HostPort, TaskClass } from '../model/task-class.ts';
import type { TraceTable } from '../model/trace-table.ts';
import type { Scheduler, SchedulerDefinition } from '../schedulers/scheduler.ts';
import { EventLog, type LogSink } from '../telemetry/event-log.ts';
import { InstanceTelemetry } from '../telemetry/instance-telemetry.ts';
import { createRunSeries, type RunSeries } from '../telemetry/run-series.ts';
import { bucketLengthMs } from '../telemetry/step-series.ts';
import { TaskTelemetry } from '../telemetry/task-telemetry.ts';
import { createPlatform } from './platforms/index.ts';
import { SpotRun } from './spot-run.ts';
import { hostPortsOf, type Platform, type TaskOrigin } from './platforms/platform.ts';

/** Rows of each trace and each empirical distribution of the plan, by name: drawn once per seed, for all platforms. */
export type WorkloadTables = ReadonlyMap<string, TraceTable>;

export interface ClusterRunInput {
  readonly plan: Plan;
  readonly platform: PlatformPlan;
  readonly tables: WorkloadTables;
  /** The definition of the platform's scheduler, built-in or plug-in. */
  readonly scheduler: SchedulerDefinition;
  /** Spot price history of the imported list; absent: none. */
  readonly spotSeries?: readonly SpotSeries[];
  /** Counts from 0; each has its own random streams. */
  readonly replication?: number;
  /** Gets the public event log. */
  readonly log?: LogSink;
}

/** What a run shows of itself while it goes on. */
export interface RunProgress {
  readonly nowMs: number;
  readonly events: number;
  readonly instances: number;
  readonly pending: number;
  readonly tasksSubmitted: number;
}

/** Tasks that can never be placed, by what they ask for. */
export interface Rejection {
  readonly classId: number;
  tasks: number;
}

/**
 * One platform's run of a plan, wired: kernel, cluster store, scheduler, controllers, telemetry. Exogenous draws come
 * from streams named after the workload and the fleet alone, so every platform sees the same arrivals, runtimes and
 * boot times (common random numbers).
 */
export class ClusterRun {
  readonly input: ClusterRunInput;
  readonly kernel = new Kernel();
  readonly platform: Platform;
  readonly store: ClusterStore;
  readonly scheduler: Scheduler;
  /** As the scheduler's definition read them. */
  readonly schedulerOptions: unknown;
  readonly placement: Placement;
  readonly tasks: TaskTelemetry;
  readonly instances: InstanceTelemetry;
  readonly series: RunSeries;
  readonly seriesBucketMs: number;
  readonly streams: RandomStreams;
  readonly rejections = new Map<number, Rejection>();
  /** Null when the platform buys no Spot. */
  readonly spot: SpotRun | null;
  readonly #life: TaskLife;
  readonly #fleet: Fleet;
  readonly #log: EventLog | null;
  readonly #services: Services;
  readonly #jobs: Jobs;
  /** By class id: could any instance of the fleet take it? */
  readonly #placeable: (boolean | undefined)[] = [];
  #begun = false;

  constructor(input: ClusterRunInput) {
    this.input = input;
    const { plan, platform, tables } = input;
    this.streams = new RandomStreams(plan.seed, input.replication ?? 0);
    const stream = (purpose: string, entity: string) => this.streams.stream(purpose, entity);
    const templates = templatesOf(plan);
    const types = new Map(plan.types.map((type) => [type.name, type]));
    const extended = [...new Set(templates.flatMap((template) => [...template.extended.keys()]))].sort();
    this.platform = createPlatform(platform, { types, region: plan.region, extended });
    this.store = new ClusterStore({
      resources: this.platform.resources,
      hostPorts: [...this.platform.reservedPorts, ...templates.flatMap(hostPortsOf)],
    });
    this.schedulerOptions = optionsOf(input.scheduler, platform);
    this.scheduler = input.scheduler.create(this.schedulerOptions);

    this.seriesBucketMs = bucketLengthMs(plan.horizonMs);
    this.series = createRunSeries(Math.ceil(plan.horizonMs / this.seriesBucketMs), this.seriesBucketMs);
    this.tasks = new TaskTelemetry(this.store, this.series);
    this.instances = new InstanceTelemetry(this.store, this.series, (name, slot) =>
      Number(this.spot?.priceE10Of(slot) ?? types.get(name)!.priceE10PerHour),
    );
    this.#life = new TaskLife(this.kernel, this.store);
    this.#log = input.log === undefined ? null : new EventLog(this.store, input.log, this.#life);
    const recorders: Recorder[] = [this.tasks, this.instances];
    if (this.#log !== null) recorders.push(this.#log);
    this.store.recorder = tee(recorders);

    const scalerOptions = platform.autoscaler;
    let scaler: DemandScaler | null = null;
    this.placement = new Placement({
      kernel: this.kernel,
      store: this.store,
      scheduler: this.scheduler,
      random: stream('placement', platform.name),
      discipline: platform.queue,
      onPlaced: (task) => this.#life.placed(task),
      onLeftWaiting: () => scaler?.demandSeen(),
      ...(this.#log === null ? {} : { onPassEnded: (nowMs: number) => this.#log?.passEnded(nowMs) }),
    });
    this.#life.attach(this.placement);
    this.spot = SpotRun.of({
      kernel: this.kernel,
      store: this.store,
      series: input.spotSeries ?? [],
      stream,
      plan,
      platform,
      groups: fleetOf(plan, platform),
      // ECS moves the tasks of services and lets others run to the end; Kubernetes evicts every pod.
      leavesOnDrain: (task) =>
        platform.kind !== 'ecs' || this.store.classes[this.store.taskClass[task]!]!.groupKind === 'service',
      onEvicted: (task) => this.#life.interrupt(task),
      onPrice: (slot) => this.instances.repriced(this.kernel.nowMs, slot),
    });
    this.#fleet = new Fleet({
      kernel: this.kernel,
      store: this.store,
      groups: fleetOf(plan, platform),
      factory: this.platform,
      stream,
      onReady: (slot) => {
        this.placement.requestPass();
        scaler?.emptied(slot);
        this.spot?.ready(slot);
      },
      onGone: () => this.placement.instanceGone(),
      onTaskLost: (task) => this.#life.interrupt(task),
      buyer: this.spot?.buyer ?? null,
    });
    this.spot?.attach(this.#fleet);
    if (scalerOptions.kind === 'demand') {
      scaler = new DemandScaler({
        kernel: this.kernel,
        store: this.store,
        fleet: this.#fleet,
        queue: this.placement.queue,
        discipline: platform.queue,
        scheduler: {
          admits: (taskClass, shape, zone) => this.#admits(taskClass, shape, zone),
          maxPerInstance: (taskClass) => this.scheduler.maxPerInstance(taskClass),
        },
        intervalMs: scalerOptions.intervalMs,
        idleMs: scalerOptions.idleMs,
      });
    }
    this.#life.onReleased = (slot) => scaler?.emptied(slot);

    this.#services = new Services({
      kernel: this.kernel,
      store: this.store,
      life: this.#life,
      services: plan.workload.services.map((service) => ({
        plan: service,
        classId: this.#classOf(service.template, {
          group: service.name,
          kind: 'service',
          spread: service.spread,
          amounts: service.template,
        }),
      })),
      horizonMs: plan.horizonMs,
      stream,
      onDesired: (groupId, count) => this.tasks.desired(this.kernel.nowMs, groupId, count),
    });
    this.#jobs = new Jobs({
      kernel: this.kernel,
      jobs: plan.workload.jobs.map((job) => ({
        plan: job,
        classId: this.#classOf(job.template, {
          group: job.name,
          kind: 'job',
          spread: 'none',
          amounts: job.template,
        }),
      })),
      startEpochMs: plan.startEpochMs,
      horizonMs: plan.horizonMs,
      stream,
      submit: (classId, runtimeMs, startupMs) => this.#submit(classId, runtimeMs, startupMs),
    });
    for (const { name, template } of [...plan.workload.traces, ...plan.workload.distributions]) {
      const startup = sampler(template.startup);
      const draws = stream('startup', name);
      const table = tables.get(name)!;
      replayTrace({
        kernel: this.kernel,
        name,
        table,
        horizonMs: plan.horizonMs,
        classIds: table.shapes.map((amounts) =>
          this.#classOf(template, { group: name, kind: 'trace', spread: 'none', amounts }),
        ),
        startupMs: () => startup(draws.double()),
        submit: (classId, runtimeMs, startupMs) => this.#submit(classId, runtimeMs, startupMs),
      });
    }
  }

  #classOf(template: TaskTemplate, origin: TaskOrigin): number {
    return this.store.internClass(this.platform.taskClass(template, origin)).id;
  }

  /** Jobs and rows of traces that no instance could ever take leave at once; services wait on. */
  #submit(classId: number, runtimeMs: number, startupMs: number): void {
    this.#placeable[classId] ??= this.#isPlaceable(classId);
    if (this.#placeable[classId]) {
      this.#life.submit(classId, runtimeMs, startupMs);
      return;
    }
    this.#life.reject(classId, runtimeMs, startupMs);
    const rejection = this.rejections.get(classId);
    if (rejection === undefined) this.rejections.set(classId, { classId, tasks: 1 });
    else rejection.tasks += 1;
  }

  #isPlaceable(classId: number): boolean {
    const taskClass = this.store.classes[classId]!;
    const byNewOne = this.#fleet.groups.some((group, index) =>
      typesOf(group).some((typeName) => {
        const shape = this.#fleet.shape(index, typeName);
        return group.zones.some((zone) => this.#admits(taskClass, shape, zone));
      }),
    );
    return byNewOne || this.#isAdmittedByName(taskClass);
  }

  /** Could an empty instance take it? The system's own ports are taken on all of them. */
  #admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean {
    const { reservedPorts } = this.platform;
    const isTaken = ({ protocol, port }: HostPort) =>
      reservedPorts.some((reserved) => reserved.protocol === protocol && reserved.port === port);
    return !taskClass.hostPorts.some(isTaken) && this.scheduler.admits(taskClass, shape, zone);
  }

  /** Does an instance that is there admit it for a label that no new one would have: its host name? */
  #isAdmittedByName(taskClass: TaskClass): boolean {
    const { store } = this;
    if (taskClass.wishes.where.size === 0 && taskClass.native === null) return false;
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] === INSTANCE_STATE.free) continue;
      const shape = store.shapes[store.shapeOf[slot]!]!;
      const labels = new Map<string, string>();
      for (const key of store.labelKeys) {
        const value = store.label(slot, key);
        if (value !== undefined) labels.set(key, value);
      }
      if (this.#admits(taskClass, { ...shape, labels }, store.strings.name(store.zone[slot]!))) return true;
    }
    return false;
  }

  /**
   * Runs to the horizon of the plan. `observe` is asked every thousand or so events, and stops the run by returning
   * true. Returns how it ended; the clock then stands at the horizon, or at the last event when it was stopped or nothing
   * is left to happen. A stopped run goes on when called again.
   */
  run(observe?: (progress: RunProgress) => boolean): RunEnd {
    if (!this.#begun) this.#begin();
    return this.kernel.run({
      untilMs: this.input.plan.horizonMs,
      ...(observe === undefined ? {} : { shouldStop: () => observe(this.#progress()) }),
    });
  }

  #begin(): void {
    this.#begun = true;
    const { plan, platform } = this.input;
    this.#log?.beginRun({
      scenario: plan.name,
      platform: platform.name,
      platformKind: platform.kind,
      scheduler: this.scheduler.name,
      complete: this.input.scheduler.complete(this.schedulerOptions),
      honoursTaints: this.platform.honoursTaints,
      queue: platform.queue,
      seed: plan.seed,
      horizonMs: plan.horizonMs,
      reservedPorts: this.platform.reservedPorts,
      groups: this.#fleet.groups.map(({ name, size }) => ({ name, minimum: size.min, maximum: size.max })),
      constraints: constraintsOf(platform),
    });
    this.#fleet.start();
    this.spot?.start();
    this.#services.start();
    this.#jobs.start();
  }

  #progress(): RunProgress {
    return {
      nowMs: this.kernel.nowMs,
      events: this.kernel.eventsProcessed,
      instances: this.series.instances.value,
      pending: this.placement.queue.size,
      tasksSubmitted: this.tasks.submittedCount,
    };
  }

  /** Writes the end of the event log. `endMs`: where the clock stands; `counts` come from the summary. */
  endLog(
    endMs: number,
    counts: Parameters<EventLog['end']>[1],
    integrals: Parameters<EventLog['end']>[2],
  ): void {
    this.#log?.end(endMs, counts, integrals);
  }
}

/**
 * A plan holds options as the scenario has them. Those of built-in schedulers were checked with it; a plug-in is asked
 * here for the first time, and what it does not like is bad input.
 */
function optionsOf(definition: SchedulerDefinition, { name, scheduler }: PlatformPlan): unknown {
  const read = definition.readOptions(scheduler.options);
  if ('options' in read) return read.options;
  throw new InputError(
    read.problems.map(({ message }) => ({
      severity: 'error',
      code: 'E1102',
      message: `Platform ${name}: ${message}`,
    })),
  );
}

/** The fleet that the platform runs on. */
export function fleetOf(plan: Plan, platform: PlatformPlan): readonly FleetGroup[] {
  return platform.fleet ?? plan.fleet;
}

function typesOf(group: FleetGroup): readonly string[] {
  return group.instances.length > 0 ? [...new Set(group.instances.map(({ type }) => type))] : group.types;
}

function templatesOf(plan: Plan): readonly TaskTemplate[] {
  const { services, jobs, traces, distributions } = plan.workload;
  return [...services, ...jobs, ...traces, ...distributions].map(({ template }) => template);
}

/** Do the wishes of a class say all that decides where its tasks may go? A plug-in or a configuration may add rules. */
function constraintsOf({ scheduler }: PlatformPlan): 'wishes' | 'wishes-and-more' {
  const options = (scheduler.options ?? {}) as {
    placementConstraints?: readonly unknown[];
    config?: unknown;
  };
  const adds = (options.placementConstraints ?? []).length > 0 || options.config !== undefined;
  return adds || scheduler.plugin !== null ? 'wishes-and-more' : 'wishes';
}
