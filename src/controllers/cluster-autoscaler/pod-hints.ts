/**
 * Where pods went in earlier simulations, by task of the real cluster: the id of an instance. Hints that were neither
 * given nor taken again since the last but one `dropOld` are forgotten; a wrong one costs one question.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 simulator/scheduling/hints.go
 */
export class PodHints {
  #current = new Map<number, number>();
  #old = new Map<number, number>();

  nodeOf(task: number): number | undefined {
    return this.#current.get(task) ?? this.#old.get(task);
  }

  set(task: number, instanceId: number): void {
    this.#current.set(task, instanceId);
  }

  dropOld(): void {
    this.#old = this.#current;
    this.#current = new Map();
  }
}
