import { expect, test } from 'vitest';
import { packingBoxes } from '../../../src/report/charts/packing.ts';
import {
  DRAINING,
  drawPacking,
  drawWaiting,
  ROOM,
  STRANDED,
} from '../../../src/report/charts/packing-drawing.ts';
import { packingLayouts } from '../../../src/report/charts/packing-layout.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { Playback } from '../../../src/report/frames/playback.ts';
import { RecordingSurface } from '../../support/recording-surface.ts';
import { ECS_BINPACK, sampleRun } from '../../support/results.ts';

const BASE = sampleRun(ECS_BINPACK);
const [INSTANCE] = BASE.instances;
const [ROW] = BASE.tasks();
const instance = (name: string, more: Partial<typeof INSTANCE> = {}) => ({
  ...{ ...INSTANCE!, instance: name, cpuMilli: 4000, allocatableCpuMilli: 4000 },
  ...{ memoryMiB: 8000, allocatableMemoryMiB: 8000, requestedMs: 0, readyMs: 0, endMs: null, ...more },
});
const task = (index: number, on: string, cpuMilli: number, memoryMiB: number, more = {}) => ({
  ...{ ...ROW!, task: `grading/${index}`, instance: on, cpuMilli, memoryMiB },
  ...{ submitMs: 0, placedMs: 1, endMs: null, ...more },
});
/** At 10 ms: open with room, full of CPU, draining, booting, and two with two GPUs. */
const FRAMES = framesOf({
  ...BASE,
  instances: [
    instance('open'),
    instance('full'),
    instance('leaves', { drainingMs: 5 }),
    instance('boots', { readyMs: 50 }),
    instance('gpus', { gpus: 2 }),
  ],
  tasks: () => [
    task(0, 'open', 1000, 2000),
    task(1, 'full', 4000, 2000),
    task(2, 'leaves', 1000, 2000),
    task(3, 'gpus', 1000, 2000, { gpus: 1, gpuMask: 2 }),
    task(4, '', 1000, 2000, { placedMs: null }),
  ],
});
const PLAYBACK = new Playback(FRAMES);
const [LAYOUT] = packingLayouts([FRAMES], { width: 600, height: 400 });
const LOOK = { toneOf: () => 3, selectedInstance: -1, selectedAttempt: -1, hadRoom: null };
const BOXES = packingBoxes(PLAYBACK, PLAYBACK.at(10), LAYOUT!);

test('drawPacking() marks room, stranded room and draining instances each in its own way', () => {
  const surface = new RecordingSurface();
  drawPacking(surface, BOXES, LOOK);
  const [open, full, leaves, boots, gpus] = BOXES;
  expect(surface.filled(ROOM)).toEqual([open!.free, gpus!.free]);
  // All of the full one beyond its task: to the right nothing is left, so it is the band above.
  const { x, y, width, used } = full!;
  expect(surface.filled(STRANDED)).toEqual([
    { x: x + width, y, width: 0, height: full!.height },
    { x, y, width, height: used.y - y },
  ]);
  expect(surface.filled(DRAINING)).toHaveLength(2);
  const framed = (dash: readonly number[]) =>
    surface.outlines
      .filter(({ look }) => String(look.dash) === String(dash))
      .flatMap((one) => one.rectangles);
  expect(framed([7, 3])).toEqual([leaves]);
  expect(framed([3, 3])).toEqual([boots]);
  expect(framed([])).toEqual([open, full, gpus]);
});

test('drawPacking() draws tasks in their colour, in their boxes and in the GPUs that they hold', () => {
  const surface = new RecordingSurface();
  drawPacking(surface, BOXES, LOOK);
  const ready = BOXES.filter(({ isReady }) => isReady);
  const plain = surface.fills.filter(({ look }) => look.ink === 3 && look.alpha === undefined);
  // The tasks of four boxes, and the one task that holds a GPU, on the second of two devices.
  expect(plain.map(({ rectangles }) => rectangles.length)).toEqual([4, 1]);
  const [, second] = ready.at(-1)!.gpus;
  expect(plain[1]!.rectangles[0]).toMatchObject({
    x: second!.x,
    width: second!.width,
    height: second!.height,
  });
});

test('drawPacking() frames what is selected, and instances that had room', () => {
  const surface = new RecordingSurface();
  drawPacking(surface, BOXES, { ...LOOK, selectedInstance: 1, selectedAttempt: 1, hadRoom: new Set([0, 2]) });
  const of = (ink: number | string) =>
    surface.outlines
      .filter(({ look }) => look.ink === ink && look.width === 2)
      .flatMap((one) => one.rectangles);
  // The draining one keeps its own frame: it takes nothing.
  expect(of(2)).toEqual([BOXES[0]]);
  expect(of('ink')).toEqual([BOXES[1], expect.objectContaining({ width: BOXES[1]!.tasks[0]!.width })]);
});

test.each([
  { tasks: 0, leftOut: 0, words: 'Nothing waits for room' },
  { tasks: 1, leftOut: 0, words: '1 waiting for room' },
  { tasks: 1, leftOut: 4, words: '5 waiting for room, 1 of them drawn' },
])('drawWaiting() says: $words', ({ tasks, leftOut, words }) => {
  const surface = new RecordingSurface();
  const stack = { tasks: [{ attempt: 4, x: 0, y: 0, width: 9, height: 9 }].slice(0, tasks), leftOut };
  drawWaiting(surface, stack, { x: 0, y: 22, width: 100, height: 40 }, LOOK);
  expect(surface.texts).toEqual([words]);
  expect(surface.filled({ ink: 3 })).toHaveLength(tasks);
});
