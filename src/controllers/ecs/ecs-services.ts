import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { EcsServiceSettings } from '../../model/ecs-defaults.ts';
import type { HealthChange } from '../../model/ecs/container-health.ts';
import { PHASE } from '../../model/phases.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import { ReplicaSteps } from '../replica-steps.ts';
import type { TaskLife, TaskOwner } from '../task-life.ts';
import { deploymentBounds } from './deployment-bounds.ts';
import { EcsDaemon } from './ecs-daemon.ts';
import { EcsService } from './ecs-service.ts';
import { SERVICE_MESSAGES, type ServiceEventName, type ServiceObserver } from './service-events.ts';
import type { Revision, ServiceTask } from './service-tasks.ts';
import { type Deploy, type PlannedService, revisionOf } from './planned-service.ts';
import { hasRoomIn, zonesFor } from './zone-room.ts';
import { ZoneMoves } from './zone-moves.ts';

export interface EcsServicesOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly services: readonly PlannedService[];
  readonly deploys: readonly Deploy[];
  readonly settings: EcsServiceSettings;
  /** How many tasks may wait for capacity; null without managed scaling. */
  readonly provisioningQuota: number | null;
  readonly horizonMs: number;
  readonly stream: (purpose: string, group: string) => RandomDraws;
  readonly onDesired: (groupId: number, count: number) => void;
  readonly choose: (tasks: readonly number[], isUnhealthy: (task: number) => boolean) => number;
  /** Could an instance in this slot take a task of the class, were it empty? */
  readonly matches: (classId: number, slot: number) => boolean;
  /** Do tasks of the class avoid instances with another of their service? */
  readonly isDistinct: (classId: number) => boolean;
  /** Tasks that wait for room, of whatever kind. */
  readonly waiting: () => number;
  readonly observer: ServiceObserver;
}

interface ReplicaState {
  readonly planned: PlannedService;
  readonly service: EcsService;
  readonly steps: ReplicaSteps;
  readonly moves: ZoneMoves | null;
  readonly tell: (event: ServiceEventName) => void;
  /** Index into the replica services, which events carry. */
  readonly index: number;
  passAtMs: number;
  lastPassMs: number;
}

/**
 * The service scheduler of Amazon ECS over all services of a run: keeps the desired number of tasks, rolls out new
 * revisions, replaces what fails, follows draining instances, and tells what it does in ECS's words. Passes over one
 * service come when something about it has changed.
 */
export class EcsServices implements TaskOwner {
  readonly #options: EcsServicesOptions;
  readonly #replicas: readonly ReplicaState[];
  readonly #daemons: readonly EcsDaemon[];
  readonly #byTask = new Map<number, ReplicaState>();
  readonly #daemonByTask = new Map<number, EcsDaemon>();
  readonly #kinds: Readonly<Record<'step' | 'pass' | 'stops' | 'health' | 'deploy' | 'daemon', EventKind>>;

  constructor(options: EcsServicesOptions) {
    this.#options = options;
    const { kernel } = options;
    this.#kinds = {
      step: kernel.defineKind('service-step', PHASE.arrival, (index) => this.#step(index)),
      pass: kernel.defineKind('service-pass', PHASE.arrival, (index) => this.#begin(index)),
      stops: kernel.defineKind('service-stops', PHASE.autoscale, (index) => this.#finish(index)),
      health: kernel.defineKind('service-health', PHASE.release, (task) => this.#decided(task)),
      daemon: kernel.defineKind('daemon-retry', PHASE.arrival, (index) => this.#daemons[index]!.retry()),
      deploy: kernel.defineKind('service-deploy', PHASE.arrival, (index) => this.#deploy(index)),
    };
    const replicas = options.services.filter(({ plan }) => plan.daemon !== true);
    this.#replicas = replicas.map((planned, index) => this.#replica(planned, index));
    this.#daemons = options.services
      .filter(({ plan }) => plan.daemon === true)
      .map((planned, index) => this.#daemon(planned, index));
    options.life.own(this);
  }

  start(): void {
    const { kernel, deploys, horizonMs, services, observer } = this.#options;
    for (const { plan, classId, distinctInstance, strategy } of services) {
      const daemon = plan.daemon === true;
      const terms = { class: classId(plan.template, null, null), daemon, distinctInstance };
      observer.terms(plan.name, { ...terms, strategy: daemon ? [] : strategy });
    }
    this.#replicas.forEach((_, index) => {
      kernel.at(0, this.#kinds.step, index);
    });
    deploys.forEach(({ atMs }, index) => {
      if (atMs < horizonMs) kernel.at(atMs, this.#kinds.deploy, index);
    });
  }

  /** Live replica services by name: for scaling. */
  service(name: string): EcsService | undefined {
    return this.#replicas.find(({ planned }) => planned.plan.name === name)?.service;
  }

  /** UpdateService by whoever scales the service. */
  setDesired(name: string, count: number): void {
    const state = this.#replicas.find(({ planned }) => planned.plan.name === name)!;
    state.tell('SERVICE_DESIRED_COUNT_UPDATED');
    this.#desire(state, count);
  }

  /** Tasks of daemon services on the instance: they do not keep it busy. */
  daemonTasks(slot: number): number {
    return this.#daemons.reduce((sum, daemon) => sum + (daemon.isOn(slot) ? 1 : 0), 0);
  }

  /** A fresh instance accepts tasks: daemons come first. */
  instanceReady(slot: number): void {
    for (const daemon of this.#daemons) daemon.instanceReady(slot);
    for (const state of this.#replicas) {
      state.moves?.unblock();
      if (state.moves !== null && state.service.isSteady) this.#requestPass(state, 0);
    }
  }

  /** An instance drains: the tasks on it are old from now on. */
  instanceDraining(slot: number): void {
    const { store } = this.#options;
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      const state = this.#byTask.get(task);
      if (state !== undefined) this.#requestPass(state, 0);
    }
    this.instanceIdle(slot);
  }

  /** Nothing but daemons is left on the instance: on a draining one they stop, too. */
  instanceIdle(slot: number): void {
    for (const daemon of this.#daemons) daemon.instanceIdle(slot);
  }

  mayRun(task: number): boolean {
    const state = this.#byTask.get(task);
    if (state === undefined) return true;
    const runs = state.service.mayRun(state.service.tasks.get(task)!, this.#options.kernel.nowMs);
    if (!runs) this.#requestPass(state, 0);
    return runs;
  }

  running(task: number): void {
    const { kernel } = this.#options;
    this.#daemonByTask.get(task)?.ran(task);
    const state = this.#byTask.get(task);
    if (state === undefined) return;
    const known = state.service.tasks.get(task)!;
    state.service.ran(known);
    known.runningMs = kernel.nowMs;
    this.#awaitChange(known);
  }

  lost(task: number): 'ended' | 'waits' | 'held' {
    const daemon = this.#daemonByTask.get(task);
    if (daemon !== undefined) {
      daemon.lost(task);
      return 'ended';
    }
    const state = this.#byTask.get(task);
    if (state === undefined) return 'waits';
    const known = state.service.tasks.get(task)!;
    this.#cancelTimer(known);
    const isHeld = state.service.lost(known, this.#options.kernel.nowMs);
    this.#requestPass(state, 0);
    return isHeld ? 'held' : 'waits';
  }

  /** It waited too long for capacity: true when it was one of a service, which will start another. */
  timedOut(task: number): boolean {
    const state = this.#byTask.get(task);
    if (state === undefined) return false;
    state.service.timedOut(state.service.tasks.get(task)!, this.#options.kernel.nowMs);
    this.#requestPass(state, 0);
    return true;
  }

  #replica(planned: PlannedService, index: number): ReplicaState {
    const { store, life, settings, choose } = this.#options;
    const { plan, strategy } = planned;
    const tell = this.#teller(plan.name);
    const { minimumHealthyPercent, maximumPercent } = { ...settings, ...plan.rollout };
    const circuitBreaker = plan.rollout?.circuitBreaker ?? null;
    const service = new EcsService(
      {
        store,
        life,
        settings,
        rollout: { minimumHealthyPercent, maximumPercent, circuitBreaker },
        strategy,
        choose,
        tell,
        came: (task) => this.#byTask.set(task.task, state),
        leaves: (task) => {
          this.#cancelTimer(task);
          this.#byTask.delete(task.task);
        },
      },
      this.#revision(planned, 1, null),
    );
    const { matches, isDistinct } = this.#options;
    const zones = () => zonesFor(store, service.revision.classId(null, null), matches);
    const canPlace = (zone: string) =>
      hasRoomIn(store, service.revision.classId(null, zone), zone, { matches, isDistinct });
    const moves = planned.isRebalanced
      ? new ZoneMoves({ store, service, maximumPercent, zones, canPlace, tell })
      : null;
    const never = Number.POSITIVE_INFINITY;
    const steps = new ReplicaSteps(plan);
    const state: ReplicaState = {
      planned,
      index,
      service,
      steps,
      moves,
      tell,
      passAtMs: never,
      lastPassMs: -never,
    };
    return state;
  }

  #daemon(planned: PlannedService, index: number): EcsDaemon {
    const { kernel, store, life, settings, matches, onDesired } = this.#options;
    const { plan, groupId } = planned;
    const daemon: EcsDaemon = new EcsDaemon({
      kernel,
      store,
      life,
      minimumHealthyPercent: plan.rollout?.minimumHealthyPercent ?? settings.daemonMinimumHealthyPercent,
      revision: this.#revision(planned, 1, null),
      matches,
      hasOthers: (slot) => store.taskCount[slot]! > this.daemonTasks(slot),
      retryMs: settings.daemonRetryMs,
      retryKind: this.#kinds.daemon,
      index,
      came: (task) => this.#daemonByTask.set(task, daemon),
      left: (task) => this.#daemonByTask.delete(task),
      desired: (count) => onDesired(groupId, count),
      tell: this.#teller(plan.name),
    });
    return daemon;
  }

  /** What is said again without anything in between is suppressed, as ECS does. */
  #teller(name: string): (event: ServiceEventName) => void {
    let last: ServiceEventName | null = null;
    return (event) => {
      if (event === last && event !== 'SERVICE_STEADY_STATE') return;
      last = event;
      this.#options.observer.said(name, event, `(service ${name}) ${SERVICE_MESSAGES[event]}`);
    };
  }

  #revision(planned: PlannedService, number: number, deploy: Deploy | null): Revision {
    return revisionOf(planned, number, deploy, this.#options);
  }

  #step(index: number): void {
    const { kernel, horizonMs } = this.#options;
    const state = this.#replicas[index]!;
    this.#desire(state, state.steps.take());
    const { atMs } = state.steps;
    if (atMs < horizonMs) kernel.at(atMs, this.#kinds.step, index);
  }

  #desire(state: ReplicaState, count: number): void {
    const { settings, observer, onDesired } = this.#options;
    const { plan } = state.planned;
    const { minHealthy, maxTotal } = deploymentBounds(count, { ...settings, ...plan.rollout });
    observer.bounds(plan.name, count, minHealthy, maxTotal);
    state.service.setDesired(count);
    onDesired(state.planned.groupId, count);
    this.#requestPass(state, 0);
  }

  #deploy(index: number): void {
    const deploy = this.#options.deploys[index]!;
    const isOf = ({ plan }: PlannedService) => plan.name === deploy.service;
    const state = this.#replicas.find(({ planned }) => isOf(planned));
    if (state !== undefined) {
      state.service.deploy(this.#revision(state.planned, state.service.revision.number + 1, deploy));
      this.#requestPass(state, 0);
      return;
    }
    const planned = this.#options.services.filter(({ plan }) => plan.daemon === true);
    const at = planned.findIndex(isOf);
    this.#daemons[at]?.deploy(this.#revision(planned[at]!, index + 2, deploy));
  }

  #decided(task: number): void {
    const state = this.#byTask.get(task)!;
    const known = state.service.tasks.get(task)!;
    const [{ isHealthy }, ...later] = known.changes as [HealthChange, ...HealthChange[]];
    known.changes = later;
    known.timer = null;
    state.service.decided(known, isHealthy);
    this.#awaitChange(known);
    this.#options.observer.health(task, isHealthy);
    this.#requestPass(state, 0);
  }

  #awaitChange(known: ServiceTask): void {
    const [next] = known.changes;
    if (next === undefined) return;
    known.timer = this.#options.kernel.at(known.runningMs + next.afterMs, this.#kinds.health, known.task);
  }

  #cancelTimer(task: ServiceTask): void {
    if (task.timer !== null) this.#options.kernel.cancel(task.timer);
    task.timer = null;
  }

  /** A pass over the service as soon as `delayMs` and the least time between passes allow. */
  #requestPass(state: ReplicaState, delayMs: number): void {
    const { kernel, settings, horizonMs } = this.#options;
    const atMs = Math.max(kernel.nowMs + delayMs, state.lastPassMs + settings.passMs);
    if (atMs >= state.passAtMs || atMs > horizonMs) return;
    state.passAtMs = atMs;
    kernel.at(atMs, this.#kinds.pass, state.index);
  }

  #begin(index: number): void {
    const { kernel, provisioningQuota, waiting } = this.#options;
    const state = this.#replicas[index]!;
    // A pass that was asked for later and then moved forward leaves its first appointment behind.
    if (kernel.nowMs !== state.passAtMs) return;
    state.passAtMs = Number.POSITIVE_INFINITY;
    state.lastPassMs = kernel.nowMs;
    const quota = provisioningQuota === null ? Number.POSITIVE_INFINITY : provisioningQuota - waiting();
    state.moves?.settle();
    state.service.begin(kernel.nowMs, Math.max(0, quota));
    kernel.at(kernel.nowMs, this.#kinds.stops, index);
  }

  #finish(index: number): void {
    const { kernel } = this.#options;
    const state = this.#replicas[index]!;
    const nextMs = state.service.finish(kernel.nowMs);
    const moved = state.moves?.advance() ?? false;
    if (moved) this.#requestPass(state, 0);
    if (Number.isFinite(nextMs)) this.#requestPass(state, nextMs - kernel.nowMs);
  }
}
