import { expect, test } from 'vitest';
import { packingSvg } from '../../src/report/packing-svg.ts';
import { framesOf } from '../../src/report/frames/frames-of.ts';
import { DAY } from '../../src/units.ts';
import { HOSTILE_TEXTS, KUBERNETES, sampleRun } from '../support/results.ts';

const RUN = sampleRun(KUBERNETES);

test('packingSvg() draws a box for each instance that is ready, and says how full they are', () => {
  const drawing = packingSvg(framesOf(RUN), DAY);
  const boxes = /stroke="var\(--muted\)" stroke-width="1" d="([^"]*)"/.exec(drawing)![1]!.match(/M/g)!;
  expect(boxes).toHaveLength(38);
  expect(drawing).toContain('38 instances hold');
  expect(packingSvg(framesOf(RUN), DAY)).toBe(drawing);
});

test('packingSvg() is well-formed and shows hostile names as text', () => {
  for (const text of HOSTILE_TEXTS) {
    const tasks = () => [...RUN.tasks()].map((row) => ({ ...row, group: `g${text}` }));
    const summary = { ...RUN.summary, platform: { ...RUN.summary.platform, name: `p${text}` } };
    const drawing = packingSvg(framesOf({ ...RUN, summary, tasks }), DAY);
    expect(drawing).not.toMatch(/<(?:script|img|iframe|a|meta|link|base)\b/);
    expect(drawing.match(/<svg/g)).toHaveLength(1);
  }
});
