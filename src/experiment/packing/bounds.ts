/**
 * What no packing can beat. Sources: S. Martello, P. Toth, Knapsack Problems (1990), chapter 8 (L1, L2); R. L. Graham,
 * Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17 (1969), for schedules
 */

/** Amounts by resource: one row per task or machine, rows of equal length. */
export type Amounts = readonly (readonly number[])[];

/**
 * L1: machines that it takes at least, for each resource by itself, when none is lost: the largest ones first, until they
 * offer what is asked for. `spared`: so many tasks may stay out; whoever they are, the largest are the most that can be
 * saved. Infinity when all machines together offer too little.
 */
export function lowerBound1(tasks: Amounts, machines: Amounts, spared = 0): number {
  const resources = machines[0]?.length ?? 0;
  let bound = 0;
  for (let resource = 0; resource < resources; resource++) {
    const asked = total(withoutLargest(column(tasks, resource), spared));
    const offers = column(machines, resource).sort((a, b) => b - a);
    let [count, offered] = [0, 0];
    while (offered < asked && count < offers.length) offered += offers[count++]!;
    bound = Math.max(bound, offered < asked ? Number.POSITIVE_INFINITY : count);
  }
  return bound;
}

/**
 * L2: for each resource by itself, with machines as large as the largest, of capacity C. Tasks of more than C/2 need a
 * machine each, those above C − α sit alone there, and those from α to C/2 must fit into what the others leave; the best
 * threshold α counts. Never below L1 for equal machines.
 */
export function lowerBound2(tasks: Amounts, machines: Amounts, spared = 0): number {
  const resources = machines[0]?.length ?? 0;
  let bound = 0;
  for (let resource = 0; resource < resources; resource++) {
    const capacity = Math.max(...column(machines, resource));
    const sizes = withoutLargest(column(tasks, resource), spared);
    bound = Math.max(bound, oneResource(sizes, capacity));
  }
  return bound;
}

/** `sizes` ascending. Linear behind the sort: thresholds rise, and every sum is one of a run of sizes. */
function oneResource(sizes: readonly number[], capacity: number): number {
  const sums = [0];
  for (const size of sizes) sums.push(sums[sums.length - 1]! + size);
  const firstAbove = (limit: number) => lowest(sizes.length, (at) => sizes[at]! > limit);
  const firstLarge = firstAbove(capacity / 2);
  const thresholds = new Set([0, ...sizes.slice(0, firstLarge)]);
  let bound = 0;
  for (const alpha of thresholds) {
    const firstAlone = Math.max(firstLarge, firstAbove(capacity - alpha));
    const firstSmall = lowest(sizes.length, (at) => sizes[at]! >= alpha);
    const alone = sizes.length - firstAlone;
    const large = firstAlone - firstLarge;
    const roomLeft = large * capacity - (sums[firstAlone]! - sums[firstLarge]!);
    const small = sums[firstLarge]! - sums[Math.min(firstSmall, firstLarge)]!;
    bound = Math.max(bound, alone + large + Math.max(0, Math.ceil((small - roomLeft) / capacity)));
  }
  return bound;
}

/** The first index from 0 for which it holds, `count` if for none; once it holds it holds for all behind. */
function lowest(count: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Work of one task: what it needs of each resource, for how long, and from when. */
export interface BoundedTask {
  readonly amounts: readonly number[];
  readonly submitMs: number;
  readonly durationMs: number;
}

/**
 * No schedule on machines that offer `capacity` in all ends earlier, counted from the first submission: the last task
 * cannot end before its own end, and no resource can give more than it has. Null without tasks.
 */
export function makespanBoundMs(tasks: readonly BoundedTask[], capacity: readonly number[]): number | null {
  if (tasks.length === 0) return null;
  const firstMs = tasks.reduce((least, { submitMs }) => Math.min(least, submitMs), Number.POSITIVE_INFINITY);
  const lastMs = tasks.reduce((most, { submitMs, durationMs }) => Math.max(most, submitMs + durationMs), 0);
  const work = capacity.map((offered, resource) => {
    const asked = tasks.reduce((sum, { amounts, durationMs }) => sum + amounts[resource]! * durationMs, 0);
    return asked === 0 ? 0 : Math.ceil(asked / offered);
  });
  return Math.max(lastMs - firstMs, ...work);
}

function column(rows: Amounts, resource: number): number[] {
  return rows.map((row) => row[resource]!);
}

/** Ascending. */
function withoutLargest(sizes: readonly number[], count: number): number[] {
  const sorted = [...sizes].sort((a, b) => a - b);
  return sorted.slice(0, Math.max(0, sorted.length - count));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
