import type { Taint, Toleration } from '../../model/task-class.ts';
import { tolerates } from '../../model/toleration.ts';

/** A deletion that is waiting for its time. */
export interface EvictionTimer {
  readonly startedMs: number;
  readonly dueMs: number;
}

/**
 * When a pod has to go from a node with these taints: at `dueMs` (now when a NoExecute taint is not tolerated), or
 * never (null). Called whenever the taints of its node change, with the timer of the last call. A running timer is not
 * moved while a limited toleration still applies, neither forwards nor backwards.
 *
 * A taint uses the first toleration that matches it; the shortest `tolerationSeconds` among those used counts; zero
 * and negative ones mean now.
 * Source: kubernetes v1.36.2 pkg/controller/tainteviction/taint_eviction.go, processPodOnNode.
 */
export function evictionTimer(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  running: EvictionTimer | null,
  nowMs: number,
): EvictionTimer | null {
  const evicting = taints.filter(({ effect }) => effect === 'NoExecute');
  if (evicting.length === 0) return null;
  let shortestMs = Number.POSITIVE_INFINITY;
  for (const taint of evicting) {
    const used = tolerations.find((toleration) => tolerates(toleration, taint));
    if (used === undefined) return { startedMs: nowMs, dueMs: nowMs };
    if (used.tolerationSeconds === undefined) continue;
    shortestMs = Math.min(shortestMs, Math.max(used.tolerationSeconds, 0) * 1000);
  }
  if (shortestMs === Number.POSITIVE_INFINITY) return null;
  if (running !== null && running.startedMs < nowMs) return running;
  return { startedMs: nowMs, dueMs: nowMs + shortestMs };
}
