import { assert } from '../../errors.ts';
import type { EventHandle, EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { EcsTaskLifePlan } from '../../model/ecs-task-life.ts';
import { PHASE } from '../../model/phases.ts';
import { LANE } from '../../model/resources.ts';
import type { ImageRef } from '../../model/task-class.ts';
import type { PartObserver, TaskPart } from '../../model/task-parts.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import { sampler } from '../distributions.ts';
import { ImagePulls, type Layer } from '../image-pulls.ts';
import type { TaskStarter } from '../task-life.ts';
import { AgentQueue, type HostNeed } from './agent-queue.ts';

/** How a load balancer takes up the tasks of a service, and lets go of them. */
export interface Registration {
  readonly registrationMs: number;
  readonly deregistrationMs: number;
}

export interface EcsTaskPartsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly plan: EcsTaskLifePlan;
  readonly stream: (purpose: string, group: string) => RandomDraws;
  /** Of the load balancer in front of a group of tasks; null: there is none. */
  readonly registration: (groupId: number) => Registration | null;
  /** The start-up of a task is over. */
  readonly started: (task: number) => void;
  /** A task has stopped, and with it perhaps the last one on the instance. */
  readonly stopped: (slot: number) => void;
  readonly observe: PartObserver;
}

/** Drawn when the task is created, so that no policy can change them. */
interface Draws {
  readonly eniAttachMs: number;
  readonly agentMs: number;
  readonly imageCheckMs: number;
  readonly containerStartMs: number;
  readonly stopMs: number;
  readonly eniDetachMs: number;
}

/** A task on an instance, from its placement until it has stopped there. */
interface Placed {
  readonly task: number;
  readonly slot: number;
  readonly classId: number;
  readonly draws: Draws;
  /** The whole start-up in place of image, container and load balancer; NaN: it has parts. */
  readonly totalMs: number;
  part: TaskPart | 'running';
  sinceMs: number;
  event: EventHandle | null;
}

/** What is known of one instance: what really runs there, whatever placement counts. */
interface Host {
  readonly queue: AgentQueue<Placed>;
  /** Tasks that were told to stop and have not. */
  readonly stopping: Set<Placed>;
}

/**
 * The life of ECS tasks in parts. After its placement a task is PROVISIONING while a network interface is attached (mode
 * awsvpc), PENDING until its agent has heard of it and the room is really free there, ACTIVATING while images are
 * pulled, the container starts and the load balancer takes it up. Told to stop, it is DEACTIVATING for the
 * deregistration delay, STOPPING until the container exits or the stop timeout kills it, DEPROVISIONING while the interface
 * is detached. To placement its room is free as soon as it is told to stop; to the agent when the container is gone; an
 * instance has nothing left when the last task has stopped.
 * Source: AWS ECS developer guide, task lifecycle; aws/amazon-ecs-agent 1.105.1.
 */
export class EcsTaskParts implements TaskStarter {
  readonly pulls: ImagePulls;
  readonly #options: EcsTaskPartsOptions;
  readonly #next: EventKind;
  readonly #stops: EventKind;
  /** By task slot. */
  readonly #draws: Draws[] = [];
  readonly #placed: (Placed | undefined)[] = [];
  /** By slot of the instance. */
  readonly #hosts = new Map<number, Host>();
  /** Tasks that stop, by number: their task slots belong to others already. */
  readonly #stopping = new Map<number, Placed>();
  #stopsEver = 0;
  readonly #draw: (groupName: string) => Draws;

  constructor(options: EcsTaskPartsOptions) {
    this.#options = options;
    const { kernel, plan } = options;
    this.pulls = new ImagePulls(kernel, plan);
    this.#next = kernel.defineKind('task-part', PHASE.release, (task) => this.#advance(this.#placed[task]!));
    this.#stops = kernel.defineKind('task-stops', PHASE.release, (id) => this.#stopped(id));
    this.#draw = drawer(options);
  }

  /** Has the instance tasks that were told to stop and have not? */
  isBusy(slot: number): boolean {
    return (this.#hosts.get(slot)?.stopping.size ?? 0) > 0;
  }

  /** A task has come. */
  created(task: number): void {
    const { store } = this.#options;
    this.#draws[task] = this.#draw(store.classes[store.taskClass[task]!]!.groupName);
  }

  /** The task has its room. `totalMs`: its whole start-up; NaN when it is to have parts. */
  begin(task: number, totalMs: number): void {
    const { store, kernel } = this.#options;
    const classId = store.taskClass[task]!;
    const placed: Placed = {
      task,
      slot: store.taskInstance[task]!,
      classId,
      draws: this.#draws[task]!,
      totalMs,
      part: 'provisioning',
      sinceMs: kernel.nowMs,
      event: null,
    };
    this.#placed[task] = placed;
    const isInParts = Number.isNaN(totalMs);
    this.#wait(placed, isInParts && this.#hasInterface(classId) ? placed.draws.eniAttachMs : 0);
  }

  /** The task is about to give up its room: by itself (`isTold` false), or because it was told to. */
  leaves(task: number, isTold: boolean): void {
    const placed = this.#placed[task];
    if (placed === undefined) return;
    const { kernel } = this.#options;
    this.#placed[task] = undefined;
    if (placed.event !== null) kernel.cancel(placed.event);
    placed.event = null;
    const host = this.#hosts.get(placed.slot);
    if (host === undefined) return;
    const { queue } = host;
    if (!queue.holds(placed)) {
      // Before the agent has heard of it there is nothing to withdraw.
      if (queue.waits(placed)) this.#grant(queue.withdraw(placed));
      return;
    }
    // Without a container there is nothing to stop.
    const hasContainer = placed.part === 'running' || placed.part === 'registering';
    if (isTold && hasContainer) {
      host.stopping.add(placed);
      const balancer = this.#registration(placed);
      placed.part = 'deregistering';
      this.#stopLater(placed, balancer === null ? 0 : balancer.deregistrationMs);
    } else {
      this.#grant(queue.release([placed]));
    }
  }

  /** The instance is gone, with everything on it. */
  instanceGone(slot: number): void {
    const { kernel } = this.#options;
    this.#hosts.delete(slot);
    this.pulls.drop(slot);
    for (const [id, placed] of this.#stopping) {
      if (placed.slot !== slot) continue;
      if (placed.event !== null) kernel.cancel(placed.event);
      this.#stopping.delete(id);
    }
  }

  // ---- coming up --------------------------------------------------------------------------------------------------

  #wait(placed: Placed, delayMs: number): void {
    if (delayMs === 0) this.#advance(placed);
    else placed.event = this.#options.kernel.after(delayMs, this.#next, placed.task);
  }

  /** What the task waited for has come. */
  #advance(placed: Placed): void {
    placed.event = null;
    const { draws, totalMs } = placed;
    const isInParts = Number.isNaN(totalMs);
    switch (placed.part) {
      case 'provisioning':
        this.#begins(placed, 'pending');
        this.#wait(placed, isInParts ? draws.agentMs : 0);
        break;
      case 'pending':
        this.#toAgent(placed);
        break;
      case 'pulling':
        this.#begins(placed, 'starting');
        this.#wait(placed, draws.containerStartMs);
        break;
      case 'starting':
        // The whole start-up of a task without parts has the load balancer in it.
        this.#begins(placed, 'registering');
        this.#wait(placed, isInParts ? (this.#registration(placed)?.registrationMs ?? 0) : 0);
        break;
      case 'registering':
        this.#begins(placed, 'running');
        this.#options.started(placed.task);
        break;
      default:
        assert(false, 'a task that runs or stops does not start up');
    }
  }

  #begins(placed: Placed, part: Placed['part']): void {
    const { kernel, observe } = this.#options;
    assert(placed.part !== 'running', 'a running task has started up');
    if (kernel.nowMs > placed.sinceMs) observe(placed.part, kernel.nowMs - placed.sinceMs);
    placed.part = part;
    placed.sinceMs = kernel.nowMs;
  }

  #toAgent(placed: Placed): void {
    const need = this.#need(placed.classId);
    this.#grant(this.#host(placed.slot).queue.assign(placed, need));
  }

  /** The agent starts these tasks now, in order. */
  #grant(granted: readonly Placed[]): void {
    for (const placed of granted) {
      if (Number.isNaN(placed.totalMs)) {
        this.#begins(placed, 'pulling');
        this.#pull(placed);
      } else {
        this.#begins(placed, 'starting');
        this.#wait(placed, placed.totalMs);
      }
    }
  }

  #pull(placed: Placed): void {
    const { store, plan } = this.#options;
    const { images } = store.classes[placed.classId]!;
    const { slot, task } = placed;
    const layers = images.flatMap(layersOf);
    const isCached = this.pulls.hasAll(slot, layers);
    const asks = plan.imagePullBehavior === 'default' || plan.imagePullBehavior === 'always';
    this.pulls.pull(slot, layers, () => {
      // It may have left meanwhile, and its task slot may have another tenant.
      if (this.#placed[task] !== placed) return;
      this.#wait(placed, images.length > 0 && (asks || !isCached) ? placed.draws.imageCheckMs : 0);
    });
  }

  // ---- going down -------------------------------------------------------------------------------------------------

  #stopLater(placed: Placed, delayMs: number): void {
    const { kernel } = this.#options;
    const id = this.#stopsEver++;
    placed.sinceMs = kernel.nowMs;
    this.#stopping.set(id, placed);
    placed.event = kernel.after(delayMs, this.#stops, id);
  }

  /** A part of the way down is over. */
  #stopped(id: number): void {
    const { kernel, observe, stopped } = this.#options;
    const placed = this.#stopping.get(id)!;
    this.#stopping.delete(id);
    if (kernel.nowMs > placed.sinceMs) observe(placed.part as TaskPart, kernel.nowMs - placed.sinceMs);
    const host = this.#hosts.get(placed.slot)!;
    switch (placed.part) {
      case 'deregistering':
        placed.part = 'stopping';
        this.#stopLater(placed, placed.draws.stopMs);
        break;
      case 'stopping':
        placed.part = 'deprovisioning';
        this.#stopLater(placed, this.#hasInterface(placed.classId) ? placed.draws.eniDetachMs : 0);
        this.#grant(host.queue.release([placed]));
        break;
      default:
        host.stopping.delete(placed);
        stopped(placed.slot);
    }
  }

  // ---- what is known ----------------------------------------------------------------------------------------------

  #host(slot: number): Host {
    const known = this.#hosts.get(slot);
    if (known !== undefined) return known;
    const { allocatable } = this.#options.store;
    const host: Host = {
      queue: new AgentQueue({
        cpu: allocatable[LANE.cpu]![slot]!,
        memory: allocatable[LANE.memory]![slot]!,
        gpu: allocatable[LANE.gpu]![slot]!,
      }),
      stopping: new Set(),
    };
    this.#hosts.set(slot, host);
    return host;
  }

  #need(classId: number): HostNeed {
    const { requests, hostPorts } = this.#options.store.classes[classId]!;
    const ports = (wanted: string) =>
      hostPorts.filter(({ protocol }) => protocol === wanted).map(({ port }) => port);
    return {
      cpu: requests[LANE.cpu]!,
      memory: requests[LANE.memory]!,
      gpu: requests[LANE.gpu]!,
      tcp: ports('TCP'),
      udp: ports('UDP'),
    };
  }

  #hasInterface(classId: number): boolean {
    return this.#options.store.classes[classId]!.requests[LANE.eni]! > 0;
  }

  #registration({ classId }: Placed): Registration | null {
    const { store, registration } = this.#options;
    return registration(store.classes[classId]!.groupId);
  }
}

/** The layers of an image; one that says nothing of them is a single one. */
function layersOf({ name, sizeBytes, layers }: ImageRef): readonly Layer[] {
  return layers ?? [{ name: `image ${name}`, sizeBytes }];
}

/** Draws for the next task of a group: always as many, in the same order. */
function drawer({ plan, stream }: EcsTaskPartsOptions): (groupName: string) => Draws {
  const samplers = {
    eniAttach: sampler(plan.eniAttach),
    agent: sampler(plan.agent),
    imageCheck: sampler(plan.imageCheck),
    containerStart: sampler(plan.containerStart),
    exit: sampler(plan.exit),
    eniDetach: sampler(plan.eniDetach),
  };
  return (groupName) => {
    const draws = stream('task-life', groupName);
    return {
      eniAttachMs: samplers.eniAttach(draws.double()),
      agentMs: samplers.agent(draws.double()),
      imageCheckMs: samplers.imageCheck(draws.double()),
      containerStartMs: samplers.containerStart(draws.double()),
      stopMs: Math.min(samplers.exit(draws.double()), plan.stopTimeoutMs),
      eniDetachMs: samplers.eniDetach(draws.double()),
    };
  };
}
