/** Phases of a pod; Unknown: its node went silent. */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

/** A pod as its controller sees it. Times are epoch milliseconds. */
export interface PodState {
  readonly name: string;
  readonly phase: PodPhase;
  /** Empty: not placed. */
  readonly nodeName: string;
  readonly createdMs: number;
  /** The Ready condition and when it last changed; null: there is none yet. */
  readonly ready: { readonly isTrue: boolean; readonly sinceMs: number } | null;
  /** It has been told to go, and is still there. */
  readonly terminating: boolean;
}

/** Succeeded or failed: its containers never run again. */
export function isFinished({ phase }: Pick<PodState, 'phase'>): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Counts towards what its controller wants. Source: kubernetes v1.36.2 pkg/controller/controller_utils.go, IsPodActive. */
export function isActive(pod: Pick<PodState, 'phase' | 'terminating'>): boolean {
  return !isFinished(pod) && !pod.terminating;
}

/** Does its Ready condition hold? */
export function isReady({ ready }: Pick<PodState, 'ready'>): boolean {
  return ready?.isTrue === true;
}

/**
 * Ready, and so for at least `minReadySeconds`.
 * Source: kubernetes v1.36.2 pkg/api/v1/pod/util.go, IsPodAvailable.
 */
export function isAvailable(pod: Pick<PodState, 'ready'>, minReadySeconds: number, nowMs: number): boolean {
  if (!isReady(pod)) return false;
  return minReadySeconds === 0 || pod.ready!.sinceMs + minReadySeconds * 1000 <= nowMs;
}
