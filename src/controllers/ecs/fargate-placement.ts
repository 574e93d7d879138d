import type { EventHandle, EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import { PHASE } from '../../model/phases.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { HOUR } from '../../units.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import { sampler } from '../distributions.ts';
import type { Fleet } from '../fleet.ts';
import { PendingQueue } from '../pending-queue.ts';
import type { Placer } from '../placer.ts';
import { LaunchRate } from './launch-rate.ts';

/** A machine that a class of tasks runs on: an instance group and type of the fleet. */
export interface FargateMachine {
  readonly groupIndex: number;
  readonly typeName: string;
}

export interface FargatePlacementOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly fleet: () => Fleet;
  /** Null: there is none that could take it, and it waits for ever. */
  readonly machineOf: (taskClass: TaskClass) => FargateMachine | null;
  readonly launchBurst: number;
  readonly launchesPerMinute: number;
  /** Of machines of a group, per hour; 0: never. */
  readonly interruptionsPerHour: (groupIndex: number) => number;
  /** From the notice of an interruption to the end of the machine. */
  readonly noticeMs: number;
  /** Until the next look while every zone is closed. */
  readonly retryMs: number;
  readonly random: RandomDraws;
  readonly onPlaced: (task: number) => void;
  /** AWS takes the task back. */
  readonly onInterrupted: (task: number) => void;
}

/**
 * AWS Fargate: every task gets a machine of its own, of the next size, in the zone with the fewest machines of its
 * capacity provider. Launches take tokens of a bucket, one for each provider, first come first served. A machine ends with
 * its task. Machines of FARGATE_SPOT are taken back at random: the task is told to stop at the notice.
 * Source: AWS ECS developer guide, AWS Fargate; quotas in AWS Fargate service quotas.
 */
export class FargatePlacement implements Placer {
  readonly queue: PendingQueue;
  attempts = 0;
  interruptions = 0;
  readonly #options: FargatePlacementOptions;
  readonly #launch: EventKind;
  readonly #interrupt: EventKind;
  readonly #end: EventKind;
  /** By group: tasks that wait for a launch, first come first served, and the bucket they wait for. */
  readonly #lines = new Map<
    number,
    { readonly tasks: Set<number>; readonly rate: LaunchRate; dueMs: number }
  >();
  /** Machines on their way, by slot and by task. */
  readonly #taskOf = new Map<number, number>();
  readonly #slotOf = new Map<number, number>();
  /** By slot: when the machine is taken back, or ends after its notice. */
  readonly #ends = new Map<number, EventHandle>();

  constructor(options: FargatePlacementOptions) {
    this.#options = options;
    const { kernel } = options;
    this.queue = new PendingQueue(options.store);
    this.#launch = kernel.defineKind('fargate-launch', PHASE.schedule, (group) => this.#launchWaiting(group));
    this.#end = kernel.defineKind('fargate-end', PHASE.failure, (slot) => options.fleet().terminate(slot));
    this.#interrupt = kernel.defineKind('fargate-interruption', PHASE.failure, (slot) =>
      this.#takeBack(slot),
    );
  }

  enqueue(task: number): void {
    const { store, machineOf, kernel } = this.#options;
    this.queue.push(task);
    const machine = machineOf(store.classes[store.taskClass[task]!]!);
    if (machine === null) return;
    this.#line(machine.groupIndex).tasks.add(task);
    this.#look(machine.groupIndex, kernel.nowMs);
  }

  withdraw(task: number): void {
    this.queue.remove(task);
    for (const { tasks } of this.#lines.values()) tasks.delete(task);
    const slot = this.#slotOf.get(task);
    if (slot === undefined) return;
    this.#forget(slot);
    this.#options.fleet().terminate(slot);
  }

  /** The machine of a task is there. */
  instanceReady(slot: number): void {
    const { kernel, store, onPlaced } = this.#options;
    const task = this.#taskOf.get(slot)!;
    this.#forget(slot);
    this.queue.remove(task);
    store.place(task, slot, kernel.nowMs);
    this.#mayEnd(slot);
    onPlaced(task);
  }

  /** A machine is about to be gone; one that its task still waited for is launched again. */
  instanceGone(slot: number): void {
    const { kernel, fleet } = this.#options;
    const end = this.#ends.get(slot);
    if (end !== undefined) kernel.cancel(end);
    this.#ends.delete(slot);
    const task = this.#taskOf.get(slot);
    if (task === undefined) return;
    this.#forget(slot);
    const groupIndex = fleet().groupOf(slot);
    this.#line(groupIndex).tasks.add(task);
    this.#look(groupIndex, kernel.nowMs);
  }

  heldBack(task: number): string {
    const { store, machineOf } = this.#options;
    if (this.#slotOf.has(task)) return 'Its machine on AWS Fargate is on its way.';
    return machineOf(store.classes[store.taskClass[task]!]!) === null
      ? 'No Fargate configuration exists for given values.'
      : 'Waits for the launch rate of AWS Fargate.';
  }

  context(): ReturnType<Placer['context']> {
    return {};
  }

  /** Nobody is held back here. */
  removeGate(): void {}

  /** No task has another one's room. */
  roomTaken(): void {}

  roomFreed(): void {}

  #line(groupIndex: number) {
    const known = this.#lines.get(groupIndex);
    if (known !== undefined) return known;
    const { launchesPerMinute, launchBurst } = this.#options;
    const rate = new LaunchRate(launchesPerMinute, launchBurst);
    const line = { tasks: new Set<number>(), rate, dueMs: Number.POSITIVE_INFINITY };
    this.#lines.set(groupIndex, line);
    return line;
  }

  /** Launches at that time, once. */
  #look(groupIndex: number, atMs: number): void {
    const line = this.#line(groupIndex);
    if (line.dueMs <= atMs) return;
    line.dueMs = atMs;
    this.#options.kernel.at(atMs, this.#launch, groupIndex);
  }

  #launchWaiting(groupIndex: number): void {
    const { kernel, store, fleet, machineOf, retryMs } = this.#options;
    const line = this.#line(groupIndex);
    line.dueMs = Number.POSITIVE_INFINITY;
    const { groups } = fleet();
    const isOpen = groups[groupIndex]!.zones.some((zone) => fleet().isOpen(zone));
    let free = isOpen ? line.rate.available(kernel.nowMs) : 0;
    for (const task of line.tasks) {
      if (free === 0) break;
      const { typeName } = machineOf(store.classes[store.taskClass[task]!]!)!;
      free -= 1;
      line.rate.take(1);
      line.tasks.delete(task);
      this.attempts += 1;
      const slot = fleet().launch(groupIndex, typeName, () => true);
      this.#taskOf.set(slot, task);
      this.#slotOf.set(task, slot);
    }
    if (line.tasks.size === 0) return;
    // With every zone closed nothing can be launched: another look later.
    const waitMs = isOpen ? Math.max(1, line.rate.untilNextMs(kernel.nowMs)) : retryMs;
    this.#look(groupIndex, kernel.nowMs + waitMs);
  }

  #forget(slot: number): void {
    this.#slotOf.delete(this.#taskOf.get(slot)!);
    this.#taskOf.delete(slot);
  }

  #mayEnd(slot: number): void {
    const { kernel, fleet, interruptionsPerHour, random } = this.#options;
    const perHour = interruptionsPerHour(fleet().groupOf(slot));
    if (perHour === 0) return;
    const afterMs = sampler({ kind: 'exponential', meanMs: HOUR / perHour })(random.double());
    this.#ends.set(slot, kernel.after(afterMs, this.#interrupt, slot));
  }

  /** AWS wants the machine back: the notice, and SIGTERM with it. */
  #takeBack(slot: number): void {
    const { kernel, store, onInterrupted, noticeMs } = this.#options;
    this.#ends.delete(slot);
    const task = store.firstTask[slot]!;
    if (store.state[slot] !== INSTANCE_STATE.ready || task < 0) return;
    this.interruptions += 1;
    const endsMs = kernel.nowMs + noticeMs;
    store.notice(slot, { notice: 'interruption', reason: 'capacity', endsMs }, kernel.nowMs);
    // A task that takes longer to stop is killed.
    this.#ends.set(slot, kernel.at(endsMs, this.#end, slot));
    onInterrupted(task);
  }
}
