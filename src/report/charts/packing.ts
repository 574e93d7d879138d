/**
 * The packing of a cluster as a picture. Each instance is a box, as wide as its CPU and as high as its memory. What is
 * kept for the system stands in the lower left corner; every task is a rectangle of what it asks for, placed at the
 * upper right corner of the one before. So widths add up to the CPU that was requested and heights to the memory, and
 * what is left at the upper right is the room: a task fits when its rectangle fits there.
 */
import type { Frames } from '../frames/frames.ts';
import type { Cursor } from '../frames/cursor.ts';
import type { Playback } from '../frames/playback.ts';
import { type GpuSlot, gpuSlots } from './gpu-slots.ts';
import type { PackingLayout, Place } from './packing-layout.ts';
import type { Rectangle } from './surface.ts';

export interface PackingBox extends Rectangle {
  /** Index of the instance. */
  readonly instance: number;
  readonly isReady: boolean;
  /** Ready, and takes no new tasks: those it has leave. */
  readonly isDraining: boolean;
  readonly reserved: Rectangle;
  /** From the lower left corner to the end of the last task. */
  readonly used: Rectangle;
  readonly tasks: readonly (Rectangle & { readonly attempt: number })[];
  /** What is left; without area when CPU or memory is used up. */
  readonly free: Rectangle;
  readonly freeCpuMilli: number;
  readonly freeMemoryMiB: number;
  /** In the row below the box, by device. */
  readonly gpus: readonly GpuSlot[];
  /** Something is left, and no task of the workload would fit. */
  readonly isStranded: boolean;
}

/** Floating-point noise of sums of requests, in millicores and MiB. */
const NOISE = 1e-6;

/** The boxes of the instances that are there at a moment. */
export function packingBoxes(playback: Playback, cursor: Cursor, layout: PackingLayout): PackingBox[] {
  const { frames } = playback;
  const { instances, attempts } = frames;
  const held = new Map<number, number[]>();
  for (const attempt of playback.holders(cursor)) {
    const instance = attempts.instance[attempt]!;
    const own = held.get(instance);
    if (own === undefined) held.set(instance, [attempt]);
    else own.push(attempt);
  }
  const smallest = smallestRequests(frames.classes);
  const boxes: PackingBox[] = [];
  for (let instance = 0; instance < instances.names.length; instance++) {
    if (instances.requestedMs[instance]! > cursor.timeMs) break;
    if (instances.endMs[instance]! <= cursor.timeMs) continue;
    const place = layout.places[layout.lanes.laneOf[instance]!]!;
    const box = packedBox(frames, instance, held.get(instance) ?? [], place);
    const isReady = instances.readyMs[instance]! <= cursor.timeMs;
    const isDraining = isReady && instances.drainingMs[instance]! <= cursor.timeMs;
    boxes.push({
      ...box,
      isReady,
      isDraining,
      isStranded: isReady && !isDraining && isStranded(box, smallest),
    });
  }
  return boxes;
}

/** One instance with the attempts that hold its room, drawn into `place`. */
export function packedBox(
  { shapes, instances, attempts, classes }: Frames,
  instance: number,
  holders: readonly number[],
  { gpuRow, ...place }: Place,
): Omit<PackingBox, 'isReady' | 'isDraining' | 'isStranded'> {
  const shape = shapes[instances.shape[instance]!]!;
  const perCpu = place.width / shape.cpuMilli;
  const perMemory = place.height / shape.memoryMiB;
  const bottom = place.y + place.height;
  const at = (cpu: number, memory: number, width: number, height: number): Rectangle => ({
    x: place.x + cpu * perCpu,
    y: bottom - (memory + height) * perMemory,
    width: Math.max(0, width * perCpu),
    height: Math.max(0, height * perMemory),
  });
  const reservedCpu = shape.cpuMilli - shape.allocatableCpuMilli;
  const reservedMemory = shape.memoryMiB - shape.allocatableMemoryMiB;
  let cpu = reservedCpu;
  let memory = reservedMemory;
  const tasks = holders.map((attempt) => {
    const { cpuMilli, memoryMiB } = classes[attempts.classId[attempt]!]!;
    const task = { attempt, ...at(cpu, memory, cpuMilli, memoryMiB) };
    cpu += cpuMilli;
    memory += memoryMiB;
    return task;
  });
  const freeCpuMilli = shape.cpuMilli - cpu;
  const freeMemoryMiB = shape.memoryMiB - memory;
  return {
    ...place,
    instance,
    reserved: at(0, 0, reservedCpu, reservedMemory),
    used: at(0, 0, cpu, memory),
    tasks,
    free: at(cpu, memory, freeCpuMilli, freeMemoryMiB),
    freeCpuMilli,
    freeMemoryMiB,
    gpus: gpuRow === null ? [] : gpuSlots(attempts, classes, { holders, devices: shape.gpus, row: gpuRow }),
  };
}

interface Request {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly gpus: number;
}

/** Requests that no other undercuts in both, for each number of GPUs: if none of these fits, nothing does. */
export function smallestRequests(classes: readonly Request[]): Request[] {
  const sorted = classes
    .slice()
    .sort((a, b) => a.gpus - b.gpus || a.cpuMilli - b.cpuMilli || a.memoryMiB - b.memoryMiB);
  const smallest: Request[] = [];
  for (const request of sorted) {
    const last = smallest.at(-1);
    if (last?.gpus !== request.gpus || request.memoryMiB < last.memoryMiB) smallest.push(request);
  }
  return smallest;
}

/** What an instance has left. */
export interface Left {
  readonly freeCpuMilli: number;
  readonly freeMemoryMiB: number;
  readonly gpus: readonly Pick<GpuSlot, 'free'>[];
}

/** Would the request fit into what is left? */
export function fitsInto({ freeCpuMilli, freeMemoryMiB, gpus }: Left, request: Request): boolean {
  if (request.cpuMilli > freeCpuMilli + NOISE || request.memoryMiB > freeMemoryMiB + NOISE) return false;
  if (request.gpus === 0) return true;
  const each = Math.min(1, request.gpus);
  return gpus.filter(({ free }) => free + NOISE >= each).length >= request.gpus;
}

function isStranded(left: Left, smallest: readonly Request[]): boolean {
  const isSomething = left.freeCpuMilli > NOISE || left.freeMemoryMiB > NOISE;
  return isSomething && !smallest.some((request) => fitsInto(left, request));
}

/** What a platform's boxes come to at a moment. CPU in millicores, memory in MiB; of ready instances, except `booting`. */
export interface PackingTotals {
  readonly instances: number;
  readonly booting: number;
  /** Of the ready ones. */
  readonly draining: number;
  readonly tasks: number;
  readonly cpuMilli: number;
  readonly requestedCpuMilli: number;
  readonly memoryMiB: number;
  readonly requestedMemoryMiB: number;
  readonly gpus: number;
  readonly requestedGpus: number;
  readonly strandedCpuMilli: number;
  readonly strandedMemoryMiB: number;
}

/** Sums over boxes. Requested is out of what tasks may ask for. */
export function packingTotals(frames: Frames, boxes: readonly PackingBox[]): PackingTotals {
  const totals = {
    ...{ instances: 0, booting: 0, draining: 0, tasks: 0, cpuMilli: 0, requestedCpuMilli: 0 },
    ...{ gpus: 0, requestedGpus: 0 },
    ...{ memoryMiB: 0, requestedMemoryMiB: 0, strandedCpuMilli: 0, strandedMemoryMiB: 0 },
  };
  for (const box of boxes) {
    if (!box.isReady) {
      totals.booting += 1;
      continue;
    }
    const shape = frames.shapes[frames.instances.shape[box.instance]!]!;
    totals.instances += 1;
    if (box.isDraining) totals.draining += 1;
    totals.tasks += box.tasks.length;
    totals.gpus += box.gpus.length;
    totals.requestedGpus += box.gpus.reduce((sum, { free }) => sum + 1 - free, 0);
    totals.cpuMilli += shape.allocatableCpuMilli;
    totals.memoryMiB += shape.allocatableMemoryMiB;
    totals.requestedCpuMilli += shape.allocatableCpuMilli - box.freeCpuMilli;
    totals.requestedMemoryMiB += shape.allocatableMemoryMiB - box.freeMemoryMiB;
    if (!box.isStranded) continue;
    totals.strandedCpuMilli += Math.max(0, box.freeCpuMilli);
    totals.strandedMemoryMiB += Math.max(0, box.freeMemoryMiB);
  }
  return totals;
}
