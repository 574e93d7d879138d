import type { ClusterView, InstanceState, TaskEnd } from '../model/cluster-view.ts';
import { INSTANCE_STATE_NAMES, TASK_END_NAMES } from '../model/cluster-view.ts';
import type { InstanceNotice, Recorder } from '../model/recorder.ts';
import type { TriggerPlan } from '../model/plan.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { sampler } from './distributions.ts';

export interface TriggersOptions {
  readonly view: ClusterView;
  readonly triggers: readonly {
    readonly plan: TriggerPlan;
    /** Of the delays. */
    readonly draws: RandomDraws;
    /** The delay has been drawn: the tasks come when it is over. */
    readonly fire: (delayMs: number) => void;
  }[];
  /** Is the group of tasks that of the service, job or trace? */
  readonly isOf: (groupName: string, name: string) => boolean;
}

/**
 * Events that start tasks: a task has ended, an instance has changed its state or got its notice. Hears of what happened
 * as a recorder does, and starts nothing at once: an event takes its time to be delivered.
 * Source: Amazon ECS developer guide, task and container instance state change events on Amazon EventBridge.
 */
export class Triggers implements Recorder {
  readonly #options: TriggersOptions;
  readonly #delays: readonly ((u: number) => number)[];

  constructor(options: TriggersOptions) {
    this.#options = options;
    this.#delays = options.triggers.map(({ plan }) => sampler(plan.delay));
  }

  instance(_nowMs: number, slot: number, state: InstanceState): void {
    this.#instanceIs(slot, INSTANCE_STATE_NAMES[state]!);
  }

  noticed(_nowMs: number, slot: number, { notice }: InstanceNotice): void {
    if (notice === 'interruption') this.#instanceIs(slot, 'noticed');
  }

  submitted(): void {}
  placed(): void {}
  running(): void {}
  requeued(): void {}

  ended(_nowMs: number, task: number, _slot: number, end: TaskEnd): void {
    const { view, isOf } = this.#options;
    const { groupName } = view.classes[view.taskClass[task]!]!;
    const outcome = TASK_END_NAMES[end]!;
    this.#fire(
      (plan) =>
        plan.on === 'task' &&
        (plan.outcome === 'any' || plan.outcome === outcome) &&
        isOf(groupName, plan.of),
    );
  }

  #instanceIs(slot: number, state: string): void {
    const { view } = this.#options;
    const { groupName } = view.shapes[view.shapeOf[slot]!]!;
    this.#fire((plan) => plan.on === 'instance' && plan.state === state && plan.group === groupName);
  }

  #fire(matches: (plan: TriggerPlan) => boolean): void {
    this.#options.triggers.forEach(({ plan, draws, fire }, index) => {
      if (matches(plan)) fire(this.#delays[index]!(draws.double()));
    });
  }
}
