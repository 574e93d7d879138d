import { expect, test } from 'vitest';
import { framesOf } from '../../src/report/frames/frames-of.ts';
import { ganttSvg, heatSvg } from '../../src/report/lane-svg.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { HOSTILE_TEXTS, KUBERNETES, sampleRun } from '../support/results.ts';

const RUN = sampleRun(KUBERNETES);
const FRAMES = framesOf(RUN);
const WEEK = { fromMs: 0, toMs: 7 * DAY };

test('heatSvg() draws a row for each place, a time axis of the stretch, and says how full they were', () => {
  const drawing = heatSvg(FRAMES, WEEK);
  expect(drawing).toContain('38 places of instances, on average ');
  // Most of the week all 38 were there, one row of nine points each.
  const rows = new Set([...drawing.matchAll(/M[\d.]+ ([\d.]+)h/g)].map(([, y]) => y));
  expect([...rows].filter((y) => Number(y) % 9 === 0)).toHaveLength(38);
  expect(drawing).toContain('>3d</text>');
  expect(heatSvg(FRAMES, WEEK)).toBe(drawing);
  const day = heatSvg(FRAMES, { fromMs: 12 * HOUR, toMs: 36 * HOUR });
  expect(day).toContain('>1d</text>');
  expect(day).not.toContain('>3d</text>');
});

test('ganttSvg() shows the first instances of the stretch, or one with its neighbours', () => {
  const first = ganttSvg(FRAMES, WEEK, null)!;
  expect(first).toContain('>i-0000</text>');
  expect(first).not.toContain('>i-0020</text>');
  expect(first).toMatch(/\d+ stays of tasks on 14 instances/);
  expect(ganttSvg(FRAMES, WEEK, 'i-0014')!).toContain('>i-0014</text>');
  expect(ganttSvg(FRAMES, WEEK, 'i-none')).toBeUndefined();
});

test.each([
  ['heatSvg()', () => heatSvg],
  ['ganttSvg()', () => (frames: typeof FRAMES, stretch: typeof WEEK) => ganttSvg(frames, stretch, null)!],
] as const)('%s shows hostile names as text', (_name, drawingOf) => {
  for (const text of HOSTILE_TEXTS) {
    const mark = (name: string) => `${name}${text}`;
    const tasks = () =>
      [...RUN.tasks()].map((row) => ({ ...row, group: mark('g'), instance: mark(row.instance) }));
    const instances = RUN.instances.map((row) => ({ ...row, instance: mark(row.instance) }));
    const summary = { ...RUN.summary, platform: { ...RUN.summary.platform, name: mark('p') } };
    const drawing = drawingOf()(framesOf({ ...RUN, summary, instances, tasks }), WEEK);
    expect(drawing).not.toMatch(/<(?:script|img|iframe|a|meta|link|base)\b/);
    expect(drawing.match(/<svg/g)).toHaveLength(1);
  }
});
