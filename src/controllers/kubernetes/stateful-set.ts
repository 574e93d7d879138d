import { type IntOrPercent, scaledValue } from './int-or-percent.ts';
import { isAvailable, isReady, type PodState } from './pod-state.ts';

export interface StatefulPod extends PodState {
  readonly ordinal: number;
  readonly revision: string;
}

export interface StatefulSetState {
  readonly replicas: number;
  /** `spec.ordinals.start` */
  readonly firstOrdinal: number;
  readonly minReadySeconds: number;
  readonly podManagement: 'OrderedReady' | 'Parallel';
  /** `partition: null`: RollingUpdate without a rollingUpdate block. */
  readonly update:
    | { readonly type: 'OnDelete' }
    | {
        readonly type: 'RollingUpdate';
        readonly partition: number | null;
        /** Heeded with the gate MaxUnavailableStatefulSet only, which is off by default: then null. */
        readonly maxUnavailable: IntOrPercent | null;
      };
  readonly currentRevision: string;
  /** Revision of the template as it is now. */
  readonly updateRevision: string;
  readonly pods: readonly StatefulPod[];
}

export interface StatefulSetStatus {
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly currentReplicas: number;
  readonly updatedReplicas: number;
}

export interface StatefulSetSync {
  readonly create: readonly { readonly ordinal: number; readonly revision: string }[];
  readonly remove: readonly StatefulPod[];
  readonly status: StatefulSetStatus;
  /** The current revision from now on. */
  readonly currentRevision: string;
}

/**
 * One sync of the StatefulSet controller.
 * Source: kubernetes v1.36.2 pkg/controller/statefulset/stateful_set_control.go, updateStatefulSet.
 */
export function syncStatefulSet(state: StatefulSetState, nowMs: number): StatefulSetSync {
  const sync = new Sync(state, nowMs);
  sync.run();
  const { create, remove } = sync;
  const status = sync.status();
  const { replicas, update, updateRevision } = state;
  const rolled =
    update.type === 'RollingUpdate' &&
    status.updatedReplicas === replicas &&
    status.readyReplicas === replicas &&
    status.replicas === replicas;
  return {
    create,
    remove,
    status: rolled ? { ...status, currentReplicas: status.updatedReplicas } : status,
    currentRevision: rolled ? updateRevision : state.currentRevision,
  };
}

class Sync {
  readonly create: { ordinal: number; revision: string }[] = [];
  readonly remove: StatefulPod[] = [];
  readonly #state: StatefulSetState;
  readonly #nowMs: number;
  /** By index from the first ordinal; null: a gap. */
  readonly #replicas: (StatefulPod | null)[];
  /** Beyond the range, highest ordinal first. */
  readonly #condemned: readonly StatefulPod[];
  #deletedByUpdate = 0;

  constructor(state: StatefulSetState, nowMs: number) {
    this.#state = state;
    this.#nowMs = nowMs;
    const { pods, firstOrdinal, replicas } = state;
    this.#replicas = Array.from(
      { length: replicas },
      (_, index) => pods.find(({ ordinal }) => ordinal === firstOrdinal + index) ?? null,
    );
    this.#condemned = pods
      .filter(({ ordinal }) => ordinal < firstOrdinal || ordinal >= firstOrdinal + replicas)
      .sort((a, b) => b.ordinal - a.ordinal);
  }

  run(): void {
    if (!this.#fill() || !this.#shrink()) return;
    const { update } = this.#state;
    if (update.type === 'OnDelete') return;
    if (update.maxUnavailable === null) this.#rollOne(update.partition ?? 0);
    else this.#rollSeveral(update.partition ?? 0, update.maxUnavailable);
  }

  status(): StatefulSetStatus {
    const { pods, currentRevision, updateRevision } = this.#state;
    const staying = pods.filter(({ terminating }) => !terminating);
    return {
      replicas: pods.length,
      readyReplicas: pods.filter(isRunningAndReady).length,
      availableReplicas: pods.filter((pod) => this.#isAvailable(pod)).length,
      // The real one takes off one for each pod deleted by the update, whatever its revision: below zero if need be.
      currentReplicas:
        staying.filter(({ revision }) => revision === currentRevision).length - this.#deletedByUpdate,
      updatedReplicas: staying.filter(({ revision }) => revision === updateRevision).length,
    };
  }

  /** Every ordinal gets its pod. False: nothing more in this sync. */
  #fill(): boolean {
    const ordered = this.#state.podManagement === 'OrderedReady';
    for (const [index, pod] of this.#replicas.entries()) {
      if (pod === null) {
        const ordinal = this.#state.firstOrdinal + index;
        this.create.push({ ordinal, revision: this.#revisionOf(ordinal) });
        if (ordered) return false;
      } else if (pod.phase === 'Failed' || pod.phase === 'Succeeded') {
        if (!pod.terminating) this.remove.push(pod);
        if (ordered) return false;
      } else if (ordered && this.#isUnavailable(pod)) {
        return false;
      }
    }
    return true;
  }

  /** Pods beyond the range go, highest first. False: nothing more in this sync. */
  #shrink(): boolean {
    const ordered = this.#state.podManagement === 'OrderedReady';
    const firstUnavailable = this.#firstUnavailable();
    for (const pod of this.#condemned) {
      if (pod.terminating) {
        if (ordered) return false;
        continue;
      }
      if (ordered && this.#isUnavailable(pod) && pod !== firstUnavailable) return false;
      this.remove.push(pod);
      if (ordered) return false;
    }
    return true;
  }

  /** The highest pod of another revision goes, once all above it are available. */
  #rollOne(partition: number): void {
    for (let index = this.#replicas.length - 1; index >= partition; index--) {
      const pod = this.#replicas[index]!;
      if (pod === null) return;
      if (pod.revision !== this.#state.updateRevision && !pod.terminating) {
        this.#deleteForUpdate(pod);
        return;
      }
      if (this.#isUnavailable(pod)) return;
    }
  }

  #rollSeveral(partition: number, maxUnavailable: IntOrPercent): void {
    const limit = Math.max(scaledValue(maxUnavailable, this.#replicas.length, 'down'), 1);
    const unavailable = this.#replicas.filter((pod) => pod === null || this.#isUnavailable(pod)).length;
    let left = Math.max(limit - unavailable, 0);
    for (let index = this.#replicas.length - 1; index >= partition && left > 0; index--) {
      const pod = this.#replicas[index]!;
      if (pod === null || pod.revision === this.#state.updateRevision || pod.terminating) continue;
      this.#deleteForUpdate(pod);
      left -= 1;
    }
  }

  #deleteForUpdate(pod: StatefulPod): void {
    this.remove.push(pod);
    this.#deletedByUpdate += 1;
  }

  #revisionOf(ordinal: number): string {
    const { update, firstOrdinal, currentRevision, updateRevision } = this.#state;
    if (update.type === 'OnDelete') return updateRevision;
    const old = update.partition ?? this.status().currentReplicas;
    return ordinal < firstOrdinal + old ? currentRevision : updateRevision;
  }

  #firstUnavailable(): StatefulPod | undefined {
    const ascending = [...this.#condemned].reverse();
    for (const pod of [...this.#replicas, ...ascending]) {
      if (pod === null) return undefined;
      if (this.#isUnavailable(pod)) return pod;
    }
    return undefined;
  }

  #isAvailable(pod: StatefulPod): boolean {
    return isRunningAndReady(pod) && isAvailable(pod, this.#state.minReadySeconds, this.#nowMs);
  }

  #isUnavailable(pod: StatefulPod): boolean {
    return pod.terminating || !this.#isAvailable(pod);
  }
}

function isRunningAndReady(pod: StatefulPod): boolean {
  return pod.phase === 'Running' && isReady(pod);
}
