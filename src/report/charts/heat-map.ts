import type { Frames } from '../frames/frames.ts';
import type { Lanes } from '../frames/lanes.ts';

/** How full instances were over time: rows are places of instances, columns equal stretches of time. */
export interface HeatMap {
  readonly rows: number;
  readonly columns: number;
  /**
   * Row by row: requested over allocatable of the scarcer of CPU and memory, 0 to 1, while the instance took tasks. NaN
   * where it did for less than a tenth of the stretch.
   */
  readonly values: Float32Array;
}

/** Shorter presence makes no colour. */
const LEAST_PRESENCE = 0.1;

/** The heat map of a stretch of time. Exact means: a task counts in a column for as long as it held room there. */
export function heatMapOf(
  { instances, attempts, classes, shapes }: Frames,
  lanes: Lanes,
  { fromMs, toMs, columns }: { readonly fromMs: number; readonly toMs: number; readonly columns: number },
): HeatMap {
  const rows = lanes.shapeOf.length;
  const grid = { fromMs, columns, columnMs: (toMs - fromMs) / columns };
  const [cpu, memory, presence] = [0, 0, 0].map(() => new SpanSums(rows, grid));
  for (let instance = 0; instance < instances.names.length; instance++) {
    presence!.add(lanes.laneOf[instance]!, instances.readyMs[instance]!, instances.endMs[instance]!, 1);
  }
  for (let attempt = 0; attempt < attempts.length; attempt++) {
    const instance = attempts.instance[attempt]!;
    if (instance < 0 || attempts.placedMs[attempt]! >= toMs || attempts.endMs[attempt]! <= fromMs) continue;
    const { cpuMilli, memoryMiB } = classes[attempts.classId[attempt]!]!;
    const [placedMs, endMs] = [attempts.placedMs[attempt]!, attempts.endMs[attempt]!];
    cpu!.add(lanes.laneOf[instance]!, placedMs, endMs, cpuMilli);
    memory!.add(lanes.laneOf[instance]!, placedMs, endMs, memoryMiB);
  }
  const [cpuSums, memorySums, presences] = [cpu!.finish(), memory!.finish(), presence!.finish()];
  const values = new Float32Array(rows * columns).map((_, cell) => {
    const there = presences[cell]!;
    if (there < LEAST_PRESENCE) return Number.NaN;
    const shape = shapes[lanes.shapeOf[Math.floor(cell / columns)]!]!;
    const full = Math.max(
      cpuSums[cell]! / shape.allocatableCpuMilli,
      memorySums[cell]! / shape.allocatableMemoryMiB,
    );
    return Math.min(1, full / there);
  });
  return { rows, columns, values };
}

/** Of the mean, whatever a picture has: so it is one number everywhere. */
const MEAN_COLUMNS = 600;

/** How full instances were on average over a stretch of time, 0 to 1; 0 without any. */
export function meanFullness(
  frames: Frames,
  lanes: Lanes,
  stretch: { readonly fromMs: number; readonly toMs: number },
): number {
  const { values } = heatMapOf(frames, lanes, { ...stretch, columns: MEAN_COLUMNS });
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** The map with at most `most` rows: each is the mean of as many neighbours as it takes, where they were there. */
export function binnedRows(map: HeatMap, most: number): HeatMap {
  const perRow = Math.ceil(map.rows / most);
  if (perRow <= 1) return map;
  const rows = Math.ceil(map.rows / perRow);
  const { columns } = map;
  const values = new Float32Array(rows * columns).map((_, cell) => {
    const first = Math.floor(cell / columns) * perRow;
    const column = cell % columns;
    let [sum, count] = [0, 0];
    for (let row = first; row < Math.min(map.rows, first + perRow); row++) {
      const value = map.values[row * columns + column]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
    return sum / count;
  });
  return { rows, columns, values };
}

/** Sums of amounts over spans of time, by row and column, in parts of a column. */
class SpanSums {
  /** What is added to this column, and to all after it until taken off again. */
  readonly #here: Float64Array;
  readonly #onwards: Float64Array;
  readonly #grid: { readonly fromMs: number; readonly columnMs: number; readonly columns: number };

  constructor(
    rows: number,
    grid: { readonly fromMs: number; readonly columnMs: number; readonly columns: number },
  ) {
    this.#grid = grid;
    this.#here = new Float64Array(rows * grid.columns);
    this.#onwards = new Float64Array(rows * grid.columns);
  }

  add(row: number, startMs: number, endMs: number, amount: number): void {
    const { fromMs, columnMs, columns } = this.#grid;
    const start = Math.max(0, (startMs - fromMs) / columnMs);
    const end = Math.min(columns, (endMs - fromMs) / columnMs);
    if (!(end > start)) return;
    const first = Math.floor(start);
    const last = Math.min(columns - 1, Math.floor(end));
    const at = row * columns;
    if (first === last) {
      this.#here[at + first]! += amount * (end - start);
      return;
    }
    this.#here[at + first]! += amount * (first + 1 - start);
    this.#here[at + last]! += amount * (end - last);
    this.#onwards[at + first + 1]! += amount;
    this.#onwards[at + last]! -= amount;
  }

  finish(): Float64Array {
    const { columns } = this.#grid;
    let running = 0;
    return this.#here.map((here, cell) => {
      running = (cell % columns === 0 ? 0 : running) + this.#onwards[cell]!;
      return here + running;
    });
  }
}
