/**
 * A cluster simulator too plain to be wrong: everything is recomputed from lists at every instant. The oracle of the
 * real engine for fixed fleets, and the judge of scheduling anomalies.
 */
export interface NaiveWorld {
  /** One row per node, one column per resource. */
  readonly nodes: readonly (readonly number[])[];
  /** In order of submission. */
  readonly tasks: readonly NaiveTask[];
  /** strict: a task that does not fit blocks all behind it; skip: later ones may start. */
  readonly queue: 'strict' | 'skip';
  /** By the first resource: lowest index; least free; most free. Ties go to the lowest index. */
  readonly fit: 'first' | 'best' | 'worst';
}

export interface NaiveTask {
  readonly submitMs: number;
  readonly runtimeMs: number;
  readonly sizes: readonly number[];
}

/** Where and when a task ran; null: never. */
export type NaiveRun = { readonly node: number; readonly startMs: number; readonly endMs: number } | null;

/**
 * Runs the world to its end. At each instant all completions are applied, then arrivals, then one pass over the queue
 * in order of submission. Tasks that no empty node can take never enter the queue.
 */
export function runNaive({ nodes, tasks, queue, fit }: NaiveWorld): NaiveRun[] {
  const runs: NaiveRun[] = tasks.map(() => null);
  const enters = tasks.map(({ sizes }) => nodes.some((room) => sizes.every((size, r) => size <= room[r]!)));
  const freeOf = (node: number, nowMs: number) =>
    nodes[node]!.map((total, r) =>
      runs.reduce(
        (free, run, task) => (run?.node === node && run.endMs > nowMs ? free - tasks[task]!.sizes[r]! : free),
        total,
      ),
    );
  const choose = (task: NaiveTask, nowMs: number): number => {
    const rooms = nodes.map((_, node) => freeOf(node, nowMs));
    const fitting = [...rooms.keys()].filter((node) =>
      task.sizes.every((size, r) => size <= rooms[node]![r]!),
    );
    const better = (a: number, b: number) => {
      if (fit === 'first') return false;
      return fit === 'best' ? rooms[a]![0]! < rooms[b]![0]! : rooms[a]![0]! > rooms[b]![0]!;
    };
    return fitting.reduce((best, node) => (best < 0 || better(node, best) ? node : best), -1);
  };
  let nowMs = Math.min(...tasks.map(({ submitMs }) => submitMs));
  while (Number.isFinite(nowMs)) {
    for (const [index, task] of tasks.entries()) {
      if (!enters[index] || runs[index] !== null || task.submitMs > nowMs) continue;
      const node = choose(task, nowMs);
      if (node >= 0) runs[index] = { node, startMs: nowMs, endMs: nowMs + task.runtimeMs };
      else if (queue === 'strict') break;
    }
    const later = [...tasks.map(({ submitMs }) => submitMs), ...runs.map((run) => run?.endMs ?? 0)];
    nowMs = Math.min(...later.filter((timeMs) => timeMs > nowMs));
  }
  return runs;
}

/** When the last task ended. */
export function makespan(runs: readonly NaiveRun[]): number {
  return Math.max(0, ...runs.map((run) => run?.endMs ?? 0));
}
