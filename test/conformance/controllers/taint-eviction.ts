import { type EvictionTimer, evictionTimer } from '../../../src/controllers/kubernetes/taint-eviction.ts';
import type { Taint, Toleration } from '../../../src/model/task-class.ts';

interface Input {
  readonly pods: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly nodeName: string; readonly tolerations?: readonly Toleration[] };
  }[];
  readonly changes: readonly { readonly atMs: number; readonly node: string; readonly taints: readonly Taint[] }[];
}

/** Recorded until this long after the last change. */
const TAIL_MS = 310_000;

export function playTaintEviction({ pods, changes }: Input): unknown {
  const evictedAtMs: Record<string, number> = {};
  const endMs = Math.max(...changes.map(({ atMs }) => atMs)) + TAIL_MS;
  for (const { metadata, spec } of pods) {
    let timer: EvictionTimer | null = null;
    for (const { atMs, node, taints } of changes) {
      if (timer !== null && timer.dueMs < atMs) break;
      if (node !== spec.nodeName) continue;
      const withValues = taints.map((taint) => ({ ...taint, value: taint.value ?? '' }));
      timer = evictionTimer(withValues, spec.tolerations ?? [], timer, atMs);
      if (timer !== null && timer.dueMs <= atMs) break;
    }
    if (timer !== null && timer.dueMs <= endMs) evictedAtMs[metadata.name] = timer.dueMs;
  }
  return { evictedAtMs };
}
