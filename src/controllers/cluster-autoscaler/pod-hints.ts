import { grown } from '../../model/grown.ts';

const NEVER = -2;

/**
 * Where pods went in earlier simulations, by task of the real cluster: the id of an instance. Hints that were neither
 * given nor taken again since the last but one `dropOld` are forgotten; a wrong one costs one question.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 simulator/scheduling/hints.go
 */
export class PodHints {
  #instanceIds = new Int32Array(0);
  /** In which generation the hint was given. */
  #generations = new Int32Array(0);
  #generation = 0;

  nodeOf(task: number): number | undefined {
    const age = this.#generation - (this.#generations[task] ?? NEVER);
    return age <= 1 ? this.#instanceIds[task] : undefined;
  }

  set(task: number, instanceId: number): void {
    if (task >= this.#instanceIds.length) {
      const length = (task + 1) * 2;
      this.#instanceIds = grown(Int32Array, this.#instanceIds, length);
      this.#generations = grown(Int32Array, this.#generations, length, NEVER);
    }
    this.#instanceIds[task] = instanceId;
    this.#generations[task] = this.#generation;
  }

  dropOld(): void {
    this.#generation += 1;
  }
}
