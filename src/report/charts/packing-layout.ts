import type { Frames, Shape } from '../frames/frames.ts';
import { type Lanes, lanesOf } from '../frames/lanes.ts';
import type { Rectangle } from './surface.ts';

/** Where an instance stands, and below it the row of its GPUs, if it has some. */
export interface Place extends Rectangle {
  readonly gpuRow: Rectangle | null;
}

/** Where the instances of one platform stand. */
export interface PackingLayout {
  readonly width: number;
  readonly height: number;
  readonly lanes: Lanes;
  /** By lane. */
  readonly places: readonly Place[];
  /** Points per millicore and per MiB. */
  readonly perCpuMilli: number;
  readonly perMemoryMiB: number;
}

/** Side of the largest box. */
const LARGEST = 240;
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

/** Between a box and its GPUs. */
const GPU_GAP = 2;

/** As high as a slot is wide, for eight of them, within what can be seen. */
function gpuRowHeight({ gpus }: Shape, width: number): number {
  return gpus === 0 ? 0 : Math.max(3, Math.min(10, width / 8));
}

/** A box with a row for GPUs of the given height below it; none for 0. */
export function placeAt(
  { x, y }: Pick<Rectangle, 'x' | 'y'>,
  { width, height }: Pick<Rectangle, 'width' | 'height'>,
  row: number,
): Place {
  const gpuRow = row === 0 ? null : { x, y: y + height + GPU_GAP, width, height: row };
  return { x, y, width, height, gpuRow };
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
  const places: Place[] = [];
  const used = { right: 0, x: 0, y: 0, row: 0 };
  for (const { shape, lane } of order) {
    const box = { width: shape.cpuMilli * perCpuMilli, height: shape.memoryMiB * perMemoryMiB };
    const gap = box.width > 40 ? 8 : box.width > 14 ? 4 : 2;
    if (used.x > 0 && used.x + box.width > width) {
      used.x = 0;
      used.y += used.row + gap;
      used.row = 0;
    }
    const row = gpuRowHeight(shape, box.width);
    places[lane] = placeAt(used, box, row);
    used.x += box.width + gap;
    used.right = Math.max(used.right, used.x - gap);
    used.row = Math.max(used.row, box.height + (row === 0 ? 0 : GPU_GAP + row));
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
