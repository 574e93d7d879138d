/** Source: kubernetes v1.36.2 pkg/kubelet/kubelet.go, newCrashLoopBackOff. */
const INITIAL_MS = 10_000;
/** Source: the same, crashLoopBackOff.HasExpiredFunc. */
const FORGOTTEN_MS = 600_000;

/** What kubelet remembers of the restarts of a container; null: nothing yet. */
export type RestartBackoff = { readonly delayMs: number; readonly updatedMs: number } | null;

/**
 * When a container that has died at `diedMs` starts again, and what is remembered of it. The first restart comes at once,
 * the next 10 s after the death, then twice as long each time up to the maximum; all is forgotten when more than ten minutes lie
 * between the last restart and the death.
 * Source: kubernetes v1.36.2 pkg/kubelet/kuberuntime/kuberuntime_manager.go, doBackOff; client-go
 * util/flowcontrol/backoff.go, IsInBackOffSince, Next
 */
export function restartDelay(
  backoff: RestartBackoff,
  diedMs: number,
  maximumMs: number,
): { readonly delayMs: number; readonly backoff: RestartBackoff } {
  const isForgotten = backoff === null || diedMs - backoff.updatedMs > FORGOTTEN_MS;
  const waitMs = isForgotten ? 0 : backoff.delayMs;
  const delayMs = isForgotten ? Math.min(INITIAL_MS, maximumMs) : Math.min(2 * backoff.delayMs, maximumMs);
  return { delayMs: waitMs, backoff: { delayMs, updatedMs: diedMs + waitMs } };
}
