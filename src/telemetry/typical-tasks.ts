import type { GpuRequest, TaskClass } from '../model/task-class.ts';
import type { ResourceTable } from '../model/resources.ts';

/** A size of task, and how much of the workload it makes up. */
export interface TypicalTask {
  /** One amount per lane, in the platform's units. */
  readonly requests: ArrayLike<number>;
  readonly gpu: GpuRequest | null;
  /** Of all that are taken: they add up to 1. */
  readonly share: number;
}

/** Kinds are taken until they make up this share of the tasks, and never more than so many of them. Chosen. */
const COVERED = 0.95;
const MOST_KINDS = 32;

/**
 * The most frequent sizes of tasks until they make up 95 % of the workload, 32 at most; ties in order of class.
 * `tasksOf`: number of tasks by class id. Source of the share: Weng et al., "Beware of Fragmentation", USENIX ATC 2023
 */
export function typicalTasks(
  classes: readonly TaskClass[],
  tasksOf: ArrayLike<number>,
  resources: ResourceTable,
): TypicalTask[] {
  const kinds = new Map<string, { readonly taskClass: TaskClass; count: number }>();
  let total = 0;
  for (const taskClass of classes) {
    const count = tasksOf[taskClass.id] ?? 0;
    if (count === 0) continue;
    total += count;
    const limited = Array.from(taskClass.requests).filter((_, lane) => resources.limited[lane] === 1);
    const key = JSON.stringify([limited, taskClass.gpu]);
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { taskClass, count });
    else kind.count += count;
  }
  const frequent = [...kinds.values()].sort((a, b) => b.count - a.count);
  let covered = 0;
  const taken = frequent.filter(({ count }, index) => {
    if (index >= MOST_KINDS || covered >= COVERED * total) return false;
    covered += count;
    return true;
  });
  return taken.map(({ taskClass, count }) => ({
    requests: taskClass.requests,
    gpu: taskClass.gpu,
    share: count / covered,
  }));
}

/** The median request of each lane over all tasks (the smaller of two in the middle); zeros without tasks. */
export function medianRequests(
  classes: readonly TaskClass[],
  tasksOf: ArrayLike<number>,
  laneCount: number,
): number[] {
  const counted = classes.filter(({ id }) => (tasksOf[id] ?? 0) > 0);
  const total = counted.reduce((sum, { id }) => sum + tasksOf[id]!, 0);
  return Array.from({ length: laneCount }, (_, lane) => {
    const sorted = counted.toSorted((a, b) => a.requests[lane]! - b.requests[lane]!);
    let below = 0;
    for (const { id, requests } of sorted) {
      below += tasksOf[id]!;
      if (below * 2 >= total) return requests[lane]!;
    }
    return 0;
  });
}
