import type { EventKind, Kernel } from '../kernel/kernel.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { TASK_END, TASK_STATE } from '../model/cluster-view.ts';
import { PHASE } from '../model/phases.ts';
import type { ServicePlan } from '../model/plan.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { startupSampler } from './distributions.ts';
import { ReplicaSteps } from './replica-steps.ts';
import type { TaskLife } from './task-life.ts';

export interface ServicesOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly services: readonly { readonly plan: ServicePlan; readonly classId: number }[];
  readonly horizonMs: number;
  readonly stream: (purpose: string, group: string) => RandomDraws;
  /** The wanted number of tasks of a group has changed. */
  readonly onDesired: (groupId: number, count: number) => void;
}

interface ServiceState {
  readonly steps: ReplicaSteps;
  readonly classId: number;
  readonly groupId: number;
  readonly startupMs: () => number;
  /** Task slots, oldest first. Tasks of a service leave only when told to, so the list is always right. */
  tasks: number[];
}

/**
 * Keeps as many tasks of each service as its plan wants at the time. Scaling in stops tasks that still wait first,
 * then the youngest (chosen: the platforms' own rules differ and depend on the placement strategy). A task that loses
 * its instance waits again, so the number never falls short for long.
 */
export class Services {
  readonly #options: ServicesOptions;
  readonly #states: readonly ServiceState[];
  readonly #step: EventKind;

  constructor(options: ServicesOptions) {
    this.#options = options;
    this.#states = options.services.map(({ plan, classId }) => {
      const startup = startupSampler(plan.template.startup);
      const draws = options.stream('startup', plan.name);
      const registrationMs = plan.loadBalancer?.registrationMs ?? 0;
      return {
        steps: new ReplicaSteps(plan),
        classId,
        groupId: options.store.classes[classId]!.groupId,
        startupMs: () => startup(draws.double()) + registrationMs,
        tasks: [],
      };
    });
    this.#step = options.kernel.defineKind('service-step', PHASE.arrival, (index) => this.#scale(index));
  }

  start(): void {
    this.#states.forEach((_, index) => {
      this.#options.kernel.at(0, this.#step, index);
    });
  }

  #scale(index: number): void {
    const state = this.#states[index]!;
    this.#setCount(state, state.steps.take());
    const { atMs } = state.steps;
    if (atMs < this.#options.horizonMs) this.#options.kernel.at(atMs, this.#step, index);
  }

  #setCount(state: ServiceState, count: number): void {
    const { life, onDesired } = this.#options;
    onDesired(state.groupId, count);
    while (state.tasks.length < count) {
      state.tasks.push(life.submit(state.classId, Number.POSITIVE_INFINITY, state.startupMs()));
    }
    if (state.tasks.length > count) {
      for (const task of this.#takeVictims(state, count)) life.end(task, TASK_END.stopped);
    }
  }

  /** Takes tasks off the list until `count` are left: the youngest that still wait, then the youngest. */
  #takeVictims(state: ServiceState, count: number): Set<number> {
    const { taskState } = this.#options.store;
    const youngestFirst = state.tasks.toReversed();
    const waiting = youngestFirst.filter((task) => taskState[task] === TASK_STATE.pending);
    const placed = youngestFirst.filter((task) => taskState[task] !== TASK_STATE.pending);
    const victims = new Set([...waiting, ...placed].slice(0, state.tasks.length - count));
    state.tasks = state.tasks.filter((task) => !victims.has(task));
    return victims;
  }
}
