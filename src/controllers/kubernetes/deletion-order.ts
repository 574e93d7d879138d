import { ln } from '../../detmath.ts';
import { isReady, type PodPhase, type PodState } from './pod-state.ts';

/** What else decides which pod of a set goes first. */
export interface RankedPod extends PodState {
  readonly uid: string;
  /** Annotation `controller.kubernetes.io/pod-deletion-cost`, a 32-bit integer; 0 without it. */
  readonly deletionCost: number;
  /** Most restarts of any regular container, and of any sidecar. */
  readonly restarts: number;
  readonly sidecarRestarts: number;
}

const PHASE_ORDER: Readonly<Record<PodPhase, number>> = {
  Pending: 0,
  Unknown: 1,
  Running: 2,
  Succeeded: 0,
  Failed: 0,
};

/**
 * Compares two pods of a ReplicaSet by which goes first: without a node, earlier phase, not ready, lower deletion
 * cost, more siblings on its node, younger. Ages count by their power of two in nanoseconds, so that pods of about
 * the same age go in the order of their UIDs, which is to say at random.
 *
 * `siblingsOnNode`: active pods of all ReplicaSets of the same owner on that node. The comparison is not transitive:
 * ages are looked at in one rule for ready pods and in another for all.
 * Source: kubernetes v1.36.2 pkg/controller/controller_utils.go, ActivePodsWithRanks.Less.
 */
export function compareForDeletion(
  a: RankedPod,
  b: RankedPod,
  siblingsOnNode: (nodeName: string) => number,
  nowMs: number,
): number {
  const placed = Number(a.nodeName !== '') - Number(b.nodeName !== '');
  if (placed !== 0) return placed;
  const phase = PHASE_ORDER[a.phase] - PHASE_ORDER[b.phase];
  if (phase !== 0) return phase;
  const ready = Number(isReady(a)) - Number(isReady(b));
  if (ready !== 0) return ready;
  if (a.deletionCost !== b.deletionCost) return a.deletionCost - b.deletionCost;
  const siblings = siblingsOnNode(b.nodeName) - siblingsOnNode(a.nodeName);
  if (siblings !== 0) return siblings;
  if (isReady(a) && a.ready!.sinceMs !== b.ready!.sinceMs) {
    return byAge(a, b, nowMs - a.ready!.sinceMs, nowMs - b.ready!.sinceMs);
  }
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  if (a.sidecarRestarts !== b.sidecarRestarts) return b.sidecarRestarts - a.sidecarRestarts;
  if (a.createdMs !== b.createdMs) return byAge(a, b, nowMs - a.createdMs, nowMs - b.createdMs);
  return 0;
}

function byAge(a: RankedPod, b: RankedPod, ageMs: number, otherAgeMs: number): number {
  const ranks = ageRank(ageMs) - ageRank(otherAgeMs);
  if (ranks !== 0) return ranks;
  return a.uid < b.uid ? -1 : 1;
}

/** Whole part of the binary logarithm of an age in nanoseconds; -1 for none. Computed the way Go's math.Log2 does. */
export function ageRank(ageMs: number): number {
  if (ageMs <= 0) return -1;
  let fraction = ageMs * 1_000_000;
  let exponent = 0;
  while (fraction >= 1) {
    fraction /= 2;
    exponent += 1;
  }
  if (fraction === 0.5) return exponent - 1;
  return Math.trunc(ln(fraction) * (1 / Math.LN2) + exponent);
}
