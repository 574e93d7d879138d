/** A process in the eyes of the kernel. */
export interface OomCandidate {
  readonly task: number;
  readonly usedBytes: number;
  /** -1000 (never) to 1000. */
  readonly oomScoreAdj: number;
  /** Breaks ties: the youngest goes (chosen). */
  readonly ordinal: number;
}

/**
 * Which of them the kernel kills when a machine, or the cgroup of all pods, of so much memory is full: the most bytes, each
 * adjusted by `oomScoreAdj` thousandths of the whole. -1: there is nobody to kill.
 * Source: Linux mm/oom_kill.c, oom_badness
 */
export function oomVictim(candidates: readonly OomCandidate[], totalBytes: number): number {
  let victim: OomCandidate | null = null;
  let most = 0;
  for (const one of candidates) {
    if (one.usedBytes === 0 || one.oomScoreAdj <= -1000) continue;
    const points = one.usedBytes + one.oomScoreAdj * Math.floor(totalBytes / 1000);
    const isWorse = victim === null || points > most || (points === most && one.ordinal > victim.ordinal);
    if (!isWorse) continue;
    victim = one;
    most = points;
  }
  return victim?.task ?? -1;
}

const NODE_CRITICAL_ADJ = -997;
const BEST_EFFORT_ADJ = 1000;

/**
 * What kubelet writes into oom_score_adj of a pod's containers: those that ask for much are spared. `guaranteed`: it asks
 * for all that it may use. Source: kubernetes v1.36.2 pkg/kubelet/qos/policy.go, GetContainerOOMScoreAdjust
 */
export function kubeletOomScoreAdj(pod: {
  readonly quality: 'guaranteed' | 'burstable' | 'best-effort';
  readonly isNodeCritical: boolean;
  readonly requestBytes: number;
  readonly capacityBytes: number;
}): number {
  const { quality, isNodeCritical, requestBytes, capacityBytes } = pod;
  if (isNodeCritical || quality === 'guaranteed') return NODE_CRITICAL_ADJ;
  if (quality === 'best-effort') return BEST_EFFORT_ADJ;
  const adj = 1000 - Math.floor((1000 * requestBytes) / capacityBytes);
  return Math.min(BEST_EFFORT_ADJ - 1, Math.max(1000 + NODE_CRITICAL_ADJ, adj));
}
