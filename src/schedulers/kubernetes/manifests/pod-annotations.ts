import { parseDurationMs } from '../../../units.ts';
import type { Path, Reader } from '../reader.ts';
import {
  ANNOTATION_PREFIX,
  FAILING_ANNOTATION,
  GATES_ANNOTATION,
  RUNTIME_ANNOTATION,
  STARTUP_ANNOTATION,
} from './annotations.ts';
import { GROWTH_ANNOTATION, MEMORY_ANNOTATION } from './memory-annotations.ts';

const TIMES = {
  [RUNTIME_ANNOTATION]: 'runtime',
  [STARTUP_ANNOTATION]: 'startup',
  [GATES_ANNOTATION]: 'gatesRemoved',
} as const;

/** Annotations of pods that are no times. */
const READ_ELSEWHERE: readonly string[] = [FAILING_ANNOTATION, MEMORY_ANNOTATION, GROWTH_ANNOTATION];

/** Times of a pod that its annotations state. */
export interface PodTimes {
  /** null: until the end of the run. */
  readonly runtimeMs: number | null;
  readonly startupMs: number;
  /** Its scheduling gates go this long after it came; null: never. */
  readonly gatesRemovedMs: number | null;
}

/** The times; an annotation of stowage that does not exist is a problem. */
export function readTimes(reader: Reader, raw: unknown): PodTimes {
  const path: Path = ['metadata', 'annotations'];
  const times = { runtime: null as number | null, startup: 0, gatesRemoved: null as number | null };
  for (const [key, value] of Object.entries(reader.object(raw, path) ?? {})) {
    if (!key.startsWith(ANNOTATION_PREFIX) || READ_ELSEWHERE.includes(key)) continue;
    const known = TIMES[key as keyof typeof TIMES] as (typeof TIMES)[keyof typeof TIMES] | undefined;
    if (known === undefined) {
      reader.problem([...path, key], `there is no annotation '${key}'`, [
        ...Object.keys(TIMES),
        ...READ_ELSEWHERE,
      ]);
      continue;
    }
    const duration = typeof value === 'string' ? parseDurationMs(value) : undefined;
    if (duration === undefined)
      reader.problem([...path, key], `'${String(value)}' is no duration, like 90s or 1h30m`);
    else times[known] = duration;
  }
  return { runtimeMs: times.runtime, startupMs: times.startup, gatesRemovedMs: times.gatesRemoved };
}

/** `0.2` or `20%`, 0 where nothing is said. */
export function readShare(reader: Reader, raw: unknown, path: Path): number {
  if (raw === undefined) return 0;
  const match = typeof raw === 'string' ? /^(\d+(?:\.\d+)?)(%?)$/.exec(raw) : null;
  const share = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  reader.problem(path, `'${String(raw)}' is no share, like 0.2 or 20%`);
  return 0;
}

/** A whole number of 32 bits, 0 where nothing is said. */
export function readCost(reader: Reader, raw: unknown, path: Path): number {
  if (raw === undefined) return 0;
  const cost = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : Number.NaN;
  if (Math.abs(cost) <= 2 ** 31 - 1) return cost;
  reader.problem(path, `'${String(raw)}' is no whole number of 32 bits`);
  return 0;
}
