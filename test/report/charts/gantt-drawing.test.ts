import { expect, test } from 'vitest';
import { ganttOf, instancesAround } from '../../../src/report/charts/gantt.ts';
import { barBox, drawGantt } from '../../../src/report/charts/gantt-drawing.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { RecordingSurface } from '../../support/recording-surface.ts';
import { ECS_BINPACK, sampleRun } from '../../support/results.ts';

const BASE = sampleRun(ECS_BINPACK);
const [ROW] = BASE.tasks();
const stay = (index: number, on: string, placedMs: number, endMs: number | null, outcome = 'succeeded') => ({
  ...{ ...ROW!, task: `grading/${index}`, instance: on, submitMs: 0, placedMs, endMs, outcome },
});
const FRAMES = framesOf({
  ...BASE,
  tasks: () => [
    stay(0, 'i-0000', 0, 50),
    stay(1, 'i-0000', 20, 60, 'interrupted'),
    stay(2, 'i-0001', 40, null),
    stay(3, 'i-0001', 90, 200, 'interrupted'),
  ],
});
const STRETCH = { fromMs: 0, toMs: 100 };
const GANTT = ganttOf(FRAMES, [0, 1], { ...STRETCH, most: 9 });
/** Two points a millisecond, right of 50 points for names. */
const PLACE = { width: 250, names: 50, rowHeight: 24, ...STRETCH };

test('barBox() places a stay by its time, in the track of its row; what goes on ends where the stretch does', () => {
  // Both instances have two tracks of (24 - 4) / 2 points each, a hair apart.
  expect(GANTT.bars.map((bar) => barBox(bar, GANTT, PLACE))).toEqual([
    { x: 50, y: 2, width: 100, height: 9.4 },
    { x: 90, y: 12, width: 80, height: 9.4 },
    { x: 130, y: 26, width: 120, height: 9.4 },
    { x: 230, y: 36, width: 20, height: 9.4 },
  ]);
});

test('drawGantt() names instances, colours tasks, and crosses where one lost its room in the stretch', () => {
  const surface = new RecordingSurface();
  const look = { toneOf: (attempt: number) => attempt % 2, selectedInstance: 0, selectedAttempt: 2 };
  drawGantt(surface, FRAMES, GANTT, [0, 1], PLACE, look);
  expect(surface.texts).toEqual(['i-0000', 'i-0001']);
  expect([surface.filled({ ink: 0 }).length, surface.filled({ ink: 1 }).length]).toEqual([2, 2]);
  expect(surface.outlines.flatMap(({ rectangles }) => rectangles)).toEqual([
    { x: 130, y: 26, width: 120, height: 9.4 },
  ]);
  // The other one loses its room after the stretch.
  expect(surface.middles).toEqual([[170, 16.7]]);
});

test('instancesAround() shows the chosen one amid those asked for before and after it', () => {
  const all = { ...STRETCH, toMs: 10 ** 9, most: 4 };
  expect(instancesAround(FRAMES, -1, all)).toEqual([0, 1, 2, 3]);
  expect(instancesAround(FRAMES, 20, all)).toEqual([18, 19, 20, 21]);
  expect(instancesAround(FRAMES, 40, all)).toEqual([37, 38, 39, 40]);
});
