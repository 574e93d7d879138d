import type { Amounts } from './instance-types.ts';
import type { KarpenterPod } from './pod-demand.ts';

/** A size that occurs, and the pods that are at least that large. */
export interface Step {
  readonly size: number;
  /** What they ask for together. */
  readonly total: number;
  /** Their sizes, the largest first, unless these are too many to look at closely; null then. */
  readonly sizes: readonly number[] | null;
  /** Equal texts, equal sizes; but for null, where it is the smallest of them. */
  readonly key: string;
}

/** More sizes than these leave little room unused. */
export const MOST_SIZES = 8;

/** What pods ask for together. Those that share the array of their requests are of one kind. */
export interface PodLoad {
  /** Of each kind, so many. */
  readonly counts: ReadonlyMap<Amounts, number>;
  /** By lane: the sizes above 0, the largest first. */
  readonly steps: readonly (readonly Step[])[];
}

const LOADS = new WeakMap<readonly KarpenterPod[], PodLoad>();

/** The load of all pods of the lists; kept for a list alone. O(pods) the first time. */
export function loadOf(lists: readonly (readonly KarpenterPod[])[]): PodLoad {
  const [only] = lists;
  if (only === undefined || lists.length > 1) {
    const counts = new Map<Amounts, number>();
    for (const list of lists) for (const [kind, count] of loadOf([list]).counts) add(counts, kind, count);
    return { counts, steps: stepsOf(counts) };
  }
  let load = LOADS.get(only);
  if (load === undefined) {
    const counts = new Map<Amounts, number>();
    for (const { requests } of only) add(counts, requests, 1);
    load = { counts, steps: stepsOf(counts) };
    LOADS.set(only, load);
  }
  return load;
}

/** The step of all pods that ask for at least `size` in the lane; undefined when none does. */
export function stepFrom({ steps }: PodLoad, lane: number, size: number): Step | undefined {
  return steps[lane]?.findLast((step) => step.size >= size);
}

function add(counts: Map<Amounts, number>, kind: Amounts, count: number): void {
  counts.set(kind, (counts.get(kind) ?? 0) + count);
}

function stepsOf(counts: ReadonlyMap<Amounts, number>): Step[][] {
  const [first] = counts.keys();
  return Array.from({ length: first?.length ?? 0 }, (_, lane) => {
    const asked = [...counts].filter(([kind]) => kind[lane]! > 0).sort(([a], [b]) => b[lane]! - a[lane]!);
    const steps: Step[] = [];
    const sizes: number[] = [];
    let total = 0;
    asked.forEach(([kind, count], index) => {
      const size = kind[lane]!;
      total += count * size;
      const isLastOfSize = asked[index + 1]?.[0][lane] !== size;
      if (!isLastOfSize) return;
      sizes.push(size);
      const isClose = sizes.length <= MOST_SIZES;
      steps.push({
        size,
        total,
        sizes: isClose ? [...sizes] : null,
        key: isClose ? sizes.join() : `${size}`,
      });
    });
    return steps;
  });
}
