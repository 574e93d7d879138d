/** What kubelet goes by when the memory of its node runs short; bytes and milliseconds. */
export interface MemoryThresholds {
  /** `evictionHard` memory.available: pods are evicted at once. */
  readonly hardBytes: number;
  /** `evictionSoft` memory.available: they are evicted when it has been so for the grace period. Null: there is none. */
  readonly soft: { readonly bytes: number; readonly graceMs: number } | null;
  /** `evictionMinimumReclaim`: once evicting, kubelet goes on until so much more is available. */
  readonly minimumReclaimBytes: number;
  /** `evictionPressureTransitionPeriod`: how long the node stays under pressure after it was seen so. */
  readonly transitionMs: number;
}

/** What the eviction manager of one node remembers. */
export interface EvictionState {
  /** Since when each threshold is met; null: it is not. */
  readonly hardSinceMs: number | null;
  readonly softSinceMs: number | null;
  /** Its grace period was over at the last pass: not resolved before the minimum is reclaimed. */
  readonly wasHard: boolean;
  readonly wasSoft: boolean;
  /** When any of them was last met. */
  readonly pressureMs: number | null;
}

export const AT_EASE: EvictionState = {
  hardSinceMs: null,
  softSinceMs: null,
  wasHard: false,
  wasSoft: false,
  pressureMs: null,
};

/** What one pass comes to. */
export interface EvictionPass {
  readonly state: EvictionState;
  /** The condition MemoryPressure of the node. */
  readonly isUnderPressure: boolean;
  /** Which threshold a pod must go for; null: none. With both met the hard one (chosen; the real order is that of a map). */
  readonly evicts: 'hard' | 'soft' | null;
}

/**
 * One pass of the eviction manager over the memory of its node.
 * Source: kubernetes v1.36.2 pkg/kubelet/eviction/eviction_manager.go, synchronize; helpers.go, thresholdsMet,
 * thresholdsFirstObservedAt, thresholdsMetGracePeriod, nodeConditionsObservedSince
 */
export function evictionPass(
  state: EvictionState,
  availableBytes: number,
  { hardBytes, soft, minimumReclaimBytes, transitionMs }: MemoryThresholds,
  nowMs: number,
): EvictionPass {
  const isMet = (bytes: number, wasMet: boolean) =>
    availableBytes < bytes || (wasMet && availableBytes < bytes + minimumReclaimBytes);
  const hardSinceMs = isMet(hardBytes, state.wasHard) ? (state.hardSinceMs ?? nowMs) : null;
  const softSinceMs = soft !== null && isMet(soft.bytes, state.wasSoft) ? (state.softSinceMs ?? nowMs) : null;
  const pressureMs = hardSinceMs !== null || softSinceMs !== null ? nowMs : state.pressureMs;
  const isUnderPressure = pressureMs !== null && nowMs - pressureMs < transitionMs;
  const wasHard = hardSinceMs !== null;
  const wasSoft = softSinceMs !== null && nowMs - softSinceMs >= soft!.graceMs;
  return {
    state: { hardSinceMs, softSinceMs, wasHard, wasSoft, pressureMs },
    isUnderPressure: isUnderPressure || (pressureMs === nowMs && transitionMs > 0),
    evicts: wasHard ? 'hard' : wasSoft ? 'soft' : null,
  };
}

/** The available memory below which a pass would see something, as far as it has to do with memory alone. */
export function watchedBytes({ hardBytes, soft }: MemoryThresholds): number {
  return Math.max(hardBytes, soft?.bytes ?? 0);
}
