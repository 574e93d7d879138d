import { ClusterEvents } from '../controllers/cluster-events.ts';
import { DemandScaler } from '../controllers/demand-scaler.ts';
import { Fleet } from '../controllers/fleet.ts';
import { GivenTasks } from '../controllers/given-tasks.ts';
import { Jobs } from '../controllers/jobs.ts';
import { DisruptionBudgets } from '../controllers/disruption-budgets.ts';
import type { Passes } from '../controllers/placement.ts';
import type { Placer } from '../controllers/placer.ts';
import { Services } from '../controllers/services.ts';
import { TaskLife } from '../controllers/task-life.ts';
import { replayTrace } from '../controllers/trace-replay.ts';
import { sampler } from '../controllers/distributions.ts';
import { InputError } from '../errors.ts';
import { Kernel, type RunEnd } from '../kernel/kernel.ts';
import { type RandomStream, RandomStreams } from '../kernel/random-streams.ts';
import { ClusterStore } from '../model/cluster-store.ts';
import { INSTANCE_STATE, type InstanceShape } from '../model/cluster-view.ts';
import type { Footprints } from '../model/footprint.ts';
import type { SpotSeries } from '../model/offer.ts';
import type { FleetGroup, Plan, PlatformPlan, ServicePlan, TaskTemplate } from '../model/plan.ts';
import { type Recorder, tee } from '../model/recorder.ts';
import type { HostPort, TaskClass } from '../model/task-class.ts';
import type { TraceTable } from '../model/trace-table.ts';
import type { ManifestSet } from '../schedulers/kubernetes/manifests/manifest-set.ts';
import type { Scheduler, SchedulerDefinition } from '../schedulers/scheduler.ts';
import { EventLog, type LogSink } from '../telemetry/event-log.ts';
import { InstanceTelemetry } from '../telemetry/instance-telemetry.ts';
import { createRunSeries, type RunSeries } from '../telemetry/run-series.ts';
import { bucketLengthMs } from '../telemetry/step-series.ts';
import { TaskTelemetry } from '../telemetry/task-telemetry.ts';
import { UsageIntegral } from '../telemetry/usage-integral.ts';
import type { EcsOptions } from '../schedulers/ecs/ecs-options.ts';
import { EcsRun } from './ecs-run.ts';
import { manifestsOf, type PodTask, podTasks, podTitle, replicasOf } from './manifest-workload.ts';
import { createPlacing } from './placing.ts';
import { createPlatform } from './platforms/index.ts';
import { SpotRun } from './spot-run.ts';
import type { WarmUpWish } from './warm-up.ts';
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
  /** What is published of the energy of the plan's types; absent: nothing, and no metric of it. */
  readonly footprints?: Footprints;
  /** What waits, responses and slowdowns leave out at the start; absent: nothing. */
  readonly warmUp?: WarmUpWish;
  /** Gets the public event log. */
  readonly log?: LogSink;
  /** When room that a task gave back is offered to those that wait; default `at-end-of-instant`. */
  readonly passes?: Passes;
}

/** What a run shows of itself while it goes on. */
export interface RunProgress {
  readonly nowMs: number;
  readonly events: number;
  readonly instances: number;
  readonly pending: number;
  readonly tasksSubmitted: number;
}

type Stream = (purpose: string, entity: string) => RandomStream;

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
  readonly placement: Placer;
  readonly tasks: TaskTelemetry;
  readonly instances: InstanceTelemetry;
  readonly series: RunSeries;
  readonly seriesBucketMs: number;
  readonly streams: RandomStreams;
  readonly rejections = new Map<number, Rejection>();
  /** Kubernetes objects of the plan; null without any. */
  readonly manifests: ManifestSet | null;
  /** Their pods, in the order in which they stand there. */
  readonly pods: readonly PodTask[];
  /** Indexes in `pods`: on a node that has no room for them. */
  readonly refusedPods: number[] = [];
  readonly #given: GivenTasks;
  /** Null when the platform buys no Spot. */
  readonly spot: SpotRun | null;
  readonly #life: TaskLife;
  readonly #fleet: Fleet;
  readonly #budgets: DisruptionBudgets;
  readonly #log: EventLog | null;
  /** Null on ECS, whose own controllers look after its services. */
  readonly #services: Services | null;
  readonly ecs: EcsRun | null;
  /** Null when nothing happens to the instances from outside. */
  readonly #events: ClusterEvents | null;
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
    this.manifests = manifestsOf(plan);
    const wanted = templates.flatMap((template) => [...template.extended.keys()]);
    const extended = [...new Set([...wanted, ...(this.manifests?.extended ?? [])])].sort();
    this.platform = createPlatform(platform, {
      types,
      region: plan.region,
      extended,
      hostPorts: templates.flatMap(hostPortsOf).length,
    });
    const { resources } = this.platform;
    this.pods =
      this.manifests === null ? [] : podTasks(this.manifests, plan, fleetOf(plan, platform), resources);
    this.store = new ClusterStore({
      resources,
      hostPorts: [
        ...this.platform.reservedPorts,
        ...templates.flatMap(hostPortsOf),
        ...this.pods.flatMap(({ spec }) => spec.hostPorts),
      ],
    });
    this.schedulerOptions = optionsOf(input.scheduler, platform, this.manifests);
    this.scheduler = input.scheduler.create(this.schedulerOptions);

    this.seriesBucketMs = bucketLengthMs(plan.horizonMs);
    this.series = createRunSeries(Math.ceil(plan.horizonMs / this.seriesBucketMs), this.seriesBucketMs);
    this.tasks = new TaskTelemetry(this.store, this.series);
    this.instances = new InstanceTelemetry(this.store, this.series, (name, slot) =>
      Number(this.spot?.priceE10Of(slot) ?? types.get(name)!.priceE10PerHour),
    );
    const bindMs = typeof platform.queue === 'string' ? 0 : platform.queue.bindMs;
    this.#life = new TaskLife(this.kernel, this.store, bindMs);
    this.#budgets = new DisruptionBudgets(this.store, this.manifests?.budgets ?? []);
    this.#log = input.log === undefined ? null : new EventLog(this.store, input.log, this.#life);
    const recorders: Recorder[] = [this.tasks, this.instances];
    if (this.#log !== null) recorders.push(this.#log);
    this.store.recorder = tee(recorders);

    const scalerOptions = platform.autoscaler;
    let scaler: DemandScaler | null = null;
    const { placer, demand, untried } = createPlacing({
      kernel: this.kernel,
      store: this.store,
      scheduler: this.scheduler,
      random: stream('placement', platform.name),
      queue: platform.queue,
      ...(input.passes === undefined ? {} : { passes: input.passes }),
      life: this.#life,
      budgets: () => this.#budgets.now(),
      onDemand: () => scaler?.demandSeen(),
      ...(this.#log === null ? {} : { onPassEnded: (nowMs: number) => this.#log?.passEnded(nowMs) }),
    });
    this.placement = placer;
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
      onEvicted: (task) => this.#evict(task),
      onPrice: (slot) => this.instances.repriced(this.kernel.nowMs, slot),
    });
    this.#fleet = new Fleet({
      kernel: this.kernel,
      store: this.store,
      groups: fleetOf(plan, platform),
      factory: this.platform,
      stream,
      onReady: (slot) => {
        this.ecs?.services.instanceReady(slot);
        this.placement.instanceReady(slot);
        scaler?.emptied(slot);
        this.spot?.ready(slot);
      },
      onGone: (slot) => this.placement.instanceGone(slot),
      onTaskLost: (task) => {
        this.tasks.lossCount += 1;
        this.#life.interrupt(task);
      },
      buyer: this.spot?.buyer ?? null,
    });
    this.spot?.attach(this.#fleet);
    if (scalerOptions.kind === 'demand') {
      scaler = new DemandScaler({
        kernel: this.kernel,
        store: this.store,
        fleet: this.#fleet,
        queue: demand,
        untried,
        discipline: platform.queue === 'strict' ? 'strict' : 'skip',
        scheduler: {
          admits: (taskClass, shape, zone) => this.#admits(taskClass, shape, zone),
          maxPerInstance: (taskClass) => this.scheduler.maxPerInstance(taskClass),
        },
        isIdle: (slot) => this.#life.isIdle(slot),
        intervalMs: scalerOptions.intervalMs,
        idleMs: scalerOptions.idleMs,
      });
    }
    this.ecs = this.#ecsRun(stream);
    this.#events = this.#clusterEvents();
    this.#life.onReleased = (slot) => {
      if (this.store.state[slot] === INSTANCE_STATE.ready) scaler?.emptied(slot);
      else this.#drainedIdle(slot);
    };

    this.#services = this.ecs === null ? this.#plainServices(stream) : null;
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
    this.#given = new GivenTasks({
      kernel: this.kernel,
      store: this.store,
      life: this.#life,
      tasks: this.pods.map((task) => ({ ...task, classId: this.store.internClass(task.spec).id })),
      horizonMs: plan.horizonMs,
      onRefused: (index) => void this.refusedPods.push(index),
      onGatesRemoved: (task) => this.placement.removeGate(task),
    });
    for (const [group, count] of replicasOf(this.pods)) {
      this.#budgets.desired(this.store.groups.id(group), count);
    }
  }

  /** The name of the pod that a task stands for, `default/web-1`; undefined for tasks of the scenario's own words. */
  podName(taskOrdinal: number): string | undefined {
    const index = this.#given.indexOf(taskOrdinal);
    return index === undefined ? undefined : podTitle(this.pods[index]!.pod);
  }

  #clusterEvents(): ClusterEvents | null {
    const events = (this.input.plan.events ?? []).filter(({ kind }) => kind !== 'deploy');
    if (events.length === 0) return null;
    return new ClusterEvents({
      kernel: this.kernel,
      store: this.store,
      fleet: this.#fleet,
      events,
      onOutage: (zone, isBack) => {
        this.#log?.outage(this.kernel.nowMs, zone, isBack);
        this.tasks.outage(this.kernel.nowMs, zone, isBack);
      },
      onDraining: (slot) => this.#draining(slot),
      scaler: this.ecs?.scaler ?? null,
      isIdle: (slot) => this.#life.isIdle(slot),
    });
  }

  #plainServices(stream: Stream): Services {
    const { plan } = this.input;
    return new Services({
      kernel: this.kernel,
      store: this.store,
      life: this.#life,
      services: plan.workload.services.map((service) => ({
        plan: service,
        classId: this.#serviceClass(service, service.template),
      })),
      horizonMs: plan.horizonMs,
      stream,
      onDesired: (groupId, count) => {
        this.tasks.desired(this.kernel.nowMs, groupId, count);
        this.#budgets.desired(groupId, count);
      },
    });
  }

  #ecsRun(stream: Stream): EcsRun | null {
    const { plan, platform } = this.input;
    if (platform.kind !== 'ecs') return null;
    return new EcsRun({
      plan,
      platform,
      options: this.schedulerOptions as EcsOptions,
      kernel: this.kernel,
      store: this.store,
      scheduler: this.scheduler,
      life: this.#life,
      fleet: this.#fleet,
      queue: this.placement.queue,
      stream,
      classOf: (service, template) => this.#serviceClass(service, template),
      onDesired: (groupId, count) => this.tasks.desired(this.kernel.nowMs, groupId, count),
      observer: {
        said: (service, event, message) => this.#log?.serviceSaid(this.kernel.nowMs, service, event, message),
        bounds: (service, desired, minHealthy, maxTotal) =>
          this.#log?.serviceBounds(this.kernel.nowMs, { service, desired, minHealthy, maxTotal }),
        health: (task, isHealthy) => this.#log?.health(this.kernel.nowMs, task, isHealthy),
      },
    });
  }

  #serviceClass(service: ServicePlan, template: TaskTemplate): number {
    const { name, spread } = service;
    const id = this.#classOf(template, { group: name, kind: 'service', spread, amounts: template });
    this.#watch(service, this.store.classes[id]!.groupId);
    return id;
  }

  /** What a service states about itself is measured; a new revision does not change it. */
  #watch({ rollout, load, template }: ServicePlan, groupId: number): void {
    this.tasks.keeps(groupId, rollout?.minimumHealthyPercent ?? 100);
    if (load !== undefined && this.tasks.groups[groupId]?.usage === null) {
      this.tasks.uses(groupId, new UsageIntegral(load, template));
    }
  }

  /**
   * Tasks on an instance that drains: ECS replaces those of its services by their deployment's bounds and leaves the
   * others; elsewhere all of them are evicted at once, as by kubectl drain without disruption budgets.
   */
  #draining(slot: number): void {
    if (this.ecs !== null) {
      this.ecs.services.instanceDraining(slot);
      return;
    }
    const { store } = this;
    while (store.taskCount[slot]! > 0) this.#evict(store.firstTask[slot]!);
  }

  /** Its instance drains: it must go elsewhere. */
  #evict(task: number): void {
    this.tasks.evictionCount += 1;
    this.#life.interrupt(task);
  }

  /** Nothing but daemons is left on an instance that drains. */
  #drainedIdle(slot: number): void {
    this.ecs?.services.instanceIdle(slot);
    this.ecs?.scaler?.idle(slot);
    this.#events?.idle(slot);
  }

  #classOf(template: TaskTemplate, origin: TaskOrigin): number {
    return this.store.internClass(this.platform.taskClass(template, origin)).id;
  }

  /** Jobs and rows of traces that no instance could ever take leave at once; services wait on. */
  #submit(given: number, runtimeMs: number, startupMs: number): void {
    const classId = this.ecs?.classes.forNextTask(given) ?? given;
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
    // Whoever it is left to might place it; here it waits.
    if (this.scheduler.isLeftToOthers?.(taskClass) === true) return true;
    const byNewOne = this.#fleet.groups.some((group, index) =>
      typesOf(group).some((typeName) => {
        // Nodes that are given are all there is of their kind: they are looked at one by one.
        if ((group.nodes ?? group.containerInstances) !== undefined) return false;
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
    if (taskClass.hostPorts.some(isTaken)) return false;
    const room =
      this.ecs === null || this.ecs.isDaemonClass(taskClass) ? shape : this.ecs.afterDaemons(shape, zone);
    return this.scheduler.admits(taskClass, room, zone);
  }

  /** Does an instance that is there admit it for a label that no new one would have: its host name? */
  #isAdmittedByName(taskClass: TaskClass): boolean {
    const { store } = this;
    const hasNodes = this.#fleet.groups.some(
      (group) => (group.nodes ?? group.containerInstances) !== undefined,
    );
    if (taskClass.wishes.where.size === 0 && taskClass.native === null && !hasNodes) return false;
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
   * is left to happen. A stopped run goes on when called again, as does one that ran to `untilMs` alone.
   */
  run(observe?: (progress: RunProgress) => boolean, untilMs = this.input.plan.horizonMs): RunEnd {
    if (!this.#begun) this.#begin();
    return this.kernel.run({
      untilMs,
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
      complete: this.input.scheduler.complete(this.schedulerOptions) && this.ecs?.retries !== true,
      honoursTaints: this.platform.honoursTaints,
      queue: typeof platform.queue === 'string' ? platform.queue : platform.queue.kind,
      seed: plan.seed,
      horizonMs: plan.horizonMs,
      reservedPorts: this.platform.reservedPorts,
      groups: this.#fleet.groups.map(({ name, size }) => ({ name, minimum: size.min, maximum: size.max })),
      constraints: constraintsOf(platform),
      isLeftToOthers: (taskClass) => this.scheduler.isLeftToOthers?.(taskClass) === true,
    });
    this.#fleet.start();
    this.#given.start();
    this.spot?.start();
    this.#services?.start();
    this.ecs?.start();
    this.#jobs.start();
    this.#events?.start();
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
function optionsOf(
  definition: SchedulerDefinition,
  { name, scheduler }: PlatformPlan,
  manifests: ManifestSet | null,
): unknown {
  const cluster =
    manifests === null ? {} : { namespaces: manifests.namespaces, volumeLimits: manifests.volumeLimits };
  const read = definition.readOptions({ ...(scheduler.options as object), ...cluster });
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
  const deployed = (plan.events ?? []).flatMap((event) =>
    event.kind === 'deploy' && event.template !== null ? [event.template] : [],
  );
  return [
    ...[...services, ...jobs, ...traces, ...distributions].map(({ template }) => template),
    ...deployed,
  ];
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
