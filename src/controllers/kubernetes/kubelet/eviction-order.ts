/** A pod as the eviction manager ranks it. */
export interface RankedForEviction {
  readonly task: number;
  readonly usedBytes: number;
  readonly requestBytes: number;
  readonly priority: number;
  /** Breaks ties, which the real order leaves open: the youngest goes (chosen). */
  readonly ordinal: number;
}

/** Priority from which on a pod is critical. Source: kubernetes v1.36.2 pkg/apis/scheduling/types.go, SystemCriticalPriority. */
export const SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;

/**
 * The pod that goes first when memory runs short: one that uses more than it asked for, then the least important, then the
 * one that uses most beyond its request. Critical pods are never evicted; null: there is no other.
 * Source: kubernetes v1.36.2 pkg/kubelet/eviction/helpers.go, rankMemoryPressure; eviction_manager.go, evictPod
 */
export function firstToEvict(pods: readonly RankedForEviction[]): RankedForEviction | null {
  let first: RankedForEviction | null = null;
  for (const pod of pods) {
    if (pod.priority >= SYSTEM_CRITICAL_PRIORITY) continue;
    if (first === null || goesBefore(pod, first)) first = pod;
  }
  return first;
}

function goesBefore(a: RankedForEviction, b: RankedForEviction): boolean {
  const [aBeyond, bBeyond] = [a.usedBytes - a.requestBytes, b.usedBytes - b.requestBytes];
  if (aBeyond > 0 !== bBeyond > 0) return aBeyond > 0;
  if (a.priority !== b.priority) return a.priority < b.priority;
  if (aBeyond !== bBeyond) return aBeyond > bBeyond;
  return a.ordinal > b.ordinal;
}
