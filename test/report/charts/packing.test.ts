import { expect, test } from 'vitest';
import {
  fitsInto,
  packedBox,
  packingBoxes,
  packingTotals,
  smallestRequests,
} from '../../../src/report/charts/packing.ts';
import { packingLayouts } from '../../../src/report/charts/packing-layout.ts';
import type { Frames } from '../../../src/report/frames/frames.ts';
import { lanesOf } from '../../../src/report/frames/lanes.ts';
import { Playback } from '../../../src/report/frames/playback.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** One instance of 4 vCPU and 16 GiB, of which 400m and 1 GiB are kept back; three tasks on it. */
const FRAMES: Frames = {
  platform: 'test',
  endMs: 1000,
  shapes: [
    {
      type: 't4x16',
      group: 'pool',
      cpuMilli: 4000,
      memoryMiB: 16_384,
      allocatableCpuMilli: 3600,
      allocatableMemoryMiB: 15_360,
      gpus: 0,
    },
  ],
  groups: ['web'],
  classes: [
    { group: 0, cpuMilli: 1000, memoryMiB: 2048, gpus: 0 },
    { group: 0, cpuMilli: 2000, memoryMiB: 4096, gpus: 0 },
  ],
  zones: ['a'],
  instances: {
    names: ['i-1', 'i-2', 'i-3'],
    shape: Int32Array.of(0, 0, 0),
    zone: Int32Array.of(0, 0, 0),
    requestedMs: Float64Array.of(0, 10, 100),
    runningMs: Float64Array.of(3, 15, 120),
    readyMs: Float64Array.of(5, 20, 130),
    drainingMs: Float64Array.of(NEVER, NEVER, NEVER),
    endMs: Float64Array.of(NEVER, 100, NEVER),
  },
  attempts: {
    length: 3,
    classId: Int32Array.of(0, 1, 0),
    names: ['0', '1', '2'],
    attempt: Int32Array.of(0, 0, 0),
    instance: Int32Array.of(0, 0, 1),
    gpuMask: Int32Array.of(0, 0, 0),
    waitFromMs: Float64Array.of(0, 0, 0),
    placedMs: Float64Array.of(10, 20, 30),
    runningMs: Float64Array.of(10, 20, 30),
    endMs: Float64Array.of(NEVER, NEVER, 90),
    outcome: Int32Array.of(5, 5, 0),
  },
  thinning: { keptEvery: 1, instances: 3, attempts: 3, untilMs: null },
};

test('packedBox() puts each task at the upper right corner of the one before, above what is kept back', () => {
  // 40 × 16 points: 0.01 a millicore, 1/1024 a MiB. Kept back 400m × 1 GiB: 4 × 1.
  const box = packedBox(FRAMES, 0, [0, 1], { x: 100, y: 50, width: 40, height: 16, gpuRow: null });
  expect(box.reserved).toEqual({ x: 100, y: 65, width: 4, height: 1 });
  // 1000m × 2 GiB at (400m, 1 GiB), then 2000m × 4 GiB at (1400m, 3 GiB).
  expect(box.tasks).toEqual([
    { attempt: 0, x: 104, y: 63, width: 10, height: 2 },
    { attempt: 1, x: 114, y: 59, width: 20, height: 4 },
  ]);
  expect(box.used).toEqual({ x: 100, y: 59, width: 34, height: 7 });
  expect(box.free).toEqual({ x: 134, y: 50, width: 6, height: 9 });
  expect([box.freeCpuMilli, box.freeMemoryMiB]).toEqual([600, 9216]);
});

test('packingBoxes() calls room stranded that no task of the workload fits into', () => {
  const playback = new Playback(FRAMES);
  const [layout] = packingLayouts([FRAMES], { width: 300, height: 200 });
  const at = (timeMs: number) => packingBoxes(playback, playback.at(timeMs), layout!);
  // At 15 ms 3600m - 1000m are left: the larger task fits. At 25 ms 600m: none does. The second instance boots to 20 ms.
  expect(at(15).map(({ isReady, isStranded }) => ({ isReady, isStranded }))).toEqual([
    { isReady: true, isStranded: false },
    { isReady: false, isStranded: false },
  ]);
  expect(at(25).map(({ isStranded }) => isStranded)).toEqual([true, false]);
  expect(packingTotals(FRAMES, at(35))).toEqual({
    instances: 2,
    booting: 0,
    draining: 0,
    tasks: 3,
    cpuMilli: 7200,
    requestedCpuMilli: 4000,
    memoryMiB: 30_720,
    requestedMemoryMiB: 8192,
    gpus: 0,
    requestedGpus: 0,
    strandedCpuMilli: 600,
    strandedMemoryMiB: 9216,
  });
  expect(at(100).map(({ instance }) => instance)).toEqual([0, 2]);
});

test('lanesOf() gives the place of an instance that ended to the next of its shape', () => {
  expect(lanesOf(FRAMES)).toEqual({ laneOf: Int32Array.of(0, 1, 1), shapeOf: [0, 0] });
});

test('packingLayouts() draws all platforms at one scale, inside the given size and without overlaps', () => {
  const count = 300;
  const names = Array.from({ length: count }, (_, index) => `i-${index}`);
  const zeros = new Float64Array(count);
  const instances = {
    ...{ names, zone: new Int32Array(count), requestedMs: zeros },
    ...{ runningMs: zeros, readyMs: zeros },
    ...{ shape: new Int32Array(count).map((_, index) => index % 2) },
    ...{ drainingMs: zeros.map(() => NEVER), endMs: zeros.map(() => NEVER) },
  };
  const [small] = FRAMES.shapes;
  const large = { ...small!, type: 't8x64', cpuMilli: 8000, memoryMiB: 65_536 };
  const many = { ...FRAMES, shapes: [small!, large], instances };
  const [few, crowded] = packingLayouts([FRAMES, many], { width: 500, height: 400 });
  expect(few!.perCpuMilli).toBe(crowded!.perCpuMilli);
  expect(crowded!.height).toBeLessThanOrEqual(400);
  const { places } = crowded!;
  const overlaps = places.filter((a) =>
    places.some(
      (b) =>
        a !== b && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
    ),
  );
  expect(overlaps).toEqual([]);
  expect(Math.max(...places.map(({ x, width }) => x + width))).toBeLessThanOrEqual(500);
});

test('smallestRequests() keeps what nothing undercuts', () => {
  const of = (cpuMilli: number, memoryMiB: number, gpus = 0) => ({ cpuMilli, memoryMiB, gpus });
  expect(smallestRequests([of(2, 2), of(1, 5), of(3, 1), of(2, 3), of(1, 6)])).toEqual([
    of(1, 5),
    of(2, 2),
    of(3, 1),
  ]);
  // With a GPU the small one stands for itself: another kind of room.
  expect(smallestRequests([of(1, 1), of(1, 1, 1), of(2, 2, 1)])).toEqual([of(1, 1), of(1, 1, 1)]);
});

test.each([
  { cpuMilli: 600, memoryMiB: 100, gpus: 0, left: [], fits: true },
  { cpuMilli: 601, memoryMiB: 100, gpus: 0, left: [1], fits: false },
  { cpuMilli: 600, memoryMiB: 101, gpus: 0, left: [], fits: false },
  { cpuMilli: 1, memoryMiB: 1, gpus: 1, left: [], fits: false },
  // Half a GPU goes on any that has half left; two halves make no whole one, and two need two whole ones.
  { cpuMilli: 1, memoryMiB: 1, gpus: 0.5, left: [0.2, 0.5], fits: true },
  { cpuMilli: 1, memoryMiB: 1, gpus: 1, left: [0.5, 0.5], fits: false },
  { cpuMilli: 1, memoryMiB: 1, gpus: 2, left: [1, 0.7, 1], fits: true },
  { cpuMilli: 1, memoryMiB: 1, gpus: 2, left: [1, 0.7], fits: false },
])(
  'fitsInto() 600m, 100 MiB, GPUs $left takes $cpuMilli m, $memoryMiB MiB, $gpus GPUs: $fits',
  ({ fits, left, ...request }) => {
    expect(
      fitsInto({ freeCpuMilli: 600, freeMemoryMiB: 100, gpus: left.map((free) => ({ free })) }, request),
    ).toBe(fits);
  },
);
