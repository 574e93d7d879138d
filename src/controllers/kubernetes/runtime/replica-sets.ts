import { BURST_REPLICAS, deletionOrder } from '../replica-set.ts';
import type { ClientRate } from './client-rate.ts';
import { CreateBackoff } from './create-backoff.ts';
import type { Pod, PodEnd, PodOwner, Pods, PodTemplate } from './pods.ts';
import type { Reconciled, WorkQueue } from './work-queue.ts';

export interface ReplicaSetOptions {
  readonly pods: Pods;
  readonly queue: WorkQueue;
  readonly rate: ClientRate;
  readonly name: string;
  readonly template: PodTemplate;
  readonly createdMs: number;
  readonly minReadyMs: number;
  /** Pods of all ReplicaSets of its owner; without an owner nobody's. */
  readonly related: () => Iterable<Pod>;
  /** Its counts may have changed. */
  readonly onChanged: () => void;
}

/**
 * A ReplicaSet in a run. Its counts follow each pod, so that a sync costs as much as it changes; the pods are looked at
 * one by one only when some of them have to go.
 */
export class RunningReplicaSet implements PodOwner, Reconciled {
  readonly followsNodes = false;
  readonly name: string;
  readonly template: PodTemplate;
  readonly createdMs: number;
  readonly pods = new Set<Pod>();
  revision = 1;
  desiredReplicas: number | null = null;
  maxReplicas: number | null = null;
  /** `spec.replicas` */
  size = 0;
  activeReplicas = 0;
  readyReplicas = 0;
  availableReplicas = 0;
  /** Grows with every change of its pods. */
  podsRevision = 0;
  readonly #options: ReplicaSetOptions;
  readonly #key: number;
  /** Pods in the order in which they became ready, while minReadySeconds count. */
  #maturing: { readonly pod: Pod; readonly sinceMs: number }[] = [];
  readonly #mature = new Set<Pod>();
  readonly #backoff = new CreateBackoff();

  constructor(options: ReplicaSetOptions) {
    this.#options = options;
    this.name = options.name;
    this.template = options.template;
    this.createdMs = options.createdMs;
    this.#key = options.queue.add(this);
  }

  /** Sets `spec.replicas`. */
  resize(size: number): void {
    if (size === this.size) return;
    this.size = size;
    this.#options.queue.wake(this.#key);
  }

  count(pod: Pod, sign: 1 | -1): void {
    this.pods.add(pod);
    if (pod.isTerminating) {
      this.#mature.delete(pod);
      return;
    }
    this.activeReplicas += sign;
    if (!pod.isReady) {
      this.#mature.delete(pod);
      return;
    }
    this.readyReplicas += sign;
    if (this.#options.minReadyMs === 0 || this.#mature.has(pod)) this.availableReplicas += sign;
  }

  changed(pod: Pod): void {
    const { queue, minReadyMs, onChanged } = this.#options;
    this.podsRevision += 1;
    if (pod.isReady && !pod.isTerminating && minReadyMs > 0 && !this.#mature.has(pod)) {
      this.#maturing.push({ pod, sinceMs: pod.readySinceMs });
      queue.wakeAfter(this.#key, minReadyMs);
    }
    queue.wake(this.#key);
    onChanged();
  }

  gone(pod: Pod, _how: PodEnd): void {
    this.podsRevision += 1;
    this.pods.delete(pod);
    this.#mature.delete(pod);
    this.#options.queue.wake(this.#key);
    this.#options.onChanged();
  }

  /** Source: kubernetes v1.36.2 pkg/controller/replicaset/replica_set.go, manageReplicas. */
  sync(nowMs: number): void {
    this.#ripen(nowMs);
    const surplus = this.activeReplicas - this.size;
    if (surplus > 0) this.#shrink(Math.min(surplus, BURST_REPLICAS), nowMs);
    else if (surplus < 0) this.#grow(Math.min(-surplus, BURST_REPLICAS), nowMs);
    // One sync does not do it all.
    if (Math.abs(surplus) > BURST_REPLICAS) this.#options.queue.wakeAfter(this.#key, 0);
  }

  #grow(missing: number, nowMs: number): void {
    const { pods, rate, queue } = this.#options;
    const count = rate.take(missing, nowMs);
    for (let made = 0; made < count; made++) {
      if (!pods.mayCreate(this.name, this.template)) {
        queue.wakeAfter(this.#key, this.#backoff.next());
        return;
      }
      pods.create(this, this.template);
    }
    this.#backoff.reset();
    if (count < missing) queue.wakeAfter(this.#key, rate.untilNextMs(nowMs));
  }

  #shrink(surplus: number, nowMs: number): void {
    const { pods, related } = this.#options;
    const byUid = new Map([...this.pods].map((pod) => [pod.uid, pod]));
    const ranked = [...this.pods].map((pod) => pods.ranked(pod));
    const isAll = surplus === this.activeReplicas;
    const state = {
      replicas: this.size,
      minReadySeconds: this.#options.minReadyMs / 1000,
      pods: ranked,
      related: isAll ? [] : [...related()].map((pod) => pods.ranked(pod)),
    };
    const order = isAll ? ranked.filter(({ terminating }) => !terminating) : deletionOrder(state, nowMs);
    for (const { uid } of order.slice(0, surplus)) pods.remove(byUid.get(uid)!);
  }

  /** Pods that have been ready for long enough are available from now on. */
  #ripen(nowMs: number): void {
    const { minReadyMs, queue, onChanged } = this.#options;
    const isDue = ({ sinceMs }: { readonly sinceMs: number }) => sinceMs + minReadyMs <= nowMs;
    let due = 0;
    for (; due < this.#maturing.length && isDue(this.#maturing[due]!); due++) {
      const { pod, sinceMs } = this.#maturing[due]!;
      const still = this.pods.has(pod) && pod.isReady && !pod.isTerminating && pod.readySinceMs === sinceMs;
      if (!still || this.#mature.has(pod)) continue;
      this.#mature.add(pod);
      this.availableReplicas += 1;
    }
    if (due === 0) return;
    this.#maturing = this.#maturing.slice(due);
    const next = this.#maturing[0];
    if (next !== undefined) queue.wakeAfter(this.#key, next.sinceMs + minReadyMs - nowMs);
    onChanged();
  }
}
