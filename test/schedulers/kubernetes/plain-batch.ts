import type { ClusterStore } from '../../../src/model/cluster-store.ts';
import { type Cycle, runCycle } from '../../../src/schedulers/kubernetes/cycle.ts';
import type { ProfileOptions } from '../../../src/schedulers/kubernetes/kubernetes-options.ts';
import { LiveCluster } from '../../../src/schedulers/kubernetes/live-cluster.ts';
import { plainCluster } from '../../../src/schedulers/kubernetes/plain-cluster.ts';
import { createPluginSet } from '../../../src/schedulers/kubernetes/plugin-set.ts';
import { constantDraws } from '../../support/draws.ts';

const NONE = -1;

/**
 * The scheduler with batches of one profile, written after kube-scheduler step by step: plain cycles, a heap of objects
 * that is made after each scoring, and a state of five fields. Nodes are known by their instance numbers.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/runtime/batch.go, pkg/scheduler/schedule_one.go
 */
export class PlainBatching {
  readonly #store: ClusterStore;
  readonly #options: ProfileOptions;
  readonly #live: LiveCluster;
  #start = 0;
  #cycle = 0;
  #state: { signature: string; nodes: Heap; createdMs: number } | null = null;
  #last = { cycle: -1, node: NONE };

  constructor(store: ClusterStore, options: ProfileOptions) {
    this.#store = store;
    this.#options = options;
    this.#live = new LiveCluster(store);
  }

  /** One cycle without any batch: what would be decided from here. `percentage` of nodes to score. */
  unbatched(task: number, percentage: number): Cycle {
    return this.#run(task, percentage, null);
  }

  decide(task: number, nowMs: number): { readonly cycle: Cycle; readonly hinted: boolean } {
    this.#cycle += 1;
    const store = this.#store;
    const slotOf = (id: number) => {
      for (let slot = 0; slot < store.slotCount; slot++) {
        if (store.instanceId[slot] === id && store.state[slot] !== 0) return slot;
      }
      return NONE;
    };
    const signature = this.#sign(task);
    let hint = NONE;
    const mayHint =
      this.#state !== null &&
      this.#state.nodes.size > 0 &&
      this.#cycle === this.#last.cycle + 1 &&
      signature !== null &&
      signature === this.#state.signature &&
      nowMs <= this.#state.createdMs + 500;
    const cycle = this.#run(task, this.#options.percentageOfNodesToScore, {
      precedent: mayHint ? slotOf(this.#last.node) : NONE,
      hint: () => {
        hint = this.#state!.nodes.pop();
        return slotOf(hint);
      },
    });
    this.#start = cycle.nextStart;
    if (cycle.chosen === NONE) return { cycle, hinted: false };
    const chosen = store.instanceId[cycle.chosen]!;
    this.#last = { cycle: this.#cycle, node: chosen };
    if (hint === chosen) return { cycle, hinted: true };
    this.#state = null;
    if (cycle.feasible.length > 1 && signature !== null) {
      const nodes = new Heap(
        [...cycle.feasible].map((slot, i) => [store.instanceId[slot]!, cycle.totals[i]!]),
      );
      if (nodes.pop() !== chosen) throw new Error('the heap gives up another node than the cycle chose');
      this.#state = { signature, nodes, createdMs: nowMs };
    }
    return { cycle, hinted: false };
  }

  #sign(task: number): string | null {
    const pod = this.#live.pods.pod(this.#store.taskClass[task]!);
    return createPluginSet(this.#options, this.#store.resources).sign(pod);
  }

  #run(
    task: number,
    percentageOfNodesToScore: number,
    batch: Parameters<typeof runCycle>[3]['batch'] | null,
  ): Cycle {
    const store = this.#store;
    this.#live.sync();
    const pod = this.#live.pods.pod(store.taskClass[task]!);
    const cluster = plainCluster(store, this.#live.nodes, this.#live.pods);
    return runCycle(createPluginSet(this.#options, store.resources), cluster, pod, {
      start: this.#start,
      percentageOfNodesToScore,
      selection: 'heap',
      random: constantDraws(0),
      batch: batch ?? null,
    });
  }
}

/** Go's container/heap of nodes, the highest total on top. */
class Heap {
  readonly #items: (readonly [node: number, total: number])[];

  constructor(items: readonly (readonly [node: number, total: number])[]) {
    this.#items = [...items];
    for (let i = Math.floor(items.length / 2) - 1; i >= 0; i--) this.#down(i, items.length);
  }

  get size(): number {
    return this.#items.length;
  }

  pop(): number {
    const end = this.#items.length - 1;
    this.#swap(0, end);
    this.#down(0, end);
    return this.#items.pop()![0];
  }

  #less(i: number, j: number): boolean {
    return this.#items[i]![1] > this.#items[j]![1];
  }

  #swap(i: number, j: number): void {
    [this.#items[i], this.#items[j]] = [this.#items[j]!, this.#items[i]!];
  }

  #down(from: number, end: number): void {
    for (let i = from; ; ) {
      const left = 2 * i + 1;
      if (left >= end) return;
      const j = left + 1 < end && this.#less(left + 1, left) ? left + 1 : left;
      if (!this.#less(j, i)) return;
      this.#swap(i, j);
      i = j;
    }
  }
}
