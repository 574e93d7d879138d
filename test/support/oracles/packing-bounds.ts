/**
 * Bounds on the number of equal bins, and plain packers to hold against them.
 * Sources: S. Martello, P. Toth, Knapsack Problems (1990), chapter 8 (L1, L2); D. S. Johnson et al., Worst-case
 * performance bounds for simple one-dimensional packing algorithms (1974); G. Dósa, The tight bound of FFD (2007).
 */

/** L1: no resource can be packed denser than full. `items[i][r]` is what item i needs of resource r. */
export function lowerBound1(items: readonly (readonly number[])[], capacity: readonly number[]): number {
  return Math.max(
    0,
    ...capacity.map((room, r) => Math.ceil(items.reduce((sum, item) => sum + item[r]!, 0) / room)),
  );
}

/**
 * L2: for each threshold α ≤ C/2, items above C − α sit alone, items above C/2 need a bin each, and items of at
 * least α fill what room those leave; the best α counts.
 */
export function lowerBound2(items: readonly number[], capacity: number): number {
  const half = capacity / 2;
  const thresholds = [0, ...items.filter((item) => item <= half)];
  const sum = (some: readonly number[]) => some.reduce((total, item) => total + item, 0);
  const bounds = thresholds.map((alpha) => {
    const alone = items.filter((item) => item > capacity - alpha);
    const large = items.filter((item) => item <= capacity - alpha && item > half);
    const small = items.filter((item) => item <= half && item >= alpha);
    const roomLeft = large.length * capacity - sum(large);
    return alone.length + large.length + Math.max(0, Math.ceil((sum(small) - roomLeft) / capacity));
  });
  return Math.max(0, ...bounds);
}

export type Packer = (items: readonly number[], capacity: number) => number;

/** Bins that next fit opens: a new one as soon as an item does not fit into the last. */
export const nextFit: Packer = (items, capacity) => {
  let bins = 0;
  let room = 0;
  for (const item of items) {
    if (item > room) {
      bins += 1;
      room = capacity;
    }
    room -= item;
  }
  return bins;
};

/** Bins that first fit opens: the first bin with room. */
export const firstFit: Packer = (items, capacity) => pack(items, capacity, (fitting) => fitting[0]!);

/** Bins that best fit opens: the fullest bin with room, the first of equals. */
export const bestFit: Packer = (items, capacity) =>
  pack(items, capacity, (fitting, rooms) =>
    fitting.reduce((best, bin) => (rooms[bin]! < rooms[best]! ? bin : best)),
  );

/** First fit in order of decreasing size. */
export const firstFitDecreasing: Packer = (items, capacity) =>
  firstFit(
    [...items].sort((a, b) => b - a),
    capacity,
  );

function pack(
  items: readonly number[],
  capacity: number,
  choose: (fitting: readonly number[], rooms: readonly number[]) => number,
): number {
  const rooms: number[] = [];
  for (const item of items) {
    const fitting = [...rooms.keys()].filter((bin) => rooms[bin]! >= item);
    const bin = fitting.length > 0 ? choose(fitting, rooms) : rooms.push(capacity) - 1;
    rooms[bin]! -= item;
  }
  return rooms.length;
}

/** Work of one task: what it needs of each resource, for how long, and from when. */
export interface BoundedTask {
  readonly sizes: readonly number[];
  readonly submitMs: number;
  readonly runtimeMs: number;
}

/**
 * No schedule on these instances ends earlier: the longest task, the busiest resource, the last arrival with its
 * runtime. Counted from time 0; work cannot start before the first submission.
 */
export function makespanBound(tasks: readonly BoundedTask[], totals: readonly number[]): number {
  const firstMs = Math.min(...tasks.map(({ submitMs }) => submitMs));
  const work = totals.map(
    (total, r) => tasks.reduce((sum, task) => sum + task.sizes[r]! * task.runtimeMs, 0) / total,
  );
  const lastEndMs = Math.max(...tasks.map(({ submitMs, runtimeMs }) => submitMs + runtimeMs));
  return Math.max(lastEndMs, firstMs + Math.ceil(Math.max(0, ...work)));
}
