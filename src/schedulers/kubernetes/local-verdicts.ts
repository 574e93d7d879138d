import { assert } from '../../errors.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { NodeJudge } from './node-judge.ts';
import type { Pod } from './pod.ts';
import { NodeVerdicts, RecentlyUsed, STALE } from './verdict-cache.ts';

/** Memory for verdicts on nodes, over all classes. */
const CACHE_BYTES = 2 ** 26;
const BYTES_PER_SLOT = 8;
const MIN_CACHES = 8;

/** What the judge said of each node, kept per class and slot, and asked for again when the slot has changed. */
export class LocalVerdicts {
  readonly #cluster: LiveCluster;
  readonly #judge: NodeJudge;
  readonly #cache = new RecentlyUsed<number, NodeVerdicts>(() => new NodeVerdicts());
  /**
   * By slot, of the pod turned to: the sum of the scores, or `REFUSED`, or `STALE`, where `judge` knows. The same column
   * until the next turn.
   */
  scores = new Float64Array(0);

  constructor(cluster: LiveCluster, judge: NodeJudge) {
    this.#cluster = cluster;
    this.#judge = judge;
  }

  /** The judge must be turned to the pod. */
  turnTo(pod: Pod): void {
    const { view } = this.#cluster;
    const limit = Math.max(MIN_CACHES, Math.floor(CACHE_BYTES / (BYTES_PER_SLOT * view.slotCount)));
    const verdicts = this.#cache.get(pod.taskClass.id, limit);
    verdicts.catchUp(view);
    this.scores = verdicts.scores;
  }

  /** The score that is kept, or `REFUSED`; asks when it is stale. */
  judge(pod: Pod, slot: number): number {
    const kept = this.scores[slot]!;
    if (kept !== STALE) return kept;
    const score = this.#judge.ask(pod, slot);
    this.scores[slot] = score;
    return score;
  }

  /** Asserts that what is kept of the slot is what the rules say. */
  verify(pod: Pod, slot: number): void {
    const kept = this.scores[slot]!;
    assert(kept === STALE || kept === this.#judge.ask(pod, slot), 'a kept verdict is not what the rules say');
  }
}
