import { expect, test } from 'vitest';
import { SvgSurface } from '../../../src/report/charts/svg-surface.ts';

const SQUARE = { x: 1, y: 2, width: 3, height: 4 };

test('SvgSurface makes one element of each call, in the colours of the document', () => {
  const surface = new SvgSurface();
  surface.fill([SQUARE, { ...SQUARE, x: 10 }], { ink: 2, alpha: 0.25 });
  surface.fill([{ ...SQUARE, width: 0 }], { ink: 'bad' });
  surface.fill([SQUARE], { ink: -1 });
  surface.outline([SQUARE], { ink: 'ink', width: 2, dash: [3, 3] });
  surface.crosses([[5, 5]], 3, { ink: 'bad', width: 1 });
  expect(surface.finish().text).toBe(
    [
      '<path fill="var(--series-2)" fill-opacity="0.25" d="M1 2h3v4h-3zM10 2h3v4h-3z"/>',
      '<path fill="var(--muted)" d="M1 2h3v4h-3z"/>',
      '<path fill="none" stroke="var(--ink)" stroke-width="2" stroke-dasharray="3 3" d="M1 2h3v4h-3z"/>',
      '<path fill="none" stroke="var(--bad)" stroke-width="1" d="M2 2l6 6m0 -6l-6 6"/>',
    ].join(''),
  );
});

test('SvgSurface defines the stripes that it uses, each once', () => {
  const surface = new SvgSurface();
  for (let times = 0; times < 2; times++)
    surface.fill([SQUARE], { ink: 'muted', alpha: 0.5, hatch: 'rising' });
  surface.fill([SQUARE], { ink: 4, hatch: 'level' });
  const { text } = surface.finish();
  expect(text.match(/<pattern id="[^"]+"/g)).toEqual(['<pattern id="rising-muted"', '<pattern id="level-4"']);
  expect(text.match(/fill="url\(#rising-muted\)"/g)).toHaveLength(2);
});

test('SvgSurface writes names as text, cut to the width that they have', () => {
  const surface = new SvgSurface();
  surface.text('<b>&"', 0, 10, { ink: 'ink' });
  surface.text('a-very-long-name', 0, 10, { ink: 'muted', width: 65, anchor: 'end' });
  expect(surface.finish().text).toBe(
    '<text style="fill:var(--ink)" x="0" y="14" text-anchor="start">&lt;b&gt;&amp;&quot;</text>' +
      '<text style="fill:var(--muted)" x="0" y="14" text-anchor="end">a-very-lo…</text>',
  );
});
