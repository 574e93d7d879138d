import { ln } from '../detmath.ts';
import type { TaskRow } from '../experiment/result.ts';
import { seriesClass } from './charts/palette.ts';
import { html, type Markup } from './markup.ts';
import { formatDuration } from './number-format.ts';
import { DRAWING_WIDTH, svgDocument } from './svg.ts';

/** How many tasks had found room after how long, of those that found any; 0 to 1 over seconds. */
export interface WaitCurve {
  readonly name: string;
  /** Position of the platform: its colour. */
  readonly position: number;
  /** At most so many points that no step is wider than half a percent; each is a wait and the share up to it. */
  readonly points: readonly (readonly [seconds: number, share: number])[];
}

const MOST_POINTS = 200;
/** Shorter waits stand at the left edge. */
const FROM_S = 0.1;
const TICKS_S = [0.1, 1, 10, 60, 600, 3600, 36_000, 360_000, 3_600_000] as const;

/** Waits of first placements, sorted and thinned to `MOST_POINTS` steps of equal height. */
export function waitCurve(name: string, position: number, tasks: Iterable<TaskRow>): WaitCurve {
  const waits: number[] = [];
  let task: string | undefined;
  for (const row of tasks) {
    const isFirst = row.task !== task;
    task = row.task;
    if (isFirst && row.placedMs !== null) waits.push((row.placedMs - row.submitMs) / 1000);
  }
  return curveOfWaits(name, position, Float64Array.from(waits).sort());
}

/** The same from sorted waits in seconds. */
export function curveOfWaits(name: string, position: number, waits: Float64Array): WaitCurve {
  const steps = Math.min(MOST_POINTS, waits.length);
  const points = Array.from({ length: steps }, (_, step) => {
    const rank = Math.ceil(((step + 1) * waits.length) / steps);
    return [waits[rank - 1]!, rank / waits.length] as const;
  });
  return { name, position, points };
}

/** The curves over a logarithmic axis, in a plot of `width` by `height` points with its own axes. */
export function waitCurveMarks(
  curves: readonly WaitCurve[],
  { width, height }: { readonly width: number; readonly height: number },
): Markup {
  const longest = Math.max(1, ...curves.map(({ points }) => points.at(-1)?.[0] ?? 0));
  const end = TICKS_S.find((tick) => tick >= longest) ?? longest;
  const xOf = (seconds: number) => {
    const part = ln(Math.min(end, Math.max(FROM_S, seconds)) / FROM_S) / ln(end / FROM_S);
    return Number((part * width).toFixed(1));
  };
  const yOf = (share: number) => Number((height * (1 - share)).toFixed(1));
  const rules = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      html`<line class="grid" x1="0" x2="${width}" y1="${yOf(share)}" y2="${yOf(share)}"/><text x="-8" y="${yOf(share) + 4}" text-anchor="end">${share * 100}%</text>`,
  );
  const ticks = TICKS_S.filter((tick) => tick <= end).map((tick, index) => {
    const text = tick < 60 ? `${tick} s` : formatDuration(tick).replace(/00[smh]$/, '');
    return html`<text x="${xOf(tick)}" y="${height + 20}" text-anchor="middle">${index === 0 ? `≤ ${text}` : text}</text>`;
  });
  const lines = curves.map(({ position, points }) => {
    let path = `M0 ${yOf(0)}`;
    for (const [seconds, share] of points) path += `H${xOf(seconds)}V${yOf(share)}`;
    return html`<path class="line ${seriesClass(position)}" d="${path}H${width}"/>`;
  });
  return html`${rules}${ticks}${lines}`;
}

const LEFT = 64;
const TOP = 64;
const HEIGHT = 220;

/** The curves as a file. */
export function waitCurveSvg(curves: readonly WaitCurve[]): string {
  let x = LEFT;
  const legend = curves.map(({ name, position }) => {
    const item = html`<rect class="swatch ${seriesClass(position)}" x="${x}" y="40" width="14" height="4" rx="2"/><text x="${x + 20}" y="46">${name}</text>`;
    x += 44 + name.length * 7;
    return item;
  });
  const shares = curves.map(({ name, points }) => `${name}: half within ${halfOf(points)} s`).join('; ');
  return svgDocument({
    height: TOP + HEIGHT + 52,
    title: 'Tasks that had found room (% of those placed, by wait)',
    description: `How many tasks had found room after how long, on a logarithmic axis. ${shares}.`,
    body: html`<g transform="translate(${LEFT} ${TOP})">${waitCurveMarks(curves, { width: DRAWING_WIDTH - LEFT - 24, height: HEIGHT })}</g>${legend}`,
  });
}

function halfOf(points: WaitCurve['points']): string {
  return points.find(([, share]) => share >= 0.5)?.[0].toFixed(2) ?? '–';
}
