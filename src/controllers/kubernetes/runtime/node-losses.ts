import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import type { ClusterStore } from '../../../model/cluster-store.ts';
import { PHASE } from '../../../model/phases.ts';
import type { Taint, Toleration } from '../../../model/task-class.ts';
import { SECOND } from '../../../units.ts';
import { evictionTimer } from '../taint-eviction.ts';
import type { Pod, Pods } from './pods.ts';

/** Between two looks of the node lifecycle controller. Source: kubernetes v1.36.2 pkg/controller/nodelifecycle/config/v1alpha1/defaults.go. */
const MONITOR_PERIOD_MS = 5 * SECOND;
/** Nodes of a zone get the NoExecute taint one by one, at 0.1 a second. Source: the same, nodeEvictionRate. */
const TAINT_INTERVAL_MS = 10 * SECOND;
/** Pods of a node that is no more. Source: kubernetes v1.36.2 pkg/controller/podgc/gc_controller.go, gcCheckPeriod, quarantineTime. */
const COLLECTION_PERIOD_MS = 20 * SECOND;
const QUARANTINE_MS = 40 * SECOND;

const UNREACHABLE: Taint = { key: 'node.kubernetes.io/unreachable', value: '', effect: 'NoExecute' };

export interface NodeLossesOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly pods: () => Pods;
  /** From the last sign of life until a node counts as silent: --node-monitor-grace-period. */
  readonly graceMs: number;
  /** Can instances of the zone be reached? If not, they are not known to be gone. */
  readonly isReachable: (zone: string) => boolean;
}

interface Loss {
  /** When the node counts as silent, or did. */
  silentMs: number;
  isSilent: boolean;
  readonly zone: string;
  readonly isUnreachable: boolean;
  readonly pods: Pod[];
}

/**
 * What becomes of the pods of a node that vanishes. For the grace period nobody knows. Then the node is silent, and its
 * pods are ready no more. An instance that EC2 has ended is taken off the list of nodes, and its pods are collected; one
 * that cannot be reached gets a taint, and its pods are deleted when they do not tolerate it any longer, but stay on the
 * list, going, until the zone is back. With no node ready at all nobody is evicted.
 * Source: kubernetes v1.36.2 pkg/controller/nodelifecycle/node_lifecycle_controller.go, tainteviction, podgc;
 * kubernetes/cloud-provider controllers/nodelifecycle.
 */
export class NodeLosses {
  readonly #options: NodeLossesOptions;
  readonly #silent: EventKind;
  readonly #collected: EventKind;
  readonly #tainted: EventKind;
  readonly #evicted: EventKind;
  readonly #losses: Loss[] = [];
  /** By id of the instance: index of its loss. */
  readonly #byInstance = new Map<number, number>();
  /** By zone: when the next node of it may be tainted. */
  readonly #nextTaintMs = new Map<string, number>();
  readonly #leaving: Pod[] = [];
  readonly #forgotten = new WeakSet<Pod>();

  constructor(options: NodeLossesOptions) {
    this.#options = options;
    const { kernel } = options;
    this.#silent = kernel.defineKind('node-silent', PHASE.failure, (loss) => this.#isSilent(loss));
    this.#collected = kernel.defineKind('node-collected', PHASE.failure, (loss) => this.#collect(loss));
    this.#tainted = kernel.defineKind('node-tainted', PHASE.failure, (loss) => this.#taint(loss));
    this.#evicted = kernel.defineKind('pod-outlasted', PHASE.failure, (index) => this.#evict(index));
  }

  /** The node of a pod, in a slot that can still be read, has vanished. */
  lost(pod: Pod, slot: number): void {
    const { kernel, store, graceMs, isReachable } = this.#options;
    const id = store.instanceId[slot]!;
    let index = this.#byInstance.get(id);
    if (index === undefined) {
      const zone = store.strings.name(store.zone[slot]!);
      const silentMs = nextTick(kernel.nowMs + graceMs, MONITOR_PERIOD_MS);
      const isUnreachable = !isReachable(zone);
      index = this.#losses.push({ silentMs, isSilent: false, zone, isUnreachable, pods: [] }) - 1;
      this.#byInstance.set(id, index);
      kernel.at(silentMs, this.#silent, index);
    }
    this.#losses[index]!.pods.push(pod);
  }

  /** The zone can be reached again: the nodes that were lost with it are known to be gone. */
  zoneBack(zone: string): void {
    for (const loss of this.#losses) if (loss.isUnreachable && loss.zone === zone) this.#forgetAll(loss);
  }

  /**
   * Another controller watches the nodes from now on: it has seen no sign of life yet, and gives each the whole grace period
   * from when it began. Source: kubernetes v1.36.2 pkg/controller/nodelifecycle/node_lifecycle_controller.go, tryUpdateNodeHealth.
   */
  restarted(): void {
    const { kernel, graceMs } = this.#options;
    const silentMs = nextTick(kernel.nowMs + graceMs, MONITOR_PERIOD_MS);
    this.#losses.forEach((loss, index) => {
      if (loss.isSilent || loss.silentMs >= silentMs) return;
      loss.silentMs = silentMs;
      kernel.at(silentMs, this.#silent, index);
    });
  }

  #isSilent(index: number): void {
    const { kernel, pods } = this.#options;
    const { nowMs } = kernel;
    const loss = this.#losses[index]!;
    if (loss.isSilent || nowMs < loss.silentMs) return;
    loss.isSilent = true;
    for (const pod of loss.pods) if (!this.#forgotten.has(pod)) pods().unready(pod);
    if (!loss.isUnreachable) {
      const deletedMs = nowMs + MONITOR_PERIOD_MS;
      kernel.at(nextTick(deletedMs, COLLECTION_PERIOD_MS) + QUARANTINE_MS, this.#collected, index);
      return;
    }
    const atMs = Math.max(nowMs, this.#nextTaintMs.get(loss.zone) ?? 0);
    this.#nextTaintMs.set(loss.zone, atMs + TAINT_INTERVAL_MS);
    kernel.at(atMs, this.#tainted, index);
  }

  #taint(index: number): void {
    const { kernel, store } = this.#options;
    if (store.readyCount === 0) return;
    for (const pod of this.#losses[index]!.pods) {
      const timer = evictionTimer([UNREACHABLE], pod.template.tolerations, null, kernel.nowMs);
      if (timer !== null) kernel.at(timer.dueMs, this.#evicted, this.#leaving.push(pod) - 1);
    }
  }

  #evict(index: number): void {
    const pod = this.#leaving[index]!;
    if (!this.#forgotten.has(pod)) this.#options.pods().condemn(pod);
  }

  #collect(index: number): void {
    this.#forgetAll(this.#losses[index]!);
  }

  #forgetAll({ pods }: Loss): void {
    for (const pod of pods.splice(0)) {
      if (this.#forgotten.has(pod)) continue;
      this.#forgotten.add(pod);
      this.#options.pods().forget(pod);
    }
  }
}

/** The first multiple of the period that is not before the time. */
function nextTick(timeMs: number, periodMs: number): number {
  return Math.ceil(timeMs / periodMs) * periodMs;
}

/**
 * The tolerations of a pod as admission completes them: a node may be silent for five minutes.
 * Source: kubernetes v1.36.2 plugin/pkg/admission/defaulttolerationseconds/admission.go.
 */
export function withLostNodeTolerations(tolerations: readonly Toleration[]): readonly Toleration[] {
  const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
  const missing = keys.filter(
    (key) =>
      !tolerations.some(
        (one) =>
          (one.key === undefined || one.key === '' || one.key === key) &&
          (one.effect === undefined || one.effect === 'NoExecute'),
      ),
  );
  const added = missing.map(
    (key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }),
  );
  return [...tolerations, ...added];
}
