import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import type { ClusterStore } from '../../../model/cluster-store.ts';
import { INSTANCE_STATE, TASK_END } from '../../../model/cluster-view.ts';
import { CLEANUP_POLL_MS, EVICTION_GRACE_MS, type KubeletSettings } from '../../../model/kubelet-defaults.ts';
import { PHASE } from '../../../model/phases.ts';
import { LANE } from '../../../model/resources.ts';
import type { Taint } from '../../../model/task-class.ts';
import type { Evictions } from '../../evictions.ts';
import type { MemoryCause, MemoryRules } from '../../memory/memory-watch.ts';
import { kubeletOomScoreAdj } from '../../memory/oom-victim.ts';
import type { UsedMemory } from '../../memory/used-memory.ts';
import type { TaskLife } from '../../task-life.ts';
import {
  AT_EASE,
  evictionPass,
  type EvictionState,
  type MemoryThresholds,
  watchedBytes,
} from '../kubelet/eviction-manager.ts';
import { firstToEvict, type RankedForEviction, SYSTEM_CRITICAL_PRIORITY } from '../kubelet/eviction-order.ts';
import type { Pods } from './pods.ts';

/** Source: kubernetes v1.36.2 staging/src/k8s.io/api/core/v1/well_known_taints.go, TaintNodeMemoryPressure. */
export const MEMORY_PRESSURE: Taint = {
  key: 'node.kubernetes.io/memory-pressure',
  value: '',
  effect: 'NoSchedule',
};

export interface KubeletsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly used: UsedMemory;
  readonly life: TaskLife;
  readonly pods: Pods;
  readonly evictions: Evictions;
  readonly settings: KubeletSettings;
  /** A pod is about to be killed, or evicted. */
  readonly onKill: (task: number, cause: MemoryCause, usedBytes: number) => void;
  /** A node is under pressure no more, and takes pods again. */
  readonly onUntainted: (slot: number) => void;
}

/** One kubelet, by instance slot. */
interface Kubelet {
  readonly instanceId: number;
  state: EvictionState;
  isUnderPressure: boolean;
  /** Until then it waits for a pod that it has evicted. */
  busyUntilMs: number;
}

/**
 * The kubelets of a cluster as far as memory goes: they restart containers that were killed, evict pods when the memory for
 * pods runs short, one at a time, and tell that their node is under pressure, which becomes a taint at once (the real
 * node lifecycle controller takes up to the ten seconds between two node states). Disruption budgets are nothing to them.
 * All look at the same time (chosen: the real ones begin when their node does). The system uses what is kept back for it
 * (chosen), so that what is available is what pods leave of allocatable and the hard threshold.
 * Source: kubernetes v1.36.2 pkg/kubelet/eviction/eviction_manager.go
 */
export class Kubelets implements MemoryRules {
  readonly #options: KubeletsOptions;
  /** Of nodes whose class says nothing of its own, and of those by the hard one that it says. */
  readonly #thresholds: MemoryThresholds;
  readonly #ownThresholds = new Map<number, MemoryThresholds>();
  readonly #bySlot: Kubelet[] = [];
  readonly #again: EventKind;

  constructor(options: KubeletsOptions) {
    this.#options = options;
    const { settings, kernel } = options;
    const { evictionSoftBytes: bytes, evictionSoftGracePeriodMs: graceMs } = settings;
    this.#thresholds = {
      hardBytes: settings.evictionHardBytes,
      soft: bytes === null ? null : { bytes, graceMs },
      minimumReclaimBytes: settings.evictionMinimumReclaimBytes,
      transitionMs: settings.evictionPressureTransitionPeriodMs,
    };
    this.#again = kernel.defineKind('kubelet-pass', PHASE.failure, (slot) => this.#afterCleanup(slot));
  }

  killed(task: number, cause: 'limit' | 'instance'): void {
    const { pods, life, settings, evictions } = this.#options;
    if (pods.of(task) !== undefined) pods.killed(task, settings.maxContainerRestartPeriodMs);
    // The work of a job needs as much again (chosen: it fails); what made its node full may let it be elsewhere.
    else if (cause === 'limit' && !evictions.isLeaving(task)) life.end(task, TASK_END.failed);
    else life.interrupt(task);
  }

  oomScoreAdj(task: number): number {
    const { store } = this.#options;
    const { priority, requests, memoryUse } = store.classes[store.taskClass[task]!]!;
    const isBestEffort = requests[LANE.cpu] === 0 && requests[LANE.memory] === 0;
    const capacityBytes = store.capacity[LANE.memory]![store.taskInstance[task]!]!;
    return kubeletOomScoreAdj({
      quality: memoryUse?.isGuaranteed === true ? 'guaranteed' : isBestEffort ? 'best-effort' : 'burstable',
      isNodeCritical: priority > SYSTEM_CRITICAL_PRIORITY,
      requestBytes: requests[LANE.memory]!,
      capacityBytes,
    });
  }

  /** The cgroup of all pods ends where the reserve begins. Source: kubernetes v1.36.2 pkg/kubelet/cm/node_container_manager_linux.go */
  roomBytes(slot: number): number {
    return this.#options.store.allocatable[LANE.memory]![slot]! + this.#thresholdsOf(slot).hardBytes;
  }

  look(slot: number, usedBytes: number): { readonly belowBytes: number; readonly untilMs: number } {
    const { nowMs } = this.#options.kernel;
    const kubelet = this.#kubelet(slot);
    if (nowMs >= kubelet.busyUntilMs) this.#pass(slot, kubelet, usedBytes);
    const { pressureMs } = kubelet.state;
    const isWatching = kubelet.isUnderPressure || kubelet.busyUntilMs > nowMs;
    return {
      belowBytes: this.roomBytes(slot) - watchedBytes(this.#thresholdsOf(slot)),
      untilMs: isWatching || pressureMs === nowMs ? nowMs : Number.POSITIVE_INFINITY,
    };
  }

  #pass(slot: number, kubelet: Kubelet, usedBytes: number): void {
    const { kernel } = this.#options;
    const availableBytes = this.roomBytes(slot) - usedBytes;
    const pass = evictionPass(kubelet.state, availableBytes, this.#thresholdsOf(slot), kernel.nowMs);
    kubelet.state = pass.state;
    this.#condition(slot, kubelet, pass.isUnderPressure);
    if (pass.evicts === null) return;
    const first = firstToEvict(this.#ranked(slot));
    if (first === null) return;
    const graceMs = this.#evict(first, pass.evicts);
    kubelet.busyUntilMs = kernel.nowMs + graceMs + CLEANUP_POLL_MS;
    kernel.at(kubelet.busyUntilMs, this.#again, slot);
  }

  #evict({ task, usedBytes }: RankedForEviction, threshold: 'hard' | 'soft'): number {
    const { evictions, pods, settings, onKill } = this.#options;
    const allowedMs = Math.min(settings.evictionMaxPodGracePeriodMs, evictions.graceMs(task));
    const graceMs = Math.max(EVICTION_GRACE_MS, threshold === 'hard' ? 0 : allowedMs);
    onKill(task, 'pressure', usedBytes);
    pods.evictedByKubelet(task);
    evictions.terminate(task, graceMs);
    return graceMs;
  }

  /** Pods on the node that are not going already. */
  #ranked(slot: number): RankedForEviction[] {
    const { kernel, store, used } = this.#options;
    const ranked: RankedForEviction[] = [];
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      const { requests, priority, evicted } = store.classes[store.taskClass[task]!]!;
      if (evicted === true) continue;
      ranked.push({
        task,
        usedBytes: used.usedBytes(task, kernel.nowMs),
        requestBytes: requests[LANE.memory]!,
        priority,
        ordinal: store.taskOrdinal(task),
      });
    }
    return ranked;
  }

  #condition(slot: number, kubelet: Kubelet, isUnderPressure: boolean): void {
    if (kubelet.isUnderPressure === isUnderPressure) return;
    kubelet.isUnderPressure = isUnderPressure;
    const { store, kernel, onUntainted } = this.#options;
    const others = store.taints(slot).filter(({ key }) => key !== MEMORY_PRESSURE.key);
    store.setTaints(slot, isUnderPressure ? [...others, MEMORY_PRESSURE] : others, kernel.nowMs);
    if (!isUnderPressure) onUntainted(slot);
  }

  #afterCleanup(slot: number): void {
    const { store, used, kernel } = this.#options;
    const state = store.state[slot]!;
    const kubelet = this.#bySlot[slot]!;
    const isThere = state === INSTANCE_STATE.ready || state === INSTANCE_STATE.draining;
    if (!isThere || kubelet.instanceId !== store.instanceId[slot] || kernel.nowMs < kubelet.busyUntilMs)
      return;
    this.#pass(slot, kubelet, used.instanceBytes(slot, kernel.nowMs));
  }

  #thresholdsOf(slot: number): MemoryThresholds {
    const { store } = this.#options;
    const { evictionHardBytes } = store.shapes[store.shapeOf[slot]!]!;
    if (evictionHardBytes === undefined) return this.#thresholds;
    let own = this.#ownThresholds.get(evictionHardBytes);
    if (own === undefined) {
      own = { ...this.#thresholds, hardBytes: evictionHardBytes };
      this.#ownThresholds.set(evictionHardBytes, own);
    }
    return own;
  }

  #kubelet(slot: number): Kubelet {
    const instanceId = this.#options.store.instanceId[slot]!;
    let kubelet = this.#bySlot[slot];
    if (kubelet?.instanceId !== instanceId) {
      kubelet = { instanceId, state: AT_EASE, isUnderPressure: false, busyUntilMs: 0 };
      this.#bySlot[slot] = kubelet;
    }
    return kubelet;
  }
}
