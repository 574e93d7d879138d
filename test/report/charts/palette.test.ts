import { expect, test } from 'vitest';
import { SERIES_COLOURS, seriesClass, THEME } from '../../../src/report/charts/palette.ts';

/** Contrast ratio of two colours by WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test.each(['light', 'dark'] as const)('the %s theme has text of contrast 4.5 on every surface', (theme) => {
  const { page, panel, ...inks } = THEME[theme];
  for (const surface of [page!, panel!]) {
    for (const name of ['ink', 'muted', 'good', 'bad'] as const) {
      expect({ name, enough: contrast(inks[name]!, surface) >= 4.5 }).toEqual({ name, enough: true });
    }
  }
});

test.each(['light', 'dark'] as const)('the first three colours have contrast 3 on the %s panel', (theme) => {
  for (const colour of SERIES_COLOURS.slice(0, 3)) {
    expect(contrast(colour[theme], THEME[theme].panel!)).toBeGreaterThanOrEqual(3);
  }
});

test('seriesClass() tells more platforms than colours apart by a dash', () => {
  expect(seriesClass(0)).toBe('s0');
  expect(seriesClass(6)).toBe('s0 again');
});
