/**
 * The packing of a cluster as a picture. Each instance is a box, as wide as its CPU and as high as its memory. What is
 * kept for the system stands in the lower left corner; every task is a rectangle of what it asks for, placed at the
 * upper right corner of the one before. So widths add up to the CPU that was requested and heights to the memory, and
 * what is left at the upper right is the room: a task fits when its rectangle fits there.
 */
import type { Frames, Shape } from '../frames/frames.ts';
import { type Lanes, lanesOf } from '../frames/lanes.ts';
import type { Cursor, Playback } from '../frames/playback.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the instances of one platform stand. */
export interface PackingLayout {
  readonly width: number;
  readonly height: number;
  readonly lanes: Lanes;
  /** By lane. */
  readonly places: readonly Rectangle[];
  /** Points per millicore and per MiB. */
  readonly perCpuMilli: number;
  readonly perMemoryMiB: number;
}

export interface PackingBox extends Rectangle {
  /** Index of the instance. */
  readonly instance: number;
  readonly isReady: boolean;
  readonly reserved: Rectangle;
  /** From the lower left corner to the end of the last task. */
  readonly used: Rectangle;
  readonly tasks: readonly (Rectangle & { readonly attempt: number })[];
  /** What is left; without area when CPU or memory is used up. */
  readonly free: Rectangle;
  readonly freeCpuMilli: number;
  readonly freeMemoryMiB: number;
  /** Something is left, and no task of the workload would fit. */
  readonly isStranded: boolean;
}

/** Side of the largest box. */
const LARGEST = 240;
/** Floating-point noise of sums of requests, in millicores and MiB. */
const NOISE = 1e-6;

/** Places for all platforms at one scale, the largest at which each fits into `width` by `height`. */
export function packingLayouts(
  platforms: readonly Frames[],
  { width, height }: { readonly width: number; readonly height: number },
): PackingLayout[] {
  const lanes = platforms.map(lanesOf);
  const square = commonShape(platforms, lanes);
  if (square === undefined)
    return lanes.map((own) => flow([], own, { width, perCpuMilli: 1, perMemoryMiB: 1 }));
  const layoutsAt = (side: number) =>
    platforms.map(({ shapes }, index) =>
      flow(shapes, lanes[index]!, {
        width,
        perCpuMilli: side / square.cpuMilli,
        perMemoryMiB: side / square.memoryMiB,
      }),
    );
  let low = 1;
  let high = LARGEST;
  for (let round = 0; round < 12; round++) {
    const middle = (low + high) / 2;
    if (layoutsAt(middle).every((layout) => layout.height <= height && layout.width <= width)) low = middle;
    else high = middle;
  }
  return layoutsAt(low);
}

/** The shape of most places: it is drawn as a square. */
function commonShape(platforms: readonly Frames[], lanes: readonly Lanes[]): Shape | undefined {
  const counts = new Map<string, { shape: Shape; count: number }>();
  lanes.forEach(({ shapeOf }, platform) => {
    for (const index of shapeOf) {
      const shape = platforms[platform]!.shapes[index]!;
      const key = `${shape.cpuMilli} ${shape.memoryMiB}`;
      const entry = counts.get(key) ?? { shape, count: 0 };
      entry.count += 1;
      counts.set(key, entry);
    }
  });
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.shape;
}

/** Boxes in rows from left to right, the large ones first. */
function flow(
  shapes: readonly Shape[],
  lanes: Lanes,
  { width, perCpuMilli, perMemoryMiB }: Pick<PackingLayout, 'width' | 'perCpuMilli' | 'perMemoryMiB'>,
): PackingLayout {
  const order = lanes.shapeOf
    .map((shape, lane) => ({ shape: shapes[shape]!, lane }))
    .sort(
      (a, b) =>
        b.shape.memoryMiB - a.shape.memoryMiB || b.shape.cpuMilli - a.shape.cpuMilli || a.lane - b.lane,
    );
  const places: Rectangle[] = [];
  const used = { right: 0, x: 0, y: 0, row: 0 };
  for (const { shape, lane } of order) {
    const box = { width: shape.cpuMilli * perCpuMilli, height: shape.memoryMiB * perMemoryMiB };
    const gap = box.width > 40 ? 8 : box.width > 14 ? 4 : 2;
    if (used.x > 0 && used.x + box.width > width) {
      used.x = 0;
      used.y += used.row + gap;
      used.row = 0;
    }
    places[lane] = { x: used.x, y: used.y, ...box };
    used.x += box.width + gap;
    used.right = Math.max(used.right, used.x - gap);
    used.row = Math.max(used.row, box.height);
  }
  return {
    width: Math.max(width, used.right),
    height: used.y + used.row,
    lanes,
    places,
    perCpuMilli,
    perMemoryMiB,
  };
}

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
    boxes.push({ ...box, isReady, isStranded: isReady && isStranded(box, smallest) });
  }
  return boxes;
}

/** One instance with the attempts that hold its room, drawn into `place`. */
export function packedBox(
  { shapes, instances, attempts, classes }: Frames,
  instance: number,
  holders: readonly number[],
  place: Rectangle,
): Omit<PackingBox, 'isReady' | 'isStranded'> {
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
  };
}

interface Request {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

/** Requests that no other undercuts in both: if none of these fits, nothing does. */
export function smallestRequests(classes: readonly Request[]): Request[] {
  const sorted = classes.slice().sort((a, b) => a.cpuMilli - b.cpuMilli || a.memoryMiB - b.memoryMiB);
  const smallest: Request[] = [];
  for (const request of sorted) {
    if (request.memoryMiB < (smallest.at(-1)?.memoryMiB ?? Number.POSITIVE_INFINITY)) smallest.push(request);
  }
  return smallest;
}

type Left = Pick<PackingBox, 'freeCpuMilli' | 'freeMemoryMiB'>;

/** Would the request fit into what is left? */
export function fitsInto({ freeCpuMilli, freeMemoryMiB }: Left, { cpuMilli, memoryMiB }: Request): boolean {
  return cpuMilli <= freeCpuMilli + NOISE && memoryMiB <= freeMemoryMiB + NOISE;
}

function isStranded(left: Left, smallest: readonly Request[]): boolean {
  const isSomething = left.freeCpuMilli > NOISE || left.freeMemoryMiB > NOISE;
  return isSomething && !smallest.some((request) => fitsInto(left, request));
}

/** What a platform's boxes come to at a moment. CPU in millicores, memory in MiB; of ready instances, except `booting`. */
export interface PackingTotals {
  readonly instances: number;
  readonly booting: number;
  readonly tasks: number;
  readonly cpuMilli: number;
  readonly requestedCpuMilli: number;
  readonly memoryMiB: number;
  readonly requestedMemoryMiB: number;
  readonly strandedCpuMilli: number;
  readonly strandedMemoryMiB: number;
}

/** Sums over boxes. Requested is out of what tasks may ask for. */
export function packingTotals(frames: Frames, boxes: readonly PackingBox[]): PackingTotals {
  const totals = {
    ...{ instances: 0, booting: 0, tasks: 0, cpuMilli: 0, requestedCpuMilli: 0 },
    ...{ memoryMiB: 0, requestedMemoryMiB: 0, strandedCpuMilli: 0, strandedMemoryMiB: 0 },
  };
  for (const box of boxes) {
    if (!box.isReady) {
      totals.booting += 1;
      continue;
    }
    const shape = frames.shapes[frames.instances.shape[box.instance]!]!;
    totals.instances += 1;
    totals.tasks += box.tasks.length;
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
