import type { ServicePlan } from '../model/plan.ts';

/** The wanted number of tasks of a service as time goes on: one step after the other, through all repetitions. */
export class ReplicaSteps {
  readonly #plan: Pick<ServicePlan, 'replicas' | 'repeatMs'>;
  #next = 0;

  constructor(plan: Pick<ServicePlan, 'replicas' | 'repeatMs'>) {
    this.#plan = plan;
  }

  /** The number of the step at hand; goes on to the one behind it. */
  take(): number {
    const { replicas } = this.#plan;
    return replicas[this.#next++ % replicas.length]!.count;
  }

  /** When the step at hand begins, or Infinity when there are no more. */
  get atMs(): number {
    const { replicas, repeatMs } = this.#plan;
    const round = Math.floor(this.#next / replicas.length);
    if (round > 0 && repeatMs === null) return Number.POSITIVE_INFINITY;
    return round * (repeatMs ?? 0) + replicas[this.#next % replicas.length]!.atMs;
  }
}
