import type { Frames } from '../frames/frames.ts';
import type { Rectangle } from './surface.ts';

/** One GPU of an instance, drawn in the row below its box. */
export interface GpuSlot extends Rectangle {
  /** Share that nobody holds, 0 to 1. */
  readonly free: number;
  /** From the bottom up, in order of placement. */
  readonly parts: readonly (Rectangle & { readonly attempt: number })[];
}

/** Slots of all devices side by side, each filled from the bottom by the shares of it that tasks hold. */
export function gpuSlots(
  attempts: Frames['attempts'],
  classes: Frames['classes'],
  {
    holders,
    devices,
    row,
  }: { readonly holders: readonly number[]; readonly devices: number; readonly row: Rectangle },
): GpuSlot[] {
  const pitch = row.width / devices;
  const gap = pitch > 4 ? 1 : 0;
  return Array.from({ length: devices }, (_, device) => {
    const slot = { x: row.x + device * pitch, y: row.y, width: pitch - gap, height: row.height };
    let taken = 0;
    const parts: (Rectangle & { attempt: number })[] = [];
    for (const attempt of holders) {
      if ((attempts.gpuMask[attempt]! & (1 << device)) === 0) continue;
      const share = Math.min(1, classes[attempts.classId[attempt]!]!.gpus);
      taken += share;
      const y = slot.y + slot.height * (1 - taken);
      // A hair between two tasks of one device.
      const height = slot.height * share;
      const between = taken > share && height > 3 ? 0.8 : 0;
      parts.push({ attempt, x: slot.x, y, width: slot.width, height: height - between });
    }
    return { ...slot, free: 1 - taken, parts };
  });
}
