import { ClusterEvents, type ClusterEventsOptions } from '../../controllers/cluster-events.ts';
import { DisruptionBudgets } from '../../controllers/disruption-budgets.ts';
import { Evictions } from '../../controllers/evictions.ts';
import { Fleet } from '../../controllers/fleet.ts';
import type { NodeScaler } from '../../controllers/node-scaler.ts';
import type { Passes } from '../../controllers/placement.ts';
import type { Placer } from '../../controllers/placer.ts';
import { TaskLife } from '../../controllers/task-life.ts';
import { Gate } from '../../kernel/gate.ts';
import { Kernel, type RunEnd } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { Footprints } from '../../model/footprint.ts';
import type { Overflow } from '../../model/overflow.ts';
import type { SpotSeries } from '../../model/offer.ts';
import type { PlatformPlan, ServicePlan, TaskTemplate } from '../../model/plan.ts';
import { hasOwnMasters } from '../../model/self-run-control-plane.ts';
import type { Scheduler } from '../../schedulers/scheduler.ts';
import type { EventLog, LogSink } from '../../telemetry/event-log.ts';
import type { InstanceTelemetry } from '../../telemetry/instance-telemetry.ts';
import type { RunSeries } from '../../telemetry/run-series.ts';
import type { TaskTelemetry } from '../../telemetry/task-telemetry.ts';
import type { Platform } from '../platforms/platform.ts';
import type { WarmUpWish } from '../warm-up.ts';
import { Admission } from './admission.ts';
import { createFargatePlacing } from './fargate-placing.ts';
import { fargateOf } from './fargate-machines.ts';
import { IdleInstances } from './idle-instances.ts';
import { replicasOf } from './manifest-workload.ts';
import { MemoryRun } from './memory-run.ts';
import { createPlacing, type Placing } from './placing.ts';
import { constraintsOf, leastInstances } from './plan-parts.ts';
import { RunTelemetry } from './run-telemetry.ts';
import { RunWorld, type RunWorldInput } from './run-world.ts';
import { createPlatformRun } from './create-platform-run.ts';
import { createNodeScaler } from './node-scaler.ts';
import type { PlatformRun } from './platform-run.ts';
import { bringsNewRules, upgradeScheduler } from './scheduler-upgrade.ts';
import { SpotRun } from './spot-run.ts';
import { type Rejection, WorkloadRun, type WorkloadTables } from './workload-run.ts';

export interface ClusterRunInput extends RunWorldInput {
  readonly tables: WorkloadTables;
  /** Spot price history of the imported list; absent: none. */
  readonly spotSeries?: readonly SpotSeries[];
  /** What is published of the energy of the plan's types; absent: nothing, and no metric of it. */
  readonly footprints?: Footprints;
  /** What waits, responses and slowdowns leave out at the start; absent: nothing. */
  readonly warmUp?: WarmUpWish;
  /** Gets the public event log. */
  readonly log?: LogSink;
  /** Default true; false: no rows of attempts, for runs of which no result is made. */
  readonly keepsAttempts?: boolean;
  /** Where rows of attempts go that memory should not hold; absent: memory holds all. */
  readonly overflow?: Overflow;
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
  /** The cluster before anything happens, and what it is made from; what others read most stands below by itself. */
  readonly world: RunWorld;
  readonly platform: Platform;
  readonly store: ClusterStore;
  readonly scheduler: Scheduler;
  readonly telemetry: RunTelemetry;
  readonly tasks: TaskTelemetry;
  readonly instances: InstanceTelemetry;
  readonly series: RunSeries;
  readonly placement: Placer;
  /** Null when the platform buys no Spot. */
  readonly spot: SpotRun | null;
  readonly controllers: PlatformRun;
  /** Versions that the control plane has had since, null where nobody said which. */
  readonly upgrades: { readonly atMs: number; readonly version: string | null }[] = [];
  /** What asks the Kubernetes API stands under it; null where the API always answers. */
  readonly #gate: Gate | null;
  /** With Karpenter: when nodes that are older drift. Grows with each upgrade of the control plane. */
  readonly #drifts: number[] = [];
  /** Null where nobody states what tasks use of memory. */
  readonly memory: MemoryRun | null;
  readonly #life: TaskLife;
  /** Null where tasks stop at once when they are told to. */
  readonly #evictions: Evictions | null;
  readonly #fleet: Fleet;
  readonly #admission: Admission;
  readonly #budgets: DisruptionBudgets;
  readonly #scaler: NodeScaler | null;
  /** Null when nothing happens to the instances from outside. */
  readonly #events: ClusterEvents | null;
  readonly #workload: WorkloadRun;
  #begun = false;

  constructor(input: ClusterRunInput) {
    this.world = new RunWorld(input);
    this.input = { ...input, plan: this.world.plan, platform: this.world.platformPlan };
    this.platform = this.world.platform;
    this.store = this.world.store;
    this.scheduler = this.world.scheduler;
    const { queue } = this.input.platform;
    this.#gate = hasOwnMasters(this.input.platform) ? new Gate() : null;
    this.#life = new TaskLife(this.kernel, this.store, typeof queue === 'string' ? 0 : queue.bindMs);
    this.telemetry = new RunTelemetry({
      world: this.world,
      kernel: this.kernel,
      life: this.#life,
      spotPriceE10: (slot) => this.spot?.priceE10Of(slot),
      attempts: {
        targetMs: this.world.plan.slo?.waitMs ?? null,
        keepsAttempts: input.keepsAttempts ?? true,
        overflow: input.overflow,
      },
      ...(input.log === undefined ? {} : { log: input.log }),
    });
    this.tasks = this.telemetry.tasks;
    this.instances = this.telemetry.instances;
    this.series = this.telemetry.series;
    this.memory = MemoryRun.of({
      world: this.world,
      kernel: this.kernel,
      telemetry: this.telemetry,
      life: this.#life,
    });
    this.#evictions = this.#createEvictions();
    this.#budgets = new DisruptionBudgets(this.store, this.world.manifests?.budgets ?? []);
    const placing = this.kernel.under(this.#gate, () => this.#placing());
    this.placement = placing.placer;
    this.#life.attach(this.placement);
    this.spot = this.#spotRun();
    this.#fleet = this.#createFleet();
    this.spot?.attach(this.#fleet);
    this.#admission = new Admission({
      store: this.store,
      fleet: this.#fleet,
      scheduler: this.world.wholeScheduler,
      reservedPorts: this.platform.reservedPorts,
      roomFor: (taskClass, shape, zone) => this.controllers.roomFor(taskClass, shape, zone),
    });
    this.#scaler = this.kernel.under(this.#gate, () => this.#nodeScaler(placing));
    this.controllers = this.kernel.under(this.#gate, () => this.#platformRun());
    this.#events = this.#clusterEvents();
    const idle = this.#idleInstances();
    this.#life.onReleased = (slot) => idle.idle(slot);
    this.#workload = this.#workloadRun();
    if (this.#workload.triggers !== null) this.telemetry.add(this.#workload.triggers);
    for (const [group, count] of replicasOf(this.world.pods)) {
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

  get #isOnFargate(): boolean {
    return fargateOf(this.input.platform) !== undefined;
  }

  // ---- the parts, from the bottom up ------------------------------------------------------------------------------

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
    const { kernel, store, scheduler, world } = this;
    const { platform, passes } = this.input;
    const life = this.#life;
    if (this.#isOnFargate) return createFargatePlacing({ world, kernel, life, fleet: () => this.#fleet });
    return createPlacing({
      kernel,
      store,
      scheduler,
      random: world.stream('placement', platform.name),
      queue: platform.queue,
      ...(passes === undefined ? {} : { passes }),
      life,
      evictions: this.#evictions,
      budgets: () => this.#budgets.now(),
      onDemand: () => {
        this.#scaler?.demandSeen();
        this.controllers.tasksWait?.();
      },
      ...this.#passEnds(),
    });
  }

  /** The log tells of each pass that is over. */
  #passEnds(): { readonly onPassEnded?: (nowMs: number) => void } {
    const { log } = this.telemetry;
    return log === null ? {} : { onPassEnded: (nowMs) => log.passEnded(nowMs) };
  }

  #spotRun(): SpotRun | null {
    const { plan, platform, spotSeries } = this.input;
    return SpotRun.of({
      kernel: this.kernel,
      store: this.store,
      series: spotSeries ?? [],
      stream: this.world.stream,
      plan,
      platform,
      groups: this.world.groups,
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
      groups: this.world.groups,
      factory: this.platform,
      stream: this.world.stream,
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
      joins: this.#gate,
    });
  }

  #nodeScaler(placing: Placing): NodeScaler | null {
    const { plan } = this.input;
    return createNodeScaler({
      plan,
      platform: this.#withUpgrades(),
      kernel: this.kernel,
      store: this.store,
      fleet: this.#fleet,
      placing,
      scheduler: this.scheduler,
      admission: this.#admission,
      life: this.#life,
      stream: this.world.stream,
      podEvents: this.telemetry.podEvents,
      manifests: this.world.manifests,
      budgets: () => this.#budgets.now(),
      isDaemon: (task) => this.controllers.isDaemon?.(task) === true,
      daemonClasses: () => this.controllers.daemonClasses ?? [],
      spotPriceE10: (typeName, zone) => this.spot?.offeredPriceE10(typeName, zone),
      onDraining: (slot) => this.controllers.instanceDraining(slot),
    });
  }

  /** To Karpenter the nodes of the old version have drifted. */
  #withUpgrades(): PlatformPlan {
    const { platform, plan } = this.input;
    const { autoscaler } = platform;
    const hasUpgrades = (plan.events ?? []).some(({ kind }) => kind === 'upgrade');
    if (autoscaler.kind !== 'karpenter' || !hasUpgrades) return platform;
    this.#drifts.push(...autoscaler.driftMs);
    return { ...platform, autoscaler: { ...autoscaler, driftMs: this.#drifts } };
  }

  #platformRun(): PlatformRun {
    const { plan, platform } = this.input;
    return createPlatformRun({
      plan,
      platform,
      schedulerOptions: this.world.schedulerOptions,
      kernel: this.kernel,
      store: this.store,
      systemPorts: this.platform.reservedPorts,
      scheduler: this.scheduler,
      life: this.#life,
      fleet: this.#fleet,
      queue: this.placement.queue,
      stream: this.world.stream,
      classOf: (service, template) => this.#serviceClass(service, template),
      evict: (task) => this.#evict(task),
      evictions: this.#evictions,
      budgets: this.#budgets,
      manifests: this.world.manifests,
      pods: this.world.pods,
      nominations: () => this.placement.context().nominations ?? [],
      onAgent: (slot, isConnected) => {
        this.telemetry.agent(slot, isConnected);
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
      observer: this.telemetry.observer,
      onUntainted: (slot) => this.placement.instanceReady(slot),
      onKill: (task, cause, usedBytes) => this.telemetry.killed(task, cause, usedBytes),
      gate: this.#gate,
      onUpgraded: (version) => {
        this.upgrades.push({ atMs: this.kernel.nowMs, version });
        this.#drifts.push(this.kernel.nowMs);
        if (bringsNewRules(platform, version))
          upgradeScheduler(this.scheduler, this.input.scheduler, platform, this.world.manifests);
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
        this.telemetry.outage(zone, isBack);
        if (isBack) this.controllers.zoneBack?.(zone);
        else this.controllers.zoneLost?.(zone);
      },
      onDraining: (slot) => this.controllers.instanceDraining(slot),
      scaler: this.#groupKeeper(),
      isIdle: (slot) => this.#life.isIdle(slot),
      gate: this.#gate,
    });
  }

  #idleInstances(): IdleInstances {
    return new IdleInstances({
      kernel: this.kernel,
      store: this.store,
      life: this.#life,
      fleet: this.#fleet,
      controllers: this.controllers,
      scaler: this.#scaler,
      events: this.#events,
      gate: this.#gate,
      isOnFargate: this.#isOnFargate,
    });
  }

  #groupKeeper(): ClusterEventsOptions['scaler'] {
    // The tasks that lost a machine on Fargate ask for another one themselves.
    if (this.#isOnFargate) return NO_KEEPER;
    return this.controllers.scaler ?? this.#scaler?.keeper ?? null;
  }

  #workloadRun(): WorkloadRun {
    return new WorkloadRun({
      plan: this.input.plan,
      tables: this.input.tables,
      kernel: this.kernel,
      store: this.store,
      life: this.#life,
      stream: this.world.stream,
      pods: this.world.pods,
      isPodAdmitted: (index) => this.controllers.admitsPod?.(index) ?? true,
      onPodEntered: (index, task) => this.controllers.podEntered?.(index, task),
      placer: this.placement,
      classOf: (template, origin) => this.world.classOf(template, origin),
      classForNextTask: (classId) => this.controllers.classForNextTask(classId),
      isPlaceable: (classId) => this.#admission.isPlaceable(classId),
      onSubmitted: (task) => this.controllers.taskSubmitted?.(task),
    });
  }

  #serviceClass(service: ServicePlan, template: TaskTemplate): number {
    const { name, spread } = service;
    const id = this.world.classOf(template, { group: name, kind: 'service', spread, amounts: template });
    this.telemetry.watch(service, this.store.classes[id]!.groupId);
    return id;
  }

  /** Its instance drains: it must go elsewhere. */
  #evict(task: number): void {
    this.tasks.evictionCount += 1;
    this.#life.interrupt(task);
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
    this.telemetry.log?.beginRun({
      scenario: plan.name,
      platform: platform.name,
      platformKind: platform.kind,
      scheduler: this.scheduler.name,
      complete: this.input.scheduler.complete(this.world.schedulerOptions) && !this.controllers.retries,
      honoursTaints: this.platform.honoursTaints,
      queue: this.#queueName(),
      seed: plan.seed,
      horizonMs: plan.horizonMs,
      ...(this.memory !== null && { memory: { beyondBytes: this.memory.beyondBytes } }),
      reservedPorts: this.platform.reservedPorts,
      groups: this.#fleet.groups.map((group, index) => ({
        name: group.name,
        minimum: leastInstances(group),
        maximum: group.size.max + (this.controllers.surge?.(index) ?? 0),
      })),
      constraints: constraintsOf(platform),
      isLeftToOthers: (taskClass) => this.scheduler.isLeftToOthers?.(taskClass) === true,
    });
    this.#fleet.start();
    this.#workload.startGiven();
    this.spot?.start();
    this.controllers.start();
    this.memory?.start(this.controllers.memoryRules?.bind(this.controllers));
    this.#scaler?.start();
    this.#workload.startJobs();
    this.#events?.start();
  }

  #queueName(): 'skip' | 'strict' | 'kube' | 'launch' | 'asked-again' {
    const { platform } = this.input;
    if (this.#isOnFargate) return 'launch';
    if (platform.kind === 'ecs' && platform.runTask !== undefined) return 'asked-again';
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
    this.telemetry.log?.end(endMs, counts, integrals);
  }
}
