import { assert } from '../../errors.ts';

/** What a task takes of the instance itself. */
export interface HostNeed {
  readonly cpu: number;
  readonly memory: number;
  /** Devices. */
  readonly gpu: number;
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
}

/**
 * The agent's own ledger of one instance. Placement counts a task's room as free as soon as it is told to stop; on the
 * instance it is free when the task has really stopped. Tasks that placement sent in between wait here, first come first
 * served: one that does not fit holds up everything behind it, and one that is told to stop leaves without a trace.
 * Source: aws/amazon-ecs-agent 1.105.1 agent/engine/host_resource_manager.go and docker_task_engine.go.
 */
export class AgentQueue<Task> {
  readonly #free: { cpu: number; memory: number; gpu: number };
  readonly #ports = { tcp: new Set<number>(), udp: new Set<number>() };
  readonly #waiting: { readonly task: Task; readonly need: HostNeed }[] = [];
  readonly #holds = new Map<Task, HostNeed>();

  /** What the instance has when nothing runs. */
  constructor(capacity: Omit<HostNeed, 'tcp' | 'udp'>) {
    this.#free = { ...capacity };
  }

  /** Placement chose the instance for the task; returns the tasks that start now, in order. */
  assign(task: Task, need: HostNeed): readonly Task[] {
    this.#waiting.push({ task, need });
    return this.#look();
  }

  /** Does the task wait for its resources? */
  waits(task: Task): boolean {
    return this.#waiting.some((each) => each.task === task);
  }

  /** Does the task hold its resources? */
  holds(task: Task): boolean {
    return this.#holds.has(task);
  }

  /** A waiting task was told to stop; returns the tasks that start now, in order. */
  withdraw(task: Task): readonly Task[] {
    const at = this.#waiting.findIndex((each) => each.task === task);
    assert(at >= 0, 'only a waiting task can be withdrawn from the queue of its instance');
    this.#waiting.splice(at, 1);
    return this.#look();
  }

  /** Tasks have really stopped, all at this instant; returns the tasks that start now, in order. */
  release(tasks: readonly Task[]): readonly Task[] {
    for (const task of tasks) {
      const need = this.#holds.get(task);
      assert(need !== undefined, 'only a task that holds resources can give them back');
      this.#holds.delete(task);
      this.#account(need, 1);
      for (const port of need.tcp) this.#ports.tcp.delete(port);
      for (const port of need.udp) this.#ports.udp.delete(port);
    }
    return this.#look();
  }

  #look(): readonly Task[] {
    const started: Task[] = [];
    for (let head = this.#waiting[0]; head !== undefined && this.#fits(head.need); head = this.#waiting[0]) {
      const { task, need } = head;
      this.#waiting.shift();
      this.#holds.set(task, need);
      this.#account(need, -1);
      for (const port of need.tcp) this.#ports.tcp.add(port);
      for (const port of need.udp) this.#ports.udp.add(port);
      started.push(task);
    }
    return started;
  }

  #account({ cpu, memory, gpu }: HostNeed, sign: 1 | -1): void {
    this.#free.cpu += sign * cpu;
    this.#free.memory += sign * memory;
    this.#free.gpu += sign * gpu;
  }

  #fits({ cpu, memory, gpu, tcp, udp }: HostNeed): boolean {
    const { tcp: takenTcp, udp: takenUdp } = this.#ports;
    return (
      cpu <= this.#free.cpu &&
      memory <= this.#free.memory &&
      gpu <= this.#free.gpu &&
      !tcp.some((port) => takenTcp.has(port)) &&
      !udp.some((port) => takenUdp.has(port))
    );
  }
}
