import { CPU_INITIALISATION_MS, type ScaledPod } from '../hpa-metrics.ts';
import type { Pod } from './pods.ts';

/** The pods of a scale target by what its autoscaler may make of them. */
export interface PodCensus {
  /** One for all pods that are alike. */
  readonly pods: readonly ScaledPod[];
  /** Ready, and not on their way out: these have samples. */
  readonly ready: number;
  /** Of `pods`, by name: those that have. */
  readonly measured: readonly string[];
  /** Time alone changes nothing before. */
  readonly untilMs: number;
}

type Kind = 'leaving' | 'failed' | 'waiting' | 'starting' | 'lost' | 'ready' | 'unready';

/** Samples are of these; `lost`: the node is gone, which nobody has noticed yet. */
const MEASURED = ['starting', 'lost', 'ready'] as const;

/**
 * Sorts the pods: an autoscaler tells apart those alone that go, wait, start, are ready, or run without being so. Their
 * number is all that a thousand equal ones differ by from one. `startedMs`: since when a pod has its node, null while
 * it has none; `windowMs`: what a sample averages over.
 */
export function podCensus(
  pods: Iterable<Pod>,
  startedMs: (pod: Pod) => number | null,
  windowMs: number,
  nowMs: number,
): PodCensus {
  const found = new Map<Kind, { readonly like: Pod; count: number }>();
  let untilMs = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    let kind: Kind = plainKind(pod);
    if (kind === 'ready') {
      const sinceMs = startedMs(pod);
      const endsMs = Math.min(pod.readySinceMs + windowMs, (sinceMs ?? 0) + CPU_INITIALISATION_MS);
      if (sinceMs === null) {
        kind = 'lost';
      } else if (nowMs < endsMs) {
        kind = 'starting';
        untilMs = Math.min(untilMs, endsMs);
      }
    }
    const known = found.get(kind);
    if (known === undefined) found.set(kind, { like: pod, count: 1 });
    else known.count += 1;
  }
  const measured = MEASURED.filter((kind) => found.has(kind));
  return {
    pods: [...found].map(([name, { like, count }]) => ({
      name,
      count,
      phase: like.phase,
      terminating: like.isTerminating,
      startedMs: startedMs(like),
      ready:
        like.phase === 'Pending'
          ? null
          : { status: like.isReady ? 'True' : 'False', sinceMs: like.readySinceMs },
    })),
    ready: measured.reduce((sum, kind) => sum + found.get(kind)!.count, 0),
    measured,
    untilMs,
  };
}

function plainKind({ phase, isReady, isTerminating }: Pod): Kind {
  if (isTerminating) return 'leaving';
  if (phase === 'Failed') return 'failed';
  if (phase === 'Pending') return 'waiting';
  return isReady ? 'ready' : 'unready';
}
