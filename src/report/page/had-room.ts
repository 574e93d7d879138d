import { gpuSlots } from '../charts/gpu-slots.ts';
import { fitsInto, type Left } from '../charts/packing.ts';
import type { Cursor } from '../frames/cursor.ts';
import { cursorOf, type Platform } from './replay.ts';
import type { View } from './view-state.ts';

/** A ready instance at a moment: what is left, and whether a task would fit. */
export interface Room extends Left {
  readonly instance: number;
  readonly fits: boolean;
}

/** Room of all ready instances for an attempt at a moment. CPU, memory and GPUs alone: rules may have said no. */
export function roomFor({ playback, frames }: Platform, attempt: number, cursor: Cursor): Room[] {
  const { instances, shapes, attempts, classes } = frames;
  const held = new Map<number, number[]>();
  const cpu = new Float64Array(instances.names.length);
  const memory = new Float64Array(instances.names.length);
  for (const holder of playback.holders(cursor)) {
    const { cpuMilli, memoryMiB } = classes[attempts.classId[holder]!]!;
    cpu[attempts.instance[holder]!]! += cpuMilli;
    memory[attempts.instance[holder]!]! += memoryMiB;
    if (attempts.gpuMask[holder]! === 0) continue;
    const own = held.get(attempts.instance[holder]!) ?? [];
    own.push(holder);
    held.set(attempts.instance[holder]!, own);
  }
  const request = classes[attempts.classId[attempt]!]!;
  const rooms: Room[] = [];
  for (let instance = 0; instance < instances.names.length; instance++) {
    if (instances.readyMs[instance]! > cursor.timeMs || instances.endMs[instance]! <= cursor.timeMs) continue;
    if (instances.drainingMs[instance]! <= cursor.timeMs) continue;
    const shape = shapes[instances.shape[instance]!]!;
    const freeCpuMilli = shape.allocatableCpuMilli - cpu[instance]!;
    const freeMemoryMiB = shape.allocatableMemoryMiB - memory[instance]!;
    const slots = { holders: held.get(instance) ?? [], devices: shape.gpus, row: UNSEEN };
    const left = { freeCpuMilli, freeMemoryMiB, gpus: gpuSlots(attempts, classes, slots) };
    rooms.push({ instance, ...left, fits: fitsInto(left, request) });
  }
  return rooms;
}

/** Slots are wanted for what is left in them. */
const UNSEEN = { x: 0, y: 0, width: 0, height: 0 };

/** While stepping: instances that had room for the task that was just placed. Null otherwise. */
export function hadRoomFor(platform: Platform, view: View): ReadonlySet<number> | null {
  const { step } = view;
  if (step === null || step.platform !== platform.position) return null;
  if (cursorOf(view, platform).next !== step.attempt + 1) return null;
  return new Set(
    roomFor(platform, step.attempt, platform.playback.before(step.attempt))
      .filter(({ fits }) => fits)
      .map(({ instance }) => instance),
  );
}
