import type { InstanceRow, RunResult, TaskRow } from '../../experiment/result.ts';
import { stripControl } from '../../io/terminal-text.ts';
import { type AttemptColumns, type Frames, type InstanceColumns, OUTCOMES, type Thinning } from './frames.ts';

/** Indexes of distinct texts or records, in order of first appearance. */
class Index<Value> {
  readonly values: Value[] = [];
  readonly #known = new Map<string, number>();

  of(key: string, make: () => Value): number {
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.values.push(make()) - 1;
      this.#known.set(key, index);
    }
    return index;
  }
}

interface Attempt {
  readonly row: TaskRow;
  readonly instance: number;
  readonly waitFromMs: number;
}

/**
 * The frames of a run with at most `most` attempts. A longer run keeps every second instance, or every third, ..., each
 * with all its tasks: so what is shown of an instance is always exact. One instance that is too busy by itself is cut
 * in time. What was left out is said in `thinning`.
 */
export function framesOf(result: RunResult, most = Number.POSITIVE_INFINITY): Frames {
  const { summary, instances } = result;
  const attempts = attemptsOf(result);
  const keptEvery = keptEveryOf(attempts, instances.length, most);
  const isKept = (instance: number) => instance < 0 || instance % keptEvery === 0;
  const sorted = attempts
    .filter(({ instance }) => isKept(instance))
    .sort((a, b) => (a.row.placedMs ?? Number.MAX_VALUE) - (b.row.placedMs ?? Number.MAX_VALUE));
  const kept = sorted.slice(0, Math.min(sorted.length, most));
  const thinning: Thinning = {
    keptEvery,
    instances: instances.length,
    attempts: attempts.length,
    untilMs: kept.length < sorted.length ? (sorted[kept.length]!.row.placedMs ?? summary.endedMs) : null,
  };
  const shapes = new Index<Frames['shapes'][number]>();
  const zones = new Index<string>();
  const groups = new Index<string>();
  const classes = new Index<Frames['classes'][number]>();
  const shown = instances.filter((_, index) => isKept(index));
  return {
    platform: stripControl(summary.platform.name),
    endMs: summary.endedMs,
    instances: instanceColumns(shown, shapes, zones),
    attempts: attemptColumns(kept, keptEvery, groups, classes),
    shapes: shapes.values,
    zones: zones.values,
    groups: groups.values,
    classes: classes.values,
    thinning,
  };
}

/** All attempts with the instance's index. A later attempt of a task waits since the end of the one before. */
function attemptsOf({ instances, tasks }: RunResult): Attempt[] {
  const indexOf = new Map(instances.map(({ instance }, index) => [instance, index]));
  const attempts: Attempt[] = [];
  let before: TaskRow | undefined;
  for (const row of tasks()) {
    const isAgain = before !== undefined && before.task === row.task;
    const waitFromMs = isAgain ? (before?.endMs ?? row.submitMs) : row.submitMs;
    attempts.push({ row, instance: indexOf.get(row.instance) ?? -1, waitFromMs });
    before = row;
  }
  return attempts;
}

function keptEveryOf(attempts: readonly Attempt[], instances: number, most: number): number {
  if (attempts.length <= most) return 1;
  const perInstance = new Float64Array(instances);
  let waiting = 0;
  for (const { instance } of attempts) {
    if (instance < 0) waiting += 1;
    else perInstance[instance]! += 1;
  }
  for (let every = 2; every < instances; every++) {
    let kept = waiting;
    for (let instance = 0; instance < instances; instance += every) kept += perInstance[instance]!;
    if (kept <= most) return every;
  }
  return Math.max(1, instances);
}

function instanceColumns(
  rows: readonly InstanceRow[],
  shapes: Index<Frames['shapes'][number]>,
  zones: Index<string>,
): InstanceColumns {
  const reached = (timeMs: number | null) => timeMs ?? Number.POSITIVE_INFINITY;
  return {
    names: rows.map(({ instance }) => stripControl(instance)),
    shape: Int32Array.from(rows, (row) => {
      const { cpuMilli, memoryMiB, allocatableCpuMilli, allocatableMemoryMiB, gpus } = row;
      const amounts = { cpuMilli, memoryMiB, allocatableCpuMilli, allocatableMemoryMiB, gpus };
      const shape = { type: stripControl(row.type), group: stripControl(row.group), ...amounts };
      return shapes.of(JSON.stringify(shape), () => shape);
    }),
    zone: Int32Array.from(rows, ({ zone }) => zones.of(zone, () => stripControl(zone))),
    requestedMs: Float64Array.from(rows, ({ requestedMs }) => requestedMs),
    runningMs: Float64Array.from(rows, ({ runningMs }) => reached(runningMs)),
    readyMs: Float64Array.from(rows, ({ readyMs }) => reached(readyMs)),
    drainingMs: Float64Array.from(rows, ({ drainingMs }) => reached(drainingMs)),
    endMs: Float64Array.from(rows, ({ endMs }) => reached(endMs)),
  };
}

function attemptColumns(
  attempts: readonly Attempt[],
  keptEvery: number,
  groups: Index<string>,
  classes: Index<Frames['classes'][number]>,
): AttemptColumns {
  const reached = (timeMs: number | null) => timeMs ?? Number.POSITIVE_INFINITY;
  const rows = attempts.map(({ row }) => row);
  return {
    length: attempts.length,
    classId: Int32Array.from(rows, ({ group, cpuMilli, memoryMiB, gpus }) =>
      classes.of(`${cpuMilli} ${memoryMiB} ${gpus} ${group}`, () => {
        return { group: groups.of(group, () => stripControl(group)), cpuMilli, memoryMiB, gpus };
      }),
    ),
    names: rows.map(({ task, group }) =>
      stripControl(task.startsWith(`${group}/`) ? task.slice(group.length + 1) : task),
    ),
    attempt: Int32Array.from(rows, ({ attempt }) => attempt),
    instance: Int32Array.from(attempts, ({ instance }) => (instance < 0 ? -1 : instance / keptEvery)),
    gpuMask: Int32Array.from(rows, ({ gpuMask }) => gpuMask),
    waitFromMs: Float64Array.from(attempts, ({ waitFromMs }) => waitFromMs),
    placedMs: Float64Array.from(rows, ({ placedMs }) => reached(placedMs)),
    runningMs: Float64Array.from(rows, ({ runningMs }) => reached(runningMs)),
    endMs: Float64Array.from(rows, ({ endMs }) => reached(endMs)),
    outcome: Int32Array.from(rows, ({ outcome }) => OUTCOMES.indexOf(outcome as (typeof OUTCOMES)[number])),
  };
}
