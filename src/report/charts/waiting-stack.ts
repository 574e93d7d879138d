import type { Frames } from '../frames/frames.ts';
import type { Playback } from '../frames/playback.ts';
import type { PackingLayout } from './packing-layout.ts';
import type { Rectangle } from './surface.ts';

/** Tasks that wait for room, as large as they would be in the boxes. */
export interface WaitingStack {
  readonly tasks: readonly (Rectangle & { readonly attempt: number })[];
  /** Those that there was no place for. */
  readonly leftOut: number;
}

type Scale = Pick<PackingLayout, 'perCpuMilli' | 'perMemoryMiB'>;

/** Points that a stack may be high, whatever waits. */
const LOWEST = 56;
const HIGHEST = 240;
const GAP = 3;

/** Height that holds any task that ever waits; 0 when none does. */
export function stackHeight({ frames, waiting }: Playback, { perMemoryMiB }: Scale): number {
  const { attempts, classes } = frames;
  let highest = 0;
  for (const attempt of waiting.all) {
    highest = Math.max(highest, classes[attempts.classId[attempt]!]!.memoryMiB * perMemoryMiB);
  }
  return highest === 0 ? 0 : Math.ceil(Math.min(HIGHEST, Math.max(LOWEST, highest)));
}

/**
 * Piles tasks up in columns from the left, each column from the bottom, in the order given. What a task asks for beyond
 * the height of the stack is cut off.
 */
export function waitingStack(
  { attempts, classes }: Frames,
  waiting: readonly number[],
  { perCpuMilli, perMemoryMiB }: Scale,
  place: Rectangle,
): WaitingStack {
  const tasks: (Rectangle & { attempt: number })[] = [];
  const bottom = place.y + place.height;
  const column = { x: place.x, width: 0, top: bottom };
  for (const attempt of waiting) {
    const { cpuMilli, memoryMiB } = classes[attempts.classId[attempt]!]!;
    const width = Math.max(1, cpuMilli * perCpuMilli);
    const height = Math.min(place.height, Math.max(1, memoryMiB * perMemoryMiB));
    const gap = Math.min(GAP, Math.max(0.5, width / 8));
    if (column.top - height < place.y) {
      column.x += column.width + gap;
      column.width = 0;
      column.top = bottom;
    }
    if (column.x + width > place.x + place.width) break;
    tasks.push({ attempt, x: column.x, y: column.top - height, width, height });
    column.width = Math.max(column.width, width);
    column.top -= height + Math.min(gap, height / 8);
  }
  return { tasks, leftOut: waiting.length - tasks.length };
}
