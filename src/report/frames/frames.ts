/**
 * A run as a page replays it: who held room where, and when. Columns run parallel, one entry per instance or per
 * attempt of a task; times are whole milliseconds since the start. From these and nothing else `Playback` makes the
 * cluster at any moment.
 */
export interface Frames {
  readonly platform: string;
  /** When the run ended. */
  readonly endMs: number;
  /** Kinds of machines: what they have, and what of it tasks may ask for. */
  readonly shapes: readonly Shape[];
  readonly groups: readonly string[];
  /** Kinds of tasks: what they ask for. */
  readonly classes: readonly SizeClass[];
  readonly zones: readonly string[];
  readonly instances: InstanceColumns;
  readonly attempts: AttemptColumns;
  readonly thinning: Thinning;
}

export interface Shape {
  readonly type: string;
  readonly group: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly allocatableCpuMilli: number;
  readonly allocatableMemoryMiB: number;
  readonly gpus: number;
}

export interface SizeClass {
  /** Index into `groups`. */
  readonly group: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** Whole ones, or a share of one. */
  readonly gpus: number;
}

/** In order of their request. Times that were not reached are Infinity. */
export interface InstanceColumns {
  readonly names: readonly string[];
  readonly shape: Int32Array;
  readonly zone: Int32Array;
  readonly requestedMs: Float64Array;
  /** Since when it runs and is billed. */
  readonly runningMs: Float64Array;
  readonly readyMs: Float64Array;
  /** Since when it takes no new tasks. */
  readonly drainingMs: Float64Array;
  readonly endMs: Float64Array;
}

/** Sorted by `placedMs`, then by submission; those that never got room stand last. */
export interface AttemptColumns {
  readonly length: number;
  /** Index into `classes`. */
  readonly classId: Int32Array;
  /** The task's own name within its group, mostly a number. */
  readonly names: readonly string[];
  readonly attempt: Int32Array;
  /** Index into `instances`; -1 without room. */
  readonly instance: Int32Array;
  /** GPUs that it holds: bit d for device d. */
  readonly gpuMask: Int32Array;
  /** Since when this attempt waits. */
  readonly waitFromMs: Float64Array;
  /** Infinity where it never got room. */
  readonly placedMs: Float64Array;
  /** Infinity where the start-up was not over. */
  readonly runningMs: Float64Array;
  /** Infinity where it still held its room, or waited, when the run ended. */
  readonly endMs: Float64Array;
  /** Index into `OUTCOMES`. */
  readonly outcome: Int32Array;
}

/** What the attempts came to, as result tables spell it. */
export const OUTCOMES = [
  'succeeded',
  'failed',
  'stopped',
  'rejected',
  'interrupted',
  'running',
  'starting',
  'pending',
] as const;

/** What was left out to keep the page small. Nothing was, when `keptEvery` is 1 and `untilMs` null. */
export interface Thinning {
  /** Of this many instances one is kept, with all its tasks. */
  readonly keptEvery: number;
  readonly instances: number;
  readonly attempts: number;
  /** Later placements are left out; null: none. */
  readonly untilMs: number | null;
}

/** `group/name` of an attempt's task, as commands take it. */
export function taskTitle({ attempts, classes, groups }: Frames, attempt: number): string {
  const group = groups[classes[attempts.classId[attempt]!]!.group]!;
  const name = attempts.names[attempt]!;
  return /^\d+$/.test(name) ? `${group}/${name}` : name;
}
