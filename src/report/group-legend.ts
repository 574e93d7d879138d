import { SERIES_COLOURS } from './charts/palette.ts';
import type { Frames } from './frames/frames.ts';
import { html, type Markup } from './markup.ts';

/** Colours of tasks in a file, by their groups, and the line that says which is which. */
export interface GroupLegend {
  /** Number of the palette; -1 for groups beyond the sixth. */
  readonly toneOf: (attempt: number) => number;
  /** At a height of 64 points. */
  readonly marks: readonly Markup[];
}

/** As on the page: the first six groups have colours, all others are muted. */
export function groupLegend({ groups, classes, attempts }: Frames, left: number): GroupLegend {
  const most = SERIES_COLOURS.length;
  const rest = groups.length - most;
  const names = [...groups.slice(0, most), ...(rest > 0 ? [`${rest} others`] : [])];
  let x = left;
  const marks = names.map((name, index) => {
    const fill = index < most ? `var(--series-${index})` : 'var(--muted)';
    const item = html`<rect fill="${fill}" x="${x}" y="58" width="12" height="12"/><text x="${x + 18}" y="68">${name}</text>`;
    x += 40 + name.length * 7.5;
    return item;
  });
  const toneOf = (attempt: number) => {
    const { group } = classes[attempts.classId[attempt]!]!;
    return group < most ? group : -1;
  };
  return { toneOf, marks };
}
