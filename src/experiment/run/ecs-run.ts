import { AgentConnections } from '../../controllers/ecs/agent-connections.ts';
import { RunTaskCalls } from '../../controllers/ecs/run-task-calls.ts';
import { EcsTaskParts, type Registration } from '../../controllers/ecs/task-parts.ts';
import { EcsServices } from '../../controllers/ecs/ecs-services.ts';
import type { PlannedService } from '../../controllers/ecs/planned-service.ts';
import { ManagedScaler } from '../../controllers/ecs/managed-scaler.ts';
import { ProvisioningTimeout } from '../../controllers/ecs/provisioning-timeout.ts';
import { ServiceScaling } from '../../controllers/ecs/service-scaling.ts';
import { type InstanceShape, TASK_END } from '../../model/cluster-view.ts';
import type { Distribution, PlatformPlan } from '../../model/plan.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { EcsOptions } from '../../schedulers/ecs/ecs-options.ts';
import { PartTimes } from '../../telemetry/part-times.ts';
import { SECOND } from '../../units.ts';
import type { EcsSummary } from '../result.ts';
import { capacityProviderOf, EcsClasses } from './ecs-classes.ts';
import type { PlatformRun, PlatformRunParts } from './platform-run.ts';
import { ecsServiceSettings, plannedService, taskToStop } from './planned-services.ts';
import { platformStrategy, strategyOn } from './provider-strategies.ts';
import { StartTaskRun } from './start-task-run.ts';

const AT_ONCE: Distribution = { kind: 'constant', valueMs: 0 };

/** The parts of a run that the controllers of ECS build on. */
export interface EcsRunParts extends PlatformRunParts {
  readonly platform: Extract<PlatformPlan, { kind: 'ecs' }>;
  readonly options: EcsOptions;
}

/** Amazon ECS in a run: its service scheduler, its capacity providers, its auto scaling, wired together. */
export class EcsRun implements PlatformRun {
  readonly services: EcsServices;
  readonly scaler: ManagedScaler | null;
  readonly classes: EcsClasses;
  /** True when tasks of services are, or those of jobs. */
  readonly retries: boolean;
  readonly #parts: EcsRunParts;
  readonly #scaling: ServiceScaling;
  readonly #timeout: ProvisioningTimeout | null;
  readonly #daemonClasses: readonly number[];
  /** Null: tasks of jobs wait for room. */
  readonly #runTasks: RunTaskCalls | null;
  /** Null: ECS places every task itself. */
  readonly #own: StartTaskRun | null;
  /** Null: every agent stays connected. */
  readonly #agents: AgentConnections | null;
  /** Null: the start-up of a task is a length of time, and it stops at once. */
  readonly parts: EcsTaskParts | null;
  readonly partTimes = new PartTimes();

  constructor(parts: EcsRunParts) {
    this.#parts = parts;
    const { plan, platform, kernel, store, life } = parts;
    const { autoscaler } = platform;
    this.retries = ecsServiceSettings(platform).unplaced === 'retry' || platform.runTask !== undefined;
    const capacity = autoscaler.kind === 'managed-scaling' ? autoscaler : null;
    this.classes = this.#boundClasses();
    const planned = plan.workload.services.map((service) => plannedService(service, parts, this.classes));
    this.#daemonClasses = planned.flatMap(({ plan: service, classId }) =>
      service.daemon === true ? [classId(service.template, null, null)] : [],
    );
    this.parts = this.#taskParts(planned);
    this.#agents = this.#agentConnections();
    this.#runTasks = this.#runTaskCalls();
    this.#own = StartTaskRun.of(parts, parts.systemPorts);
    this.services = new EcsServices({
      ...parts,
      services: planned,
      deploys: (plan.events ?? []).filter((event) => event.kind === 'deploy'),
      settings: ecsServiceSettings(platform),
      provisioningQuota: capacity?.provisioningQuota ?? null,
      horizonMs: plan.horizonMs,
      choose: (tasks, isUnhealthy) => taskToStop(parts, tasks, isUnhealthy),
      matches: (classId, slot) => this.#matches(classId, slot),
      isDistinct: (classId) => parts.scheduler.maxPerInstance(store.classes[classId]!) === 1,
      waiting: () => parts.queue.size - (this.#own?.waiting() ?? 0),
    });
    const { scaleOutDatapoints, scaleInDatapoints } = ecsServiceSettings(platform);
    this.#scaling = new ServiceScaling({
      kernel,
      services: plan.workload.services.flatMap((service) => {
        const running = this.services.service(service.name);
        return running === undefined ? [] : [{ plan: service, service: running }];
      }),
      setDesired: (name, count) => this.services.setDesired(name, count),
      datapoints: { out: scaleOutDatapoints, in: scaleInDatapoints },
    });
    life.isIdle = (slot) => !this.#isBusy(slot);
    this.scaler = capacity === null ? null : this.#managedScaler(capacity);
    this.#timeout =
      capacity === null
        ? null
        : new ProvisioningTimeout(kernel, store, capacity.provisioningTimeoutMs, (task) => {
            if (this.#own?.owns(store.taskClass[task]!) === true) return;
            if (!this.services.timedOut(task)) life.end(task, TASK_END.failed);
          });
  }

  start(): void {
    this.services.start();
    this.#scaling.start();
    this.scaler?.start();
    this.#timeout?.start();
    this.#agents?.start();
  }

  /** The class of a task that RunTask places, bound to the capacity provider whose turn it is. */
  classForNextTask(classId: number): number {
    return this.#own?.owns(classId) === true ? classId : this.classes.forNextTask(classId);
  }

  taskSubmitted(task: number): void {
    if (this.#own?.owns(this.#parts.store.taskClass[task]!) !== true) this.#runTasks?.submitted(task);
  }

  tasksWait(): void {
    this.#own?.tasksWait();
  }

  /** Daemons are on every instance before anything else is, so only they find it empty. */
  roomFor(taskClass: TaskClass, shape: InstanceShape, zone: string): InstanceShape {
    if (this.#daemonClasses.includes(taskClass.id)) return shape;
    const daemons = this.#daemonsOn(shape, zone);
    if (daemons.length === 0) return shape;
    const allocatable = shape.allocatable.map((amount, lane) =>
      daemons.reduce((left, requests) => Math.max(0, left - requests[lane]!), amount),
    );
    return { ...shape, allocatable };
  }

  /** ECS moves the tasks of services and lets others run to the end. */
  leavesOnDrain(task: number): boolean {
    const { store } = this.#parts;
    return store.classes[store.taskClass[task]!]!.groupKind === 'service';
  }

  instanceReady(slot: number): void {
    this.#agents?.instanceReady(slot);
    this.services.instanceReady(slot);
  }

  /** Tasks of services are replaced by their deployment's bounds. */
  instanceDraining(slot: number): void {
    this.services.instanceDraining(slot);
  }

  instanceIdle(slot: number): void {
    this.services.instanceIdle(slot);
  }

  instanceGone(slot: number): void {
    this.parts?.instanceGone(slot);
    this.#agents?.instanceGone(slot);
  }

  summary(): EcsSummary {
    const agentLosses = this.#agents?.losses;
    return {
      ...this.#partsSummary(),
      ...(agentLosses !== undefined && { agentLosses }),
      ...(this.#runTasks !== null && { runTask: runTaskSummary(this.#runTasks) }),
      ...(this.#own !== null && { startTask: this.#own.summary() }),
    };
  }

  #boundClasses(): EcsClasses {
    const { plan, platform, store, fleet } = this.#parts;
    const otherwise = platformStrategy(platform, fleet);
    const own = new Map(
      plan.workload.jobs.flatMap(({ name, template, ecs }) =>
        ecs === undefined ? [] : [[template.ecs?.group ?? name, strategyOn(ecs, fleet, otherwise)] as const],
      ),
    );
    return new EcsClasses(store, ({ groupName }) => own.get(groupName) ?? otherwise);
  }

  #partsSummary(): Pick<EcsSummary, 'parts' | 'images'> {
    if (this.parts === null) return {};
    const { pulledBytes, pulledLayers, sharedLayers } = this.parts.pulls;
    const seconds = (ms: number) => ms / SECOND;
    return {
      parts: this.partTimes.rows().map(({ part, tasks, meanMs, maxMs }) => ({
        part,
        tasks,
        meanS: seconds(meanMs),
        maxS: seconds(maxMs),
      })),
      images: { pulledBytes, pulledLayers, sharedLayers },
    };
  }

  /** Has the instance tasks of no daemon, or tasks that have not stopped yet? */
  #isBusy(slot: number): boolean {
    const { store } = this.#parts;
    return store.taskCount[slot]! > this.services.daemonTasks(slot) || this.parts?.isBusy(slot) === true;
  }

  #runTaskCalls(): RunTaskCalls | null {
    const { platform, kernel, store, scheduler, stream } = this.#parts;
    if (platform.runTask === undefined) return null;
    return new RunTaskCalls({
      ...this.#parts,
      plan: platform.runTask,
      reasonFor: (task) => {
        const random = stream('explain', platform.name);
        const { message } = scheduler.explain({ view: store, task, random, nowMs: kernel.nowMs });
        return /^RunTask failed: (.*?)(?: \(container-instance .*\))?$/.exec(message)?.[1] ?? message;
      },
    });
  }

  #agentConnections(): AgentConnections | null {
    const { plan, platform, onAgent } = this.#parts;
    const events = (plan.events ?? []).filter((event) => event.kind === 'disconnect');
    const losses = platform.agentLosses ?? null;
    if (losses === null && events.length === 0) return null;
    return new AgentConnections({ ...this.#parts, losses, events, onChange: onAgent });
  }

  #taskParts(planned: readonly PlannedService[]): EcsTaskParts | null {
    const { kernel, store, life, stream, platform } = this.#parts;
    if (platform.taskLife === undefined) return null;
    // On Fargate the interface comes with the machine.
    const plan =
      platform.fargate === undefined ? platform.taskLife : { ...platform.taskLife, eniAttach: AT_ONCE };
    const balancers = new Map<number, Registration>();
    for (const { groupId, plan: service } of planned) {
      if (service.loadBalancer === null) continue;
      const { registrationMs, deregistrationMs = plan.deregistrationMs } = service.loadBalancer;
      balancers.set(groupId, { registrationMs, deregistrationMs });
    }
    const taskParts = new EcsTaskParts({
      kernel,
      store,
      plan,
      stream,
      registration: (groupId) => balancers.get(groupId) ?? null,
      started: (task) => life.started(task),
      stopped: (slot) => life.stopped(slot),
      observe: (part, durationMs) => this.partTimes.add(part, durationMs),
    });
    life.startWith(taskParts);
    return taskParts;
  }

  #matches(classId: number, slot: number): boolean {
    const { store, scheduler } = this.#parts;
    const zone = store.strings.name(store.zone[slot]!);
    return scheduler.admits(store.classes[classId]!, store.shapes[store.shapeOf[slot]!]!, zone);
  }

  #daemonsOn(shape: InstanceShape, zone: string): Float64Array[] {
    const { store, scheduler } = this.#parts;
    return this.#daemonClasses.flatMap((classId) => {
      const taskClass = store.classes[classId]!;
      return scheduler.admits(taskClass, shape, zone) ? [taskClass.requests] : [];
    });
  }

  #managedScaler(capacity: Extract<PlatformPlan['autoscaler'], { kind: 'managed-scaling' }>): ManagedScaler {
    const { kernel, store, fleet, queue, scheduler } = this.#parts;
    const { groups } = fleet;
    return new ManagedScaler({
      kernel,
      store,
      fleet,
      // StartTask knows no PROVISIONING.
      queue: { waiting: (id) => (this.#own?.owns(id) === true ? 0 : queue.waiting(id)) },
      capacity,
      providerOf: (taskClass) => {
        const name = capacityProviderOf(taskClass);
        return name === null ? 0 : groups.findIndex((group) => group.name === name);
      },
      isDistinct: (taskClass) =>
        scheduler.maxPerInstance(taskClass) === 1 && taskClass.hostPorts.length === 0,
      isBusy: (slot) => this.#isBusy(slot),
      daemonRequests: (index) => {
        const { types, zones } = groups[index]!;
        return this.#daemonsOn(fleet.shape(index, types[0]!), zones[0]!);
      },
      onDraining: (slot) => this.services.instanceDraining(slot),
    });
  }
}

function runTaskSummary({ failures, retried, dropped }: RunTaskCalls): NonNullable<EcsSummary['runTask']> {
  const reasons = [...failures].map(([reason, count]) => ({ reason, failures: count }));
  return {
    failures: reasons.reduce((sum, reason) => sum + reason.failures, 0),
    retried,
    dropped,
    reasons: reasons.sort((a, b) => b.failures - a.failures || (a.reason < b.reason ? -1 : 1)),
  };
}
