import { ln } from '../../detmath.ts';
import { seriesClass } from '../charts/palette.ts';
import { html, type Markup } from '../markup.ts';
import { decimal, formatDuration, NO_NUMBER, unitFormat } from '../number-format.ts';
import { type WaitCurve, waitCurveMarks } from '../wait-curve.ts';
import { WAIT_RANGES } from '../wait-ranges.ts';
import { behind, platformName, scrolling } from './parts.ts';

/** The waits of one platform: of a whole run, or of a stretch of it. */
export interface WaitColumn {
  readonly name: string;
  /** Of the platform: its colour. */
  readonly position: number;
  /** Tasks by `WAIT_RANGES`. */
  readonly counts: readonly number[];
  /** Seconds; null without placements. */
  readonly quantiles: WaitQuantiles;
  readonly curve: WaitCurve;
}

export interface WaitQuantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Shares of tasks by range of wait, quantiles on a logarithmic axis, and the whole distributions. */
export function waitFigures(platforms: readonly WaitColumn[]): Markup {
  return html`${rangesFigure(platforms)}${quantilesFigure(platforms)}${curvesFigure(platforms)}`;
}

const CURVE_SIZE = { width: 980, height: 200 };
/** Waits of the table behind the curves. */
const CURVE_ROWS_S = [0, 1, 10, 30, 60, 300, 600, 3600] as const;

/** How many had found room after how long: the whole distribution, where quantiles are three points of it. */
function curvesFigure(platforms: readonly WaitColumn[]): Markup {
  const curves = platforms.map(({ curve }) => curve);
  const shareAt = ({ points }: WaitCurve, seconds: number) =>
    points.findLast(([wait]) => wait <= seconds)?.[1] ?? 0;
  const rows = CURVE_ROWS_S.map((seconds) => [
    seconds < 60 ? `${seconds} s` : formatDuration(seconds),
    ...curves.map((curve) => `${decimal(Math.floor(shareAt(curve, seconds) * 1000) / 10, 1)}%`),
  ]);
  const label = curves
    .map((curve) => `${curve.name}: ${decimal(shareAt(curve, 60) * 100, 1)}% within a minute`)
    .join('; ');
  const drawing = html`<svg class="curve" viewBox="-52 -8 ${CURVE_SIZE.width + 80} ${CURVE_SIZE.height + 40}" role="img" aria-label="${label}">${waitCurveMarks(curves, CURVE_SIZE)}</svg>`;
  return html`<figure><figcaption><h3>Found room within <span class="unit">share of placed tasks, by wait on a logarithmic axis</span></h3><ul class="legend">${platforms.map(({ name, position }) => html`<li>${platformName(name, position)}</li>`)}</ul></figcaption>
${scrolling('Curves of waits', drawing)}
${behind({ label: 'Table: share of tasks by wait', textColumns: 1, head: ['within', ...curves.map(({ name }) => name)], rows })}</figure>`;
}

function rangesFigure(platforms: readonly WaitColumn[]): Markup {
  const rows = platforms.map((platform) => {
    const own = platform.counts;
    const total = own.reduce((sum, count) => sum + count, 0);
    if (total === 0) return html``;
    const label = WAIT_RANGES.map((range, index) => `${range}: ${own[index]}`).join(', ');
    let start = 0;
    const parts = own.map((count, index) => {
      const x = (start / total) * 100;
      start += count;
      if (count === 0) return html``;
      return html`<rect class="gap w${index}" x="${x.toFixed(3)}%" width="${((count / total) * 100).toFixed(3)}%" height="28"><title>${WAIT_RANGES[index]!}: ${count} tasks</title></rect>`;
    });
    return html`<div class="line"><span>${platformName(platform.name, platform.position)}</span><span class="small narrow">${decimal(total, 0)} tasks</span></div>
<div class="bar"><svg role="img" aria-label="${platform.name}: ${label}">${parts}</svg></div><div class="small wide">${decimal(total, 0)} tasks</div>`;
  });
  const legend = WAIT_RANGES.map(
    (range, index) =>
      html`<li><svg class="key" width="12" height="12" aria-hidden="true"><rect class="w${index}" width="12" height="12" rx="2"/></svg>${range}</li>`,
  );
  const behindRows = platforms.map(({ name, counts }) => [name, ...counts.map((count) => decimal(count, 0))]);
  return html`<figure><figcaption><h3>Tasks by wait</h3><ul class="legend">${legend}</ul></figcaption><div class="bars">${rows}</div>
${behind({ label: 'Table: tasks by wait', textColumns: 1, head: ['platform', ...WAIT_RANGES], rows: behindRows })}</figure>`;
}

const AXIS_FROM_S = 0.1;
const AXIS_TICKS_S = [0.1, 1, 10, 60, 600, 3600, 36_000, 86_400, 864_000, 8_640_000] as const;
const ROW_HEIGHT = 34;

const QUANTILE_NAMES = ['p50', 'p95', 'p99', 'max'] as const;

/** The drawing with its numbers below: few readers take numbers off a logarithmic axis. */
function quantilesFigure(platforms: readonly WaitColumn[]): Markup {
  const waits = platforms.map(({ quantiles }) => quantiles);
  const formats = QUANTILE_NAMES.map((name) =>
    unitFormat(
      's',
      waits.map((wait) => wait[name]),
    ),
  );
  const texts = waits.map((wait) =>
    QUANTILE_NAMES.map((name, column) => {
      const value = wait[name];
      return value === null ? NO_NUMBER : formats[column]!(value);
    }),
  );
  const head = ['p50', 'p95', 'p99', 'longest'].map((name) => html`<th scope="col">${name}</th>`);
  const rows = texts.map(
    (cells, index) =>
      html`<tr><td>${platformName(platforms[index]!.name, platforms[index]!.position)}</td>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  );
  const label = texts
    .map(
      ([p50, p95, p99, max], index) =>
        `${platforms[index]!.name}: p50 ${p50}, p95 ${p95}, p99 ${p99}, longest ${max}`,
    )
    .join('; ');
  return html`<figure><figcaption><h3>Quantiles <span class="unit">logarithmic</span></h3><ul class="legend"><li>${keyDot('p50')}half waited at most</li><li>${keyDot('p95')}95 % at most</li><li>${keyDot('p99')}99 % at most</li><li>end of the line: the longest</li></ul></figcaption>
${quantilesDrawing(platforms, label)}
${scrolling('Quantiles', html`<table><thead><tr><th scope="col"></th>${head}</tr></thead><tbody>${rows}</tbody></table>`)}</figure>`;
}

/** Logarithmic, because half of the tasks wait less than a second and one in a hundred for minutes. */
function quantilesDrawing(platforms: readonly WaitColumn[], label: string): Markup {
  const waits = platforms.map(({ quantiles }) => quantiles);
  const largest = Math.max(1, ...waits.map((wait) => wait.max ?? 0));
  const end = AXIS_TICKS_S.find((tick) => tick >= largest) ?? largest;
  const span = ln(end / AXIS_FROM_S);
  const at = (seconds: number) => {
    const part = ln(Math.max(seconds, AXIS_FROM_S) / AXIS_FROM_S) / span;
    return `${(part * 100).toFixed(2)}%`;
  };
  const height = waits.length * ROW_HEIGHT;
  const ticks = AXIS_TICKS_S.filter((tick) => tick <= end).map((tick, index, all) => {
    const anchor = index === 0 ? 'start' : index === all.length - 1 ? 'end' : 'middle';
    const text = tick < 60 ? `${tick} s` : formatDuration(tick).replace(/00[smh]$/, '');
    return html`<line class="grid" x1="${at(tick)}" x2="${at(tick)}" y1="0" y2="${height}"/><text x="${at(tick)}" y="${height + 18}" text-anchor="${anchor}">${index === 0 ? `≤ ${text}` : text}</text>`;
  });
  const rows = platforms.map(({ quantiles: wait, position }, index) => {
    const y = index * ROW_HEIGHT + ROW_HEIGHT / 2;
    if (wait.p50 === null || wait.max === null) return html``;
    const dot = (value: number | null, name: string) =>
      value === null
        ? html``
        : html`<circle class="q ${name}" cx="${at(value)}" cy="${y}" r="${name === 'p50' ? 4 : 5.5}"/>`;
    return html`<g class="${seriesClass(position)}"><line class="span" x1="${at(wait.p50)}" x2="${at(wait.max)}" y1="${y}" y2="${y}"/><line class="span" x1="${at(wait.max)}" x2="${at(wait.max)}" y1="${y - 6}" y2="${y + 6}"/>${dot(wait.p50, 'p50')}${dot(wait.p95, 'p95')}${dot(wait.p99, 'p99')}</g>`;
  });
  return html`<svg class="quantiles" role="img" aria-label="${label}" width="100%" height="${height + 34}">${ticks}${rows}</svg>`;
}

function keyDot(name: 'p50' | 'p95' | 'p99'): Markup {
  return html`<svg class="key neutral" width="14" height="14" aria-hidden="true"><circle class="q ${name}" cx="7" cy="7" r="${name === 'p50' ? 4 : 5.5}"/></svg>`;
}
