import { LANE } from '../../model/resources.ts';
import { compare } from './instance-types.ts';
import type { KarpenterPod, PodSpec } from './pod-demand.ts';

function inOrderOfSize(a: KarpenterPod, b: KarpenterPod): number {
  return (
    b.requests[LANE.cpu]! - a.requests[LANE.cpu]! ||
    b.requests[LANE.memory]! - a.requests[LANE.memory]! ||
    a.createdMs - b.createdMs ||
    compare(a.uid, b.uid)
  );
}

/** Pods that every simulation of a moment places: those that wait, and those whose nodes are on their way out. */
export class CommonPods {
  /** In order of trial, so that sorting them with a few others is quick. */
  readonly pods: readonly KarpenterPod[];
  readonly uids: ReadonlySet<string>;
  readonly specs: ReadonlySet<PodSpec>;

  constructor(pods: readonly KarpenterPod[]) {
    this.pods = [...pods].sort(inOrderOfSize);
    this.uids = new Set(pods.map(({ uid }) => uid));
    this.specs = new Set(pods.map(({ spec }) => spec));
  }
}

/**
 * Pods in the order in which they are tried: the largest by CPU, then memory, first; the older first. A pod that found
 * nothing comes back at the end, until a round has brought no progress.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/queue.go
 */
export class PodQueue {
  /** From `#head` on. */
  readonly #pods: KarpenterPod[];
  readonly #lastLength = new Map<KarpenterPod, number>();
  #head = 0;

  constructor(pods: readonly KarpenterPod[]) {
    this.#pods = [...pods].sort(inOrderOfSize);
  }

  /** Null when all are placed, or when the queue has not become shorter since this pod was last tried. */
  pop(): KarpenterPod | null {
    const length = this.#pods.length - this.#head;
    const pod = this.#pods[this.#head];
    if (pod === undefined || this.#lastLength.get(pod) === length) return null;
    this.#head += 1;
    return pod;
  }

  push(pod: KarpenterPod): void {
    this.#pods.push(pod);
    this.#lastLength.set(pod, this.#pods.length - this.#head);
  }
}
