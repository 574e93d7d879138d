import type { Frames } from '../frames/frames.ts';

/** A task's stay on an instance. */
export interface GanttBar {
  readonly attempt: number;
  /** Index into the instances asked for. */
  readonly row: number;
  /** Bars of a row that overlap in time stand in different tracks. */
  readonly track: number;
  readonly fromMs: number;
  /** Infinity: to the end of the run. */
  readonly toMs: number;
}

export interface Gantt {
  readonly bars: readonly GanttBar[];
  /** Tracks of each row. */
  readonly tracks: readonly number[];
  /** Bars that there would be beyond the most. */
  readonly leftOut: number;
}

/** Stays on some instances in a stretch of time, at most `most`, each in the first track that is free. */
export function ganttOf(
  { attempts }: Frames,
  instances: readonly number[],
  { fromMs, toMs, most }: { readonly fromMs: number; readonly toMs: number; readonly most: number },
): Gantt {
  const rowOf = new Map(instances.map((instance, row) => [instance, row]));
  const freeFromMs: number[][] = instances.map(() => []);
  const bars: GanttBar[] = [];
  let leftOut = 0;
  // In order of placement: a track once free is free for all that follow.
  for (let attempt = 0; attempt < attempts.length; attempt++) {
    const row = rowOf.get(attempts.instance[attempt]!);
    if (row === undefined) continue;
    const [placedMs, endMs] = [attempts.placedMs[attempt]!, attempts.endMs[attempt]!];
    if (placedMs >= toMs || endMs <= fromMs) continue;
    if (bars.length >= most) {
      leftOut += 1;
      continue;
    }
    const own = freeFromMs[row]!;
    const free = own.findIndex((ms) => ms <= placedMs);
    const track = free < 0 ? own.length : free;
    own[track] = endMs;
    bars.push({ attempt, row, track, fromMs: placedMs, toMs: endMs });
  }
  return { bars, tracks: freeFromMs.map(({ length }) => length), leftOut };
}

/** Instances that were there in the stretch, at most `most`: the chosen one, with those asked for before and after it. */
export function instancesAround(
  { instances }: Frames,
  chosen: number,
  { fromMs, toMs, most }: { readonly fromMs: number; readonly toMs: number; readonly most: number },
): number[] {
  const there: number[] = [];
  for (let instance = 0; instance < instances.names.length; instance++) {
    if (instances.requestedMs[instance]! < toMs && instances.endMs[instance]! > fromMs) there.push(instance);
  }
  const middle = Math.max(0, there.indexOf(chosen));
  const first = Math.max(0, Math.min(middle - Math.floor(most / 2), there.length - most));
  return there.slice(first, first + most);
}
