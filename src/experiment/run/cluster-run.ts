import { ClusterEvents, type ClusterEventsOptions } from '../../controllers/cluster-events.ts';
import { FargatePlacement } from '../../controllers/ecs/fargate-placement.ts';
import { DisruptionBudgets } from '../../controllers/disruption-budgets.ts';
import { Evictions } from '../../controllers/evictions.ts';
import { Fleet } from '../../controllers/fleet.ts';
import { PodEvents } from '../../controllers/karpenter/pod-events.ts';
import type { NodeScaler } from '../../controllers/node-scaler.ts';
import type { Passes } from '../../controllers/placement.ts';
import type { Placer } from '../../controllers/placer.ts';
import { TaskLife } from '../../controllers/task-life.ts';
import { Kernel, type RunEnd } from '../../kernel/kernel.ts';
import { type RandomStream, RandomStreams } from '../../kernel/random-streams.ts';
import { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import type { Footprints } from '../../model/footprint.ts';
import type { SpotSeries } from '../../model/offer.ts';
import type { FleetGroup, Plan, PlatformPlan, ServicePlan, TaskTemplate } from '../../model/plan.ts';
import { type Recorder, tee } from '../../model/recorder.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import type { Scheduler, SchedulerDefinition } from '../../schedulers/scheduler.ts';
import { EventLog, type LogSink } from '../../telemetry/event-log.ts';
import { InstanceTelemetry } from '../../telemetry/instance-telemetry.ts';
import { createRunSeries, type RunSeries } from '../../telemetry/run-series.ts';
import { bucketLengthMs } from '../../telemetry/step-series.ts';
import { TaskTelemetry } from '../../telemetry/task-telemetry.ts';
import { UsageIntegral } from '../../telemetry/usage-integral.ts';
import { createPlatform } from '../platforms/index.ts';
import type { WarmUpWish } from '../warm-up.ts';
import { hostPortsOf, type Platform, type TaskOrigin } from '../platforms/platform.ts';
import { Admission } from './admission.ts';
import { manifestsOf, type PodTask, podTasks, replicasOf, templatePorts } from './manifest-workload.ts';
import { capacityProviderOf } from './ecs-classes.ts';
import { fargateOf, machineOf, planOnFargate } from './fargate-machines.ts';
import { createPlacing, type Placing } from './placing.ts';
import { constraintsOf, fleetOf, optionsOf, planOn, templatesOf } from './plan-parts.ts';
import { createPlatformRun } from './create-platform-run.ts';
import { namesProviders } from './provider-strategies.ts';
import { createNodeScaler } from './node-scaler.ts';
import type { PlatformRun } from './platform-run.ts';
import { SpotRun } from './spot-run.ts';
import { leavingOwnTasks } from './start-task-run.ts';
import { type Rejection, WorkloadRun, type WorkloadTables } from './workload-run.ts';

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

const NO_KEEPER = { instanceLost() {}, replace() {} };

/** What a run shows of itself while it goes on. */
export interface RunProgress {
  readonly nowMs: number;
  readonly events: number;
  readonly instances: number;
  readonly pending: number;
  readonly tasksSubmitted: number;
}

/**
 * One platform's run of a plan, wired: kernel, cluster store, scheduler, controllers, telemetry. Exogenous draws come
 * from streams named after the workload and the fleet alone, so every platform sees the same arrivals, runtimes and
 * boot times (common random numbers).
 *
 * The parts need each other in both directions (the fleet tells the queue of new room, the queue tells the scaler of
 * demand, the scaler grows the fleet). They are made from the bottom up; what points upwards is a function that looks
 * the other part up when it is called.
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
  /** Kubernetes objects of the plan; null without any. */
  readonly manifests: ManifestSet | null;
  /** Their pods, in the order in which they stand there. */
  readonly pods: readonly PodTask[];
  /** Null when the platform buys no Spot. */
  readonly spot: SpotRun | null;
  readonly controllers: PlatformRun;
  readonly #groups: readonly FleetGroup[];
  readonly #life: TaskLife;
  /** Null where tasks stop at once when they are told to. */
  readonly #evictions: Evictions | null;
  readonly #fleet: Fleet;
  readonly #admission: Admission;
  readonly #budgets: DisruptionBudgets;
  readonly #log: EventLog | null;
  /** Null without Karpenter. */
  readonly #podEvents: PodEvents | null;
  readonly #scaler: NodeScaler | null;
  /** Null when nothing happens to the instances from outside. */
  readonly #events: ClusterEvents | null;
  readonly #workload: WorkloadRun;
  #begun = false;

  constructor(input: ClusterRunInput) {
    const spoken = planOn(input.plan, input.platform);
    const { plan, platform } = planOnFargate(spoken, input.platform, templatesOf(spoken));
    this.input = { ...input, plan, platform };
    const isOnFargate = fargateOf(platform) !== undefined;
    this.#groups = fleetOf(plan, platform);
    this.streams = new RandomStreams(plan.seed, input.replication ?? 0);
    this.manifests = manifestsOf(plan);
    this.platform = this.#createPlatform();
    const { resources } = this.platform;
    this.pods = this.manifests === null ? [] : podTasks(this.manifests, plan, this.#groups, resources);
    this.store = this.#createStore();
    this.schedulerOptions = optionsOf(input.scheduler, platform, this.manifests);
    const scheduler = input.scheduler.create(this.schedulerOptions);
    this.scheduler = leavingOwnTasks(scheduler, plan, platform);

    this.seriesBucketMs = bucketLengthMs(plan.horizonMs);
    this.series = createRunSeries(Math.ceil(plan.horizonMs / this.seriesBucketMs), this.seriesBucketMs);
    this.tasks = new TaskTelemetry(this.store, this.series);
    this.instances = this.#instanceTelemetry();
    const bindMs = typeof platform.queue === 'string' ? 0 : platform.queue.bindMs;
    this.#life = new TaskLife(this.kernel, this.store, bindMs);
    this.#evictions = this.#createEvictions();
    this.#log = input.log === undefined ? null : new EventLog(this.store, input.log, this.#life);
    const recorders: Recorder[] = [this.tasks, this.instances];
    this.#podEvents = platform.autoscaler.kind === 'karpenter' ? new PodEvents() : null;
    if (this.#podEvents !== null) recorders.push(this.#podEvents);
    if (this.#log !== null) recorders.push(this.#log);
    this.store.recorder = tee(recorders);

    this.#budgets = new DisruptionBudgets(this.store, this.manifests?.budgets ?? []);
    const placing = isOnFargate ? this.#fargatePlacing() : this.#placing();
    this.placement = placing.placer;
    this.#life.attach(this.placement);
    this.spot = this.#spotRun();
    this.#fleet = this.#createFleet();
    this.spot?.attach(this.#fleet);
    this.#admission = new Admission({
      store: this.store,
      fleet: this.#fleet,
      scheduler,
      reservedPorts: this.platform.reservedPorts,
      roomFor: (taskClass, shape, zone) => this.controllers.roomFor(taskClass, shape, zone),
    });
    this.#scaler = this.#nodeScaler(placing);
    this.controllers = this.#platformRun();
    this.#events = this.#clusterEvents();
    this.#life.onReleased = (slot) => this.#released(slot);
    this.#workload = this.#workloadRun();
    if (this.#workload.triggers !== null) this.store.recorder = tee([...recorders, this.#workload.triggers]);
    for (const [group, count] of replicasOf(this.pods)) {
      this.#budgets.desired(this.store.groups.id(group), count);
    }
  }

  /** Tasks that no instance could ever take, by class id. */
  get rejections(): ReadonlyMap<number, Rejection> {
    return this.#workload.rejections;
  }

  /** Indexes in `pods`: on a node that has no room for them. */
  get refusedPods(): readonly number[] {
    return this.#workload.refusedPods;
  }

  /** The name of the pod that a task stands for, `default/web-1`; undefined for tasks of the scenario's own words. */
  podName(taskOrdinal: number): string | undefined {
    return this.#workload.podName(taskOrdinal);
  }

  // ---- the parts, from the bottom up ------------------------------------------------------------------------------

  readonly #stream = (purpose: string, entity: string): RandomStream => this.streams.stream(purpose, entity);

  #createPlatform(): Platform {
    const { plan, platform } = this.input;
    const templates = templatesOf(plan);
    const wanted = templates.flatMap((template) => [...template.extended.keys()]);
    return createPlatform(platform, {
      types: new Map(plan.types.map((type) => [type.name, type])),
      region: plan.region,
      extended: [...new Set([...wanted, ...(this.manifests?.extended ?? [])])].sort(),
      hostPorts: templates.flatMap(hostPortsOf).length,
      namesProviders: namesProviders(plan),
    });
  }

  #createStore(): ClusterStore {
    const { resources, reservedPorts } = this.platform;
    return new ClusterStore({
      resources,
      hostPorts: [
        ...reservedPorts,
        ...templatesOf(this.input.plan).flatMap(hostPortsOf),
        ...this.pods.flatMap(({ spec }) => spec.hostPorts),
        ...templatePorts(this.manifests, resources),
      ],
    });
  }

  #instanceTelemetry(): InstanceTelemetry {
    const types = new Map(this.input.plan.types.map((type) => [type.name, type]));
    return new InstanceTelemetry(this.store, this.series, (name, slot) =>
      Number(this.spot?.priceE10Of(slot) ?? types.get(name)!.priceE10PerHour),
    );
  }

  #createEvictions(): Evictions | null {
    const { kind, queue } = this.input.platform;
    if (kind !== 'kubernetes') return null;
    return new Evictions({
      kernel: this.kernel,
      store: this.store,
      life: this.#life,
      graceMs: typeof queue === 'string' ? 0 : queue.graceMs,
      onLeaving: (task) => this.controllers.taskLeaving?.(task),
    });
  }

  #placing(): Placing {
    const { platform, passes } = this.input;
    return createPlacing({
      kernel: this.kernel,
      store: this.store,
      scheduler: this.scheduler,
      random: this.#stream('placement', platform.name),
      queue: platform.queue,
      ...(passes === undefined ? {} : { passes }),
      life: this.#life,
      evictions: this.#evictions,
      budgets: () => this.#budgets.now(),
      onDemand: () => {
        this.#scaler?.demandSeen();
        this.controllers.tasksWait?.();
      },
      ...(this.#log === null ? {} : { onPassEnded: (nowMs: number) => this.#log?.passEnded(nowMs) }),
    });
  }

  #fargatePlacing(): Placing {
    const fargate = fargateOf(this.input.platform)!;
    const providerOf = (taskClass: TaskClass) =>
      capacityProviderOf(taskClass) ?? fargate.strategy[0]!.capacityProvider;
    const placer = new FargatePlacement({
      ...fargate,
      kernel: this.kernel,
      store: this.store,
      fleet: () => this.#fleet,
      machineOf: (taskClass) => machineOf(taskClass, providerOf(taskClass), this.#groups),
      interruptionsPerHour: (group) =>
        this.#groups[group]!.name === 'FARGATE_SPOT' ? fargate.interruptionsPerHour : 0,
      random: this.#stream('fargate-spot', this.input.platform.name),
      onPlaced: (task) => this.#life.placed(task),
      onInterrupted: (task) => this.#life.interrupt(task),
    });
    return { placer, demand: placer.queue, untried: new Set() };
  }

  #spotRun(): SpotRun | null {
    const { plan, platform, spotSeries } = this.input;
    return SpotRun.of({
      kernel: this.kernel,
      store: this.store,
      series: spotSeries ?? [],
      stream: this.#stream,
      plan,
      platform,
      groups: this.#groups,
      leavesOnDrain: (task) => this.controllers.leavesOnDrain(task),
      onEvicted: (task) => this.#evict(task),
      onDraining: platform.kind === 'kubernetes' ? (slot) => this.controllers.instanceDraining(slot) : null,
      onPrice: (slot) => this.instances.repriced(this.kernel.nowMs, slot),
    });
  }

  #createFleet(): Fleet {
    return new Fleet({
      kernel: this.kernel,
      store: this.store,
      groups: this.#groups,
      factory: this.platform,
      stream: this.#stream,
      onReady: (slot) => {
        this.controllers.instanceReady(slot);
        this.placement.instanceReady(slot);
        this.#scaler?.ready(slot);
        this.#scaler?.emptied(slot);
        this.spot?.ready(slot);
      },
      onGone: (slot) => {
        this.controllers.instanceGone?.(slot);
        this.placement.instanceGone(slot);
      },
      onTaskLost: (task) => {
        this.tasks.lossCount += 1;
        this.#life.interrupt(task);
      },
      buyer: this.spot?.buyer ?? null,
    });
  }

  #nodeScaler(placing: Placing): NodeScaler | null {
    const { plan, platform } = this.input;
    return createNodeScaler({
      plan,
      platform,
      kernel: this.kernel,
      store: this.store,
      fleet: this.#fleet,
      placing,
      scheduler: this.scheduler,
      admission: this.#admission,
      life: this.#life,
      stream: this.#stream,
      podEvents: this.#podEvents,
      manifests: this.manifests,
      budgets: () => this.#budgets.now(),
      isDaemon: (task) => this.controllers.isDaemon?.(task) === true,
      spotPriceE10: (typeName, zone) => this.spot?.offeredPriceE10(typeName, zone),
      onDraining: (slot) => this.controllers.instanceDraining(slot),
    });
  }

  #platformRun(): PlatformRun {
    const { plan, platform } = this.input;
    return createPlatformRun({
      plan,
      platform,
      schedulerOptions: this.schedulerOptions,
      kernel: this.kernel,
      store: this.store,
      systemPorts: this.platform.reservedPorts,
      scheduler: this.scheduler,
      life: this.#life,
      fleet: this.#fleet,
      queue: this.placement.queue,
      stream: this.#stream,
      classOf: (service, template) => this.#serviceClass(service, template),
      evict: (task) => this.#evict(task),
      evictions: this.#evictions,
      budgets: this.#budgets,
      manifests: this.manifests,
      pods: this.pods,
      nominations: () => this.placement.context().nominations ?? [],
      onAgent: (slot, isConnected) => {
        this.#log?.agent(this.kernel.nowMs, slot, isConnected);
        if (isConnected) this.placement.instanceReady(slot);
      },
      onDesired: (groupId, count) => {
        this.tasks.desired(this.kernel.nowMs, groupId, count);
        this.#budgets.desired(groupId, count);
      },
      onInterrupted: () => this.tasks.interrupted(),
      onEvicted: () => {
        this.tasks.evictionCount += 1;
      },
      observer: {
        said: (service, event, message) => this.#log?.serviceSaid(this.kernel.nowMs, service, event, message),
        bounds: (service, desired, minHealthy, maxTotal) =>
          this.#log?.serviceBounds(this.kernel.nowMs, { service, desired, minHealthy, maxTotal }),
        health: (task, isHealthy) => this.#log?.health(this.kernel.nowMs, task, isHealthy),
      },
    });
  }

  #clusterEvents(): ClusterEvents | null {
    const events = (this.input.plan.events ?? []).filter(({ kind }) => kind === 'outage' || kind === 'drain');
    if (events.length === 0) return null;
    return new ClusterEvents({
      kernel: this.kernel,
      store: this.store,
      fleet: this.#fleet,
      events,
      onOutage: (zone, isBack) => {
        this.#log?.outage(this.kernel.nowMs, zone, isBack);
        this.tasks.outage(this.kernel.nowMs, zone, isBack);
        if (isBack) this.controllers.zoneBack?.(zone);
      },
      onDraining: (slot) => this.controllers.instanceDraining(slot),
      scaler: this.#groupKeeper(),
      isIdle: (slot) => this.#life.isIdle(slot),
    });
  }

  #groupKeeper(): ClusterEventsOptions['scaler'] {
    // The tasks that lost a machine on Fargate ask for another one themselves.
    if (fargateOf(this.input.platform) !== undefined) return NO_KEEPER;
    return this.controllers.scaler ?? this.#scaler?.keeper ?? null;
  }

  #workloadRun(): WorkloadRun {
    return new WorkloadRun({
      plan: this.input.plan,
      tables: this.input.tables,
      kernel: this.kernel,
      store: this.store,
      life: this.#life,
      stream: this.#stream,
      pods: this.pods,
      onPodEntered: (index, task) => this.controllers.podEntered?.(index, task),
      placer: this.placement,
      classOf: (template, origin) => this.#classOf(template, origin),
      classForNextTask: (classId) => this.controllers.classForNextTask(classId),
      isPlaceable: (classId) => this.#admission.isPlaceable(classId),
      onSubmitted: (task) => this.controllers.taskSubmitted?.(task),
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

  #classOf(template: TaskTemplate, origin: TaskOrigin): number {
    return this.store.internClass(this.platform.taskClass(template, origin)).id;
  }

  /** Its instance drains: it must go elsewhere. */
  #evict(task: number): void {
    this.tasks.evictionCount += 1;
    this.#life.interrupt(task);
  }

  /** An instance has lost a task and is idle now. */
  #released(slot: number): void {
    if (fargateOf(this.input.platform) !== undefined) {
      this.#fleet.terminate(slot);
      return;
    }
    if (this.store.state[slot] === INSTANCE_STATE.ready) {
      this.#scaler?.emptied(slot);
      return;
    }
    this.#scaler?.idle(slot);
    if (this.store.state[slot] === INSTANCE_STATE.free) return;
    this.controllers.instanceIdle(slot);
    // The daemons that stop last may take their time.
    if (!this.#life.isIdle(slot)) return;
    this.controllers.scaler?.idle(slot);
    this.#events?.idle(slot);
  }

  // ---- the run ----------------------------------------------------------------------------------------------------

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
      complete: this.input.scheduler.complete(this.schedulerOptions) && !this.controllers.retries,
      honoursTaints: this.platform.honoursTaints,
      queue: this.#queueName(),
      seed: plan.seed,
      horizonMs: plan.horizonMs,
      reservedPorts: this.platform.reservedPorts,
      groups: this.#fleet.groups.map(({ name, size }) => ({ name, minimum: size.min, maximum: size.max })),
      constraints: constraintsOf(platform),
      isLeftToOthers: (taskClass) => this.scheduler.isLeftToOthers?.(taskClass) === true,
    });
    this.#fleet.start();
    this.#workload.startGiven();
    this.spot?.start();
    this.controllers.start();
    this.#scaler?.start();
    this.#workload.startJobs();
    this.#events?.start();
  }

  #queueName(): 'skip' | 'strict' | 'kube' | 'launch' {
    const { platform } = this.input;
    if (fargateOf(platform) !== undefined) return 'launch';
    return typeof platform.queue === 'string' ? platform.queue : platform.queue.kind;
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
