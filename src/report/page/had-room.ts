import { fitsInto } from '../charts/packing.ts';
import type { Cursor } from '../frames/playback.ts';
import { cursorOf, type Platform } from './replay.ts';
import type { View } from './view-state.ts';

/** A ready instance just before a placement: what was left, and whether the task would have fitted. */
export interface Room {
  readonly instance: number;
  readonly freeCpuMilli: number;
  readonly freeMemoryMiB: number;
  readonly fits: boolean;
}

/** Room of all ready instances just before an attempt was placed. CPU and memory alone: rules may have said no. */
export function roomBefore({ playback, frames }: Platform, attempt: number): Room[] {
  const { instances, shapes, attempts, classes } = frames;
  const cursor: Cursor = playback.before(attempt);
  const cpu = new Float64Array(instances.names.length);
  const memory = new Float64Array(instances.names.length);
  for (const holder of playback.holders(cursor)) {
    const { cpuMilli, memoryMiB } = classes[attempts.classId[holder]!]!;
    cpu[attempts.instance[holder]!]! += cpuMilli;
    memory[attempts.instance[holder]!]! += memoryMiB;
  }
  const request = classes[attempts.classId[attempt]!]!;
  const rooms: Room[] = [];
  for (let instance = 0; instance < instances.names.length; instance++) {
    if (instances.readyMs[instance]! > cursor.timeMs || instances.endMs[instance]! <= cursor.timeMs) continue;
    const shape = shapes[instances.shape[instance]!]!;
    const freeCpuMilli = shape.allocatableCpuMilli - cpu[instance]!;
    const freeMemoryMiB = shape.allocatableMemoryMiB - memory[instance]!;
    const left = { freeCpuMilli, freeMemoryMiB };
    rooms.push({ instance, ...left, fits: fitsInto(left, request) });
  }
  return rooms;
}

/** While stepping: instances that had room for the task that was just placed. Null otherwise. */
export function hadRoomFor(platform: Platform, view: View): ReadonlySet<number> | null {
  const { step } = view;
  if (step === null || step.platform !== platform.position) return null;
  if (cursorOf(view, platform).next !== step.attempt + 1) return null;
  return new Set(
    roomBefore(platform, step.attempt)
      .filter(({ fits }) => fits)
      .map(({ instance }) => instance),
  );
}
