import type { TraceShape } from '../model/trace-table.ts';

/** A kind of pod, and how much of a workload it makes up. Plain data: arguments of a scheduler plugin. */
export interface TypicalPod {
  readonly cpuMilli: number;
  /** Devices, and thousandths of each; 0 for pods without GPUs. */
  readonly gpuCount: number;
  readonly gpuMilli: number;
  /** Models allowed; empty: any. */
  readonly models: readonly string[];
  /** All of them add up to 1. */
  readonly share: number;
}

/**
 * The most frequent kinds of pods (CPU, number of GPUs, size of the share, models), until they make up `percent` of the
 * workload; those without GPUs count. Ties in order of first appearance.
 * Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 4.2: 95 % of the pods
 */
export function typicalPods(pods: readonly TraceShape[], percent = 95): readonly TypicalPod[] {
  const kinds = new Map<string, { readonly pod: TraceShape; count: number }>();
  for (const pod of pods) {
    const key = JSON.stringify([pod.cpuMilli, pod.gpu]);
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { pod, count: 1 });
    else kind.count += 1;
  }
  const frequent = [...kinds.values()].sort((a, b) => b.count - a.count);
  const taken: (typeof frequent)[number][] = [];
  let covered = 0;
  for (const kind of frequent) {
    if (covered * 100 >= percent * pods.length) break;
    taken.push(kind);
    covered += kind.count;
  }
  return taken.map(({ pod: { cpuMilli, gpu }, count }) => ({
    cpuMilli,
    gpuCount: gpu?.count ?? 0,
    gpuMilli: gpu?.milli ?? 0,
    models: gpu?.models ?? [],
    share: count / covered,
  }));
}
