import { assert } from '../../errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { PHASE } from '../../model/phases.ts';
import type { ApiRatesPlan, StartTaskPlan } from '../../model/start-task-plan.ts';
import type { HostPort, TaskClass } from '../../model/task-class.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import type { StartTaskDefinition } from '../../schedulers/start-task-scheduler.ts';
import type { PendingQueue } from '../pending-queue.ts';
import type { TaskLife } from '../task-life.ts';
import { StartTaskLoop } from './start-task-loop.ts';
import { TokenBucket } from './token-bucket.ts';

export interface StartTaskSchedulersOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly queue: Pick<PendingQueue, 'waiting' | 'line'>;
  readonly plans: readonly StartTaskPlan[];
  /** By the file that a plan names. */
  readonly definitions: ReadonlyMap<string, StartTaskDefinition>;
  readonly rates: ApiRatesPlan;
  /** Which of the plans starts tasks of the class; -1: none. */
  readonly ownerOf: (taskClass: TaskClass) => number;
  readonly failureOf: (task: number, slot: number) => string | null;
  readonly stream: (purpose: string, entity: string) => RandomDraws;
  readonly systemPorts: readonly HostPort[];
}

/**
 * The schedulers of one's own on an ECS platform. They share the cluster with its service scheduler and with RunTask, and
 * the rates of the API with each other, and know nothing of one another's plans.
 */
export class StartTaskSchedulers {
  readonly loops: readonly StartTaskLoop[];
  readonly #options: StartTaskSchedulersOptions;
  /** By class id. */
  readonly #owners: number[] = [];

  constructor(options: StartTaskSchedulersOptions) {
    this.#options = options;
    const { kernel, plans, definitions, rates, stream } = options;
    const reads = new TokenBucket(rates.readsPerSecond, rates.readBurst);
    const modifies = new TokenBucket(rates.modifiesPerSecond, rates.modifyBurst);
    // They see what the platform's own placement has left of an instant.
    const kinds = {
      read: kernel.defineKind('own-scheduler-read', PHASE.autoscale, (index) => this.loops[index]!.read()),
      decide: kernel.defineKind('own-scheduler-decision', PHASE.autoscale, (index) =>
        this.loops[index]!.decide(),
      ),
      call: kernel.defineKind('start-task', PHASE.autoscale, (index) => this.loops[index]!.call(false)),
    };
    this.loops = plans.map((plan, index) => {
      const definition = definitions.get(plan.use);
      assert(definition !== undefined, 'an own scheduler was not loaded');
      return new StartTaskLoop({
        ...options,
        plan,
        definition,
        waiting: () => this.#waiting(index),
        reads,
        modifies,
        random: stream('start-task', plan.name),
        kinds,
        index,
      });
    });
  }

  /** A task is waiting, for whomever. */
  wake(): void {
    for (const loop of this.loops) loop.wake();
  }

  #waiting(index: number): number[] {
    const { store, queue, ownerOf } = this.#options;
    const { classes } = store;
    while (this.#owners.length < classes.length) this.#owners.push(ownerOf(classes[this.#owners.length]!));
    const tasks: number[] = [];
    this.#owners.forEach((owner, classId) => {
      if (owner === index && queue.waiting(classId) > 0) tasks.push(...queue.line(classId));
    });
    return tasks.sort(
      (a, b) => store.taskSinceMs(a) - store.taskSinceMs(b) || store.taskOrdinal(a) - store.taskOrdinal(b),
    );
  }
}
