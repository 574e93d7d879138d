import { assert } from '../errors.ts';
import type { EventKind, Kernel } from '../kernel/kernel.ts';
import { PHASE } from '../model/phases.ts';
import type { JobPlan } from '../model/plan.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { arrivalTimes } from './arrival-times.ts';
import { sampler, startupSampler } from './distributions.ts';

export interface JobsOptions {
  readonly kernel: Kernel;
  readonly jobs: readonly { readonly plan: JobPlan; readonly classId: number }[];
  /** Origin of calendars, for schedules. */
  readonly startEpochMs: number;
  readonly horizonMs: number;
  readonly stream: (purpose: string, group: string) => RandomDraws;
  readonly submit: (classId: number, runtimeMs: number, startupMs: number) => void;
}

interface JobState {
  readonly classId: number;
  readonly count: number;
  /** The next arrival, or Infinity. */
  readonly nextMs: () => number;
  readonly runtimeMs: () => number;
  readonly startupMs: () => number;
}

/**
 * Tasks that arrive, run to their end and leave. Arrival times, runtimes and start-ups each have a stream of their
 * own, so that the n-th task is the same one under every policy.
 */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #states: readonly JobState[];
  readonly #arrival: EventKind;
  /** Null: nothing triggers a job. */
  readonly #triggered: EventKind | null;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#states = options.jobs.map(({ plan, classId }) => {
      const runtime = sampler(plan.runtime);
      const runtimeDraws = options.stream('runtime', plan.name);
      const startup = startupSampler(plan.template.startup);
      const startupDraws = options.stream('startup', plan.name);
      return {
        classId,
        count: plan.count,
        nextMs: arrivalTimes(plan.arrivals, options.startEpochMs, options.stream('arrivals', plan.name)),
        runtimeMs: () => runtime(runtimeDraws.double()),
        startupMs: () => startup(startupDraws.double()),
      };
    });
    const { kernel } = options;
    this.#arrival = kernel.defineKind('job-arrival', PHASE.arrival, (index) => this.#arrive(index));
    const isTriggered = options.jobs.some(({ plan }) => plan.arrivals.kind === 'triggered');
    this.#triggered = isTriggered
      ? kernel.defineKind('job-triggered', PHASE.arrival, (index) => this.#arrive(index))
      : null;
  }

  /** Each job is a cursor over its arrivals; those of one instant come in the order of the plan. */
  start(): void {
    this.#states.forEach((state, index) => {
      let atMs = this.#withinHorizon(state.nextMs());
      this.#options.kernel.addSource({
        kind: this.#arrival,
        peekMs: () => atMs,
        next: () => {
          atMs = this.#withinHorizon(state.nextMs());
          return index;
        },
      });
    });
  }

  /** The job with this index arrives after the delay, because something has happened. */
  trigger(index: number, delayMs: number): void {
    assert(this.#triggered !== null, 'only a job that waits for an event is triggered');
    this.#options.kernel.after(delayMs, this.#triggered, index);
  }

  #arrive(index: number): void {
    const state = this.#states[index]!;
    for (let n = 0; n < state.count; n++) {
      this.#options.submit(state.classId, state.runtimeMs(), state.startupMs());
    }
  }

  #withinHorizon(atMs: number): number {
    return atMs < this.#options.horizonMs ? atMs : Number.POSITIVE_INFINITY;
  }
}
