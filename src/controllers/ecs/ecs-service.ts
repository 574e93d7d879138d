import type { StrategyItem } from '../../model/capacity-provider-strategy.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, TASK_END, TASK_STATE } from '../../model/cluster-view.ts';
import type { EcsServiceSettings } from '../../model/ecs-defaults.ts';
import type { RolloutPlan } from '../../model/service-plan.ts';
import type { TaskLife } from '../task-life.ts';
import { nextProvider, providerToShrink } from './capacity-provider-strategy.ts';
import { type BreakerEvent, CircuitBreaker } from './circuit-breaker.ts';
import { LaunchRate } from './launch-rate.ts';
import { placementRetryMs, type RetryDelays, retryDelays, startFailureDelayMs } from './retry-delays.ts';
import type { ServiceEventName } from './service-events.ts';
import { type ServiceState, servicePass, wantedStarts } from './service-pass.ts';
import { countTasks, noTasks, type Revision, type ServiceTask, type TasksByHealth } from './service-tasks.ts';

/** What a service needs of the world around it. */
export interface ServiceContext {
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly settings: EcsServiceSettings;
  readonly rollout: Required<RolloutPlan>;
  /** Empty: tasks go wherever there is room. */
  readonly strategy: readonly StrategyItem[];
  /** Of some tasks of the service, the one to stop first. */
  readonly choose: (tasks: readonly number[], isUnhealthy: (task: number) => boolean) => number;
  readonly tell: (event: ServiceEventName) => void;
  /** A task has come, or is about to leave. */
  readonly came: (task: ServiceTask) => void;
  readonly leaves: (task: ServiceTask) => void;
}

/** A pass under way: what it found, and what it started. */
interface Pass {
  readonly state: ServiceState;
  readonly new: TasksByHealth;
  readonly old: TasksByHealth;
  readonly wanted: number;
  readonly started: readonly ServiceTask[];
}

/**
 * One REPLICA service of Amazon ECS: its tasks, its deployment, and the passes of the service scheduler over it. A pass
 * begins by starting tasks, which the placement then tries, and finishes by stopping some (`servicePass`).
 */
export class EcsService {
  readonly #context: ServiceContext;
  readonly #tasks = new Map<number, ServiceTask>();
  readonly #rate: LaunchRate;
  readonly #delays: RetryDelays;
  #current: Revision;
  #completed: Revision | null = null;
  #breaker: CircuitBreaker | null = null;
  #isFailed = false;
  #pass: Pass | null = null;
  /** Nothing is started before: placements or starts have failed. */
  #notBeforeMs = 0;
  #placementFailures = 0;
  #startFailures = 0;
  /** One more task than desired, while a move between zones is under way. */
  extra: 0 | 1 = 0;
  desired = 0;
  inProgress = true;
  /** The last pass found all as it should be. */
  isSteady = false;

  constructor(context: ServiceContext, revision: Revision) {
    const { settings } = context;
    this.#context = context;
    this.#current = revision;
    this.#delays = retryDelays(settings);
    this.#rate = new LaunchRate(settings.launchesPerMinute, settings.launchBurst);
  }

  get tasks(): ReadonlyMap<number, ServiceTask> {
    return this.#tasks;
  }

  get revision(): Revision {
    return this.#current;
  }

  /** Tasks in RUNNING. */
  get running(): number {
    const { taskState } = this.#context.store;
    let count = 0;
    for (const task of this.#tasks.keys()) if (taskState[task] === TASK_STATE.running) count += 1;
    return count;
  }

  get hasUnhealthy(): boolean {
    return [...this.#tasks.values()].some(({ health }) => health === 'unhealthy');
  }

  get isAllHealthy(): boolean {
    return [...this.#tasks.values()].every(({ health }) => health === 'healthy');
  }

  /** UpdateService with another desired count; what failed before is tried again at once. */
  setDesired(count: number): void {
    if (count === this.desired) return;
    this.desired = count;
    this.#forgiven();
    if (this.#breaker === null) this.#breaker = this.#newBreaker();
  }

  /** UpdateService with another task definition: a new deployment. */
  deploy(revision: Revision): void {
    this.#current = revision;
    this.inProgress = true;
    this.#isFailed = false;
    this.#breaker = this.#newBreaker();
    this.#forgiven();
    this.#context.tell('SERVICE_DEPLOYMENT_IN_PROGRESS');
  }

  /** First half of a pass: starts what may be started, at most `quota` tasks. */
  begin(nowMs: number, quota: number): void {
    const { minimumHealthyPercent, maximumPercent } = this.#context.rollout;
    const [newTasks, oldTasks, shelf] = this.#sorted();
    const state: ServiceState = {
      desiredCount: this.desired + this.extra,
      minimumHealthyPercent,
      maximumPercent,
      new: countTasks(newTasks),
      old: countTasks(oldTasks),
    };
    const wanted = this.#isFailed ? 0 : wantedStarts(state);
    for (const task of shelf.splice(wanted)) this.#stop(task);
    const free = Math.min(this.#rate.available(nowMs), quota);
    const count = nowMs < this.#notBeforeMs ? 0 : Math.min(wanted, free);
    const started = shelf.slice(0, count);
    for (const task of started) {
      task.isShelved = false;
      this.#context.life.enqueue(task.task);
    }
    while (started.length < count) started.push(this.start(null));
    this.#rate.take(count);
    this.#pass = { state, new: newTasks, old: oldTasks, wanted, started };
  }

  /** Second half, after the placement: stops what may be stopped. Returns when to look again, Infinity for never. */
  finish(nowMs: number): number {
    const pass = this.#pass!;
    this.#pass = null;
    const { settings } = this.#context;
    const retries = settings.unplaced === 'retry';
    const waiting = [...this.#tasks.values()].filter((task) => this.#isWaiting(task));
    if (retries) this.#shelve(waiting, pass.started.length > 0, nowMs);
    // A task without start-up may have come and gone since the pass began.
    const placed = pass.started.filter((task) => this.#tasks.get(task.task) === task && !task.isShelved);
    const actions = servicePass(pass.state, placed.length);
    const youngestFirst = [...pass.new.starting, ...placed].reverse();
    let stopped = this.#stopFirst(youngestFirst, actions.stopNew.starting, 'starting');
    stopped += this.#stopBest(pass.new.healthy, actions.stopNew.healthy, true);
    const failing = this.#stopBest(pass.new.unhealthy, actions.stopNew.unhealthy, false);
    stopped += failing + this.#stopFirst(pass.old.starting, actions.stopOld.starting, 'starting');
    stopped += this.#stopFirst(pass.old.unhealthy, actions.stopOld.unhealthy, 'unhealthy');
    stopped += this.#stopBest(pass.old.healthy, actions.stopOld.healthy, false);
    for (let n = 0; n < failing; n++) this.#tellBreaker('healthCheckFailed');

    const isLimited = pass.started.length < pass.wanted;
    const wasSteady = this.isSteady;
    // Whoever scales the service may have done so since the pass began.
    const isStill = pass.state.desiredCount === this.desired + this.extra;
    this.isSteady = actions.event === 'steadyState' && waiting.length === 0 && isStill;
    if (waiting.length > 0) this.#context.tell('SERVICE_TASK_PLACEMENT_FAILURE');
    else if (isLimited && nowMs >= this.#notBeforeMs) this.#context.tell('ECS_OPERATION_THROTTLED');
    else if (this.isSteady && !wasSteady) this.#steady();
    else if (actions.event === 'deploymentConfiguration' && !this.#isFailed)
      this.#context.tell('SERVICE_DEPLOYMENT_BLOCKED');
    if (isLimited && nowMs < this.#notBeforeMs) return this.#notBeforeMs;
    if (isLimited) return nowMs + Math.max(settings.passMs, this.#rate.untilNextMs(nowMs));
    if (retries && waiting.length > 0) return this.#notBeforeMs;
    return pass.started.length + stopped > 0 ? nowMs + settings.passMs : Number.POSITIVE_INFINITY;
  }

  /** A new task of the newest revision, in a zone or anywhere; it waits for room at once. */
  start(zone: string | null): ServiceTask {
    const { life, strategy } = this.#context;
    const provider = strategy.length === 0 ? 0 : nextProvider(strategy, this.#perProvider());
    const revision = this.#current;
    const name = strategy[provider]?.capacityProvider ?? null;
    const fate = revision.fate();
    const task: ServiceTask = {
      task: life.submitOwned(revision.classId(name, zone), revision.startupMs()),
      revision,
      provider,
      fate,
      health: 'starting',
      changes: revision.healthOf(fate),
      runningMs: 0,
      timer: null,
      isShelved: false,
    };
    this.isSteady = false;
    this.#tasks.set(task.task, task);
    this.#context.came(task);
    life.enqueue(task.task);
    return task;
  }

  /** Stops one of the healthy tasks that `of` accepts, as a scale-in would choose it. False when there is none. */
  stopOne(of: (task: ServiceTask) => boolean): boolean {
    const healthy = [...this.#tasks.values()].filter((task) => task.health === 'healthy' && of(task));
    return this.#stopBest(healthy, Math.min(1, healthy.length), false) > 0;
  }

  /** Stops a task of the service. */
  stop(task: ServiceTask): void {
    this.#stop(task);
  }

  /** Its start-up is over: does the task come up? If not, it has left. */
  mayRun(task: ServiceTask, nowMs: number): boolean {
    if (task.fate !== 'failsToStart') return true;
    this.#remove(task, TASK_END.failed);
    this.#startFailures += 1;
    this.#notBeforeMs = nowMs + startFailureDelayMs(this.#startFailures, this.#delays);
    this.#context.tell('SERVICE_TASK_START_IMPAIRED');
    if (task.revision === this.#current) this.#tellBreaker('startFailed');
    return false;
  }

  /** The task runs. */
  ran(task: ServiceTask): void {
    this.#startFailures = 0;
    if (task.revision === this.#current) this.#tellBreaker('running');
  }

  /** The health of a running task is known, or known to have changed. */
  decided(task: ServiceTask, isHealthy: boolean): void {
    task.health = isHealthy ? 'healthy' : 'unhealthy';
    this.isSteady &&= isHealthy;
    if (task.health === 'healthy' && task.revision === this.#current) this.#tellBreaker('healthy');
  }

  /** The instance of the task is gone: another attempt takes its place, now or (true) when the service tries again. */
  lost(task: ServiceTask, nowMs: number): boolean {
    task.health = 'starting';
    task.fate = task.revision.fate();
    task.changes = task.revision.healthOf(task.fate);
    this.isSteady = false;
    task.isShelved = this.#context.settings.unplaced === 'retry' && nowMs < this.#notBeforeMs;
    return task.isShelved;
  }

  /** It waited too long for capacity. */
  timedOut(task: ServiceTask, nowMs: number): void {
    this.#remove(task, TASK_END.failed);
    this.#startFailures += 1;
    this.#notBeforeMs = nowMs + startFailureDelayMs(this.#startFailures, this.#delays);
  }

  #newBreaker(): CircuitBreaker | null {
    const settings = this.#context.rollout.circuitBreaker;
    return settings === null ? null : new CircuitBreaker({ enable: true, ...settings }, this.desired);
  }

  #forgiven(): void {
    this.isSteady = false;
    this.#notBeforeMs = 0;
    this.#placementFailures = 0;
    this.#startFailures = 0;
  }

  #steady(): void {
    if (this.inProgress) {
      this.inProgress = false;
      this.#completed = this.#current;
      this.#context.tell('SERVICE_DEPLOYMENT_COMPLETED');
    }
    this.#context.tell('SERVICE_STEADY_STATE');
  }

  #tellBreaker(event: BreakerEvent): void {
    if (!this.inProgress || this.#breaker === null || !this.#breaker.tell(event)) return;
    this.#context.tell('SERVICE_DEPLOYMENT_FAILED');
    const { circuitBreaker } = this.#context.rollout;
    if (circuitBreaker?.rollback && this.#completed !== null) this.deploy(this.#completed);
    else this.#isFailed = true;
  }

  /** New, old and shelved tasks; shelved ones of an earlier revision are dropped. */
  #sorted(): [TasksByHealth, TasksByHealth, ServiceTask[]] {
    const [newTasks, oldTasks, shelf]: [TasksByHealth, TasksByHealth, ServiceTask[]] = [
      noTasks(),
      noTasks(),
      [],
    ];
    for (const task of this.#tasks.values()) {
      if (!task.isShelved) (this.#isOld(task) ? oldTasks : newTasks)[task.health].push(task);
      else if (task.revision === this.#current) shelf.push(task);
      else this.#stop(task);
    }
    return [newTasks, oldTasks, shelf];
  }

  #isOld({ task, revision }: ServiceTask): boolean {
    if (revision !== this.#current) return true;
    const { store } = this.#context;
    return (
      store.taskState[task] !== TASK_STATE.pending &&
      store.state[store.taskInstance[task]!] === INSTANCE_STATE.draining
    );
  }

  #isWaiting({ task, isShelved }: ServiceTask): boolean {
    return !isShelved && this.#context.store.taskState[task] === TASK_STATE.pending;
  }

  /** Those that found no room wait for the next attempt. */
  #shelve(waiting: readonly ServiceTask[], hasTried: boolean, nowMs: number): void {
    for (const task of waiting) {
      task.isShelved = true;
      this.#context.life.withdraw(task.task);
    }
    if (waiting.length === 0) {
      if (hasTried) this.#placementFailures = 0;
      return;
    }
    this.#placementFailures += 1;
    this.#notBeforeMs = nowMs + placementRetryMs(this.#placementFailures, this.#delays);
  }

  #perProvider(): number[] {
    const counts = this.#context.strategy.map(() => 0);
    for (const { provider } of this.#tasks.values()) counts[provider]! += 1;
    return counts;
  }

  /** Stops the first `count`. One that got healthy after the pass began, in the same instant, is left to the next. */
  #stopFirst(tasks: readonly ServiceTask[], count: number, health: ServiceTask['health']): number {
    const victims = tasks.slice(0, count).filter((task) => task.health === health);
    for (const task of victims) this.#stop(task);
    return victims.length;
  }

  /** Stops `count` of the tasks, chosen one after the other; `byProvider`: as the capacity providers shrink. */
  #stopBest(tasks: readonly ServiceTask[], count: number, byProvider: boolean): number {
    const { strategy, choose } = this.#context;
    const left = new Set(tasks);
    for (let n = 0; n < count; n++) {
      let among = [...left];
      if (byProvider && strategy.length > 1) {
        const provider = providerToShrink(strategy, this.#perProvider());
        const there = among.filter((task) => task.provider === provider);
        if (there.length > 0) among = there;
      }
      const chosen = choose(
        among.map(({ task }) => task),
        (task) => this.#tasks.get(task)!.health === 'unhealthy',
      );
      const victim = this.#tasks.get(chosen)!;
      left.delete(victim);
      this.#stop(victim);
    }
    return count;
  }

  #stop(task: ServiceTask): void {
    this.#remove(task, TASK_END.stopped);
  }

  #remove(task: ServiceTask, how: typeof TASK_END.stopped | typeof TASK_END.failed): void {
    const { life, leaves } = this.#context;
    leaves(task);
    this.#tasks.delete(task.task);
    if (task.isShelved) life.drop(task.task, how);
    else life.end(task.task, how);
  }
}
