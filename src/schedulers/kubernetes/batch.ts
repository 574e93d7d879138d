import type { ClusterView } from '../../model/cluster-view.ts';
import { NO_INSTANCE, type RandomDraws } from '../scheduler.ts';
import type { Selection } from './host-selection.ts';
import { isThere, RankedNodes, type ScoredNodes } from './ranked-nodes.ts';

/** Older than this, what a cycle left is not used any more. */
const MAX_AGE_MS = 500;
const NEVER = -2;

/** Of one cycle. */
export interface BatchCycle {
  /** Counts the cycles of the scheduler, whichever profile's. */
  readonly number: number;
  readonly nowMs: number;
  /** Of its pod; null for one that cannot be signed. */
  readonly signature: string | null;
}

/**
 * Opportunistic batching, of one profile: a cycle that scored leaves its other nodes, best first, and the next cycle
 * may take the first of them as its hint instead of looking at all nodes again. May it? Only the very next cycle, with a
 * pod of the same signature, at most 500 ms after the scoring, and only if the node that the last pod took refuses this
 * one: then that node's score, the only one that changed, does not matter. The hint is tried like a nominated node. One
 * that is taken keeps the rest for the pod after; else the next cycle that scores begins anew.
 *
 * What the rest says is as old as the scoring: nodes that came since are not in it, and scores that are relative to the
 * feasible nodes, the places where a sampled search began, and the order among equals are those of that time.
 *
 * A cycle asks `precedent`, then whether that node refuses the pod, then `hint`, and tells how it ended by `took` or
 * `chose`. One that finds nothing tells nothing: the gap in the numbers does.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/runtime/batch.go
 */
export class Batch {
  readonly #rest: RankedNodes;
  /** What the pods that the rest is good for have in common. */
  #signature: string | null = null;
  #scoredAtMs = 0;
  /** The last cycle that found a node, and the node. */
  #lastNumber = NEVER;
  #lastSlot = NO_INSTANCE;
  #lastInstanceId = 0;

  constructor(selection: Selection) {
    this.#rest = new RankedNodes(selection);
  }

  /** The node that must refuse the pod for a hint to be given; `NO_INSTANCE` when there is no hint in any case. */
  precedent({ number, nowMs, signature }: BatchCycle, view: ClusterView): number {
    if (this.#rest.count === 0 || number !== this.#lastNumber + 1) return NO_INSTANCE;
    if (signature === null || signature !== this.#signature) return NO_INSTANCE;
    if (nowMs > this.#scoredAtMs + MAX_AGE_MS) return NO_INSTANCE;
    return isThere(view, this.#lastSlot, this.#lastInstanceId) ? this.#lastSlot : NO_INSTANCE;
  }

  /** The best node that is left, which is then left no longer; `NO_INSTANCE` when it has gone. */
  hint(view: ClusterView, random: RandomDraws): number {
    return this.#rest.take(view, random);
  }

  /** What `hint` would say, with these draws. */
  foresee(view: ClusterView, random: RandomDraws): number {
    return this.#rest.clone(view).take(view, random);
  }

  /** The cycle took a node without scoring: the hint, a nominated node, or the only one. */
  took(slot: number, hint: number, { number }: BatchCycle, view: ClusterView): void {
    this.#last(slot, number, view);
    if (slot !== hint) this.#rest.clear();
  }

  /** The cycle scored, and chose the slot. */
  chose(slot: number, nodes: ScoredNodes, { number, nowMs, signature }: BatchCycle, view: ClusterView): void {
    this.#last(slot, number, view);
    this.#signature = signature;
    this.#scoredAtMs = nowMs;
    if (signature === null) this.#rest.clear();
    else this.#rest.keep(nodes, slot, view);
  }

  #last(slot: number, number: number, { instanceId }: ClusterView): void {
    this.#lastNumber = number;
    this.#lastSlot = slot;
    this.#lastInstanceId = instanceId[slot]!;
  }
}
