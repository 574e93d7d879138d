import { formatTimeTick, niceTicks, timeTicks } from '../charts/ticks.ts';
import { html, type Markup } from '../markup.ts';
import { timeMarks } from '../svg.ts';
import { axisLabel, meanOfSteps, type TimeChart, type TimeCharts, type TimeLine } from '../time-charts.ts';
import { behind, platformName } from './parts.ts';

/** Units of the stretched data layer: fine enough that rounding to whole units stays below a pixel. */
const LAYER_WIDTH = 2000;
const LAYER_HEIGHT = 500;
/** Most rows of the table behind a chart. */
const TABLE_ROWS = 48;

/** All charts over time on one axis, with the data of the crosshair. Empty when there is nothing to draw. */
export function timeSection(charts: TimeCharts): Markup {
  if (charts.rows.length === 0) return html``;
  const numbers = new Map(charts.rows.flatMap((row) => row.charts).map((chart, index) => [chart, index]));
  const panels = charts.rows.map((row) => {
    const [only] = row.charts;
    if (row.charts.length === 1 && only) {
      const alone = only.title === row.title ? null : html`<p class="row-title">${row.title}</p>`;
      return html`<div class="panel">${alone}${figure(only, charts.endMs, numbers.get(only) ?? 0, false)}</div>`;
    }
    const figures = row.charts.map((chart) => figure(chart, charts.endMs, numbers.get(chart) ?? 0, true));
    return html`<div class="panel"><p class="row-title">${row.title}: requested and allocatable <span class="muted">${only?.unit ?? ''}</span></p><div class="multiples">${figures}</div><p class="reading">${only?.reading ?? ''}</p></div>`;
  });
  return html`<section id="time"><h2>Over time</h2>
<p class="lead">One time axis for all charts, in time since the start. Point at a chart, or focus it and use the arrow keys, to read every chart at that moment; click to see the packing then; drag, or hold the shift key with the arrow keys and press enter, to look at a stretch of time everywhere; double-click or escape for the whole run. Shown now: <span class="at">mean</span>.</p>
${panels}</section>`;
}

/** What the script reads. Values carry six significant digits: more than a label shows. */
export function timeData(charts: TimeCharts): unknown {
  const all = charts.rows.flatMap((row) => row.charts);
  const rounded = (value: number) => Number(value.toPrecision(6));
  return {
    endMs: charts.endMs,
    stepMs: Math.min(charts.endMs, ...all.flatMap((chart) => chart.lines.map((line) => line.mean.bucketMs))),
    charts: all.map((chart) => ({
      unit: chart.unit,
      lines: chart.lines.map((line) => ({
        label: line.label,
        bucketMs: line.mean.bucketMs,
        mean: chart.format(meanOfSteps(line.mean)),
        values: line.mean.values.map(rounded),
      })),
    })),
  };
}

function figure(chart: TimeChart, endMs: number, number: number, small: boolean): Markup {
  const title =
    small && chart.lines[0]
      ? html`<h3>${platformName(chart.title, chart.lines[0].position)}</h3>`
      : html`<h3>${chart.title} <span class="unit">${chart.unit}</span></h3>`;
  const legend = chart.lines.map(
    (line) =>
      html`<li>${small ? line.label : platformName(line.label, line.position)}<output>${chart.format(meanOfSteps(line.mean))}</output></li>`,
  );
  return html`<figure><figcaption>${title}<ul class="legend">${legend}</ul></figcaption>
${plot(chart, endMs, number, small)}
${small ? null : html`<p class="reading">${chart.reading}</p>`}
${tableBehind(chart, endMs)}</figure>`;
}

/**
 * Two layers of one size: axes, whose text and lines keep their size and stand at percent positions, and data, a
 * drawing stretched to the box. So the chart fits any width without a script.
 */
function plot(chart: TimeChart, endMs: number, number: number, small: boolean): Markup {
  const ticks = niceTicks(chart.largest, small ? 3 : 4);
  const top = ticks.at(-1) ?? 1;
  const rules = ticks.map((tick) => {
    const y = percent(1 - tick / top);
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text x="0" dx="-8" y="${y}" dy="4" text-anchor="end">${axisLabel(chart, tick)}</text>`;
  });
  const times = timeTicks(endMs, small ? 4 : 8).map((tick, index) => {
    const anchor = tick === 0 ? 'start' : tick === endMs ? 'end' : 'middle';
    return html`<text class="${!small && index % 2 === 1 ? 'minor' : 'major'}" x="${percent(tick / endMs)}" y="100%" dy="18" text-anchor="${anchor}">${formatTimeTick(tick)}</text>`;
  });
  const area = { width: LAYER_WIDTH, height: LAYER_HEIGHT, endMs, largest: top };
  const label = `${chart.title}, ${chart.unit}. ${chart.reading} ${chart.lines.map((line) => describe(chart, line)).join('; ')}`;
  return html`<div class="plot${small ? ' low' : ''}" data-chart="${number}" role="img" aria-label="${label}"><svg class="axes" aria-hidden="true">${rules}${times}</svg><svg class="data" viewBox="0 0 ${LAYER_WIDTH} ${LAYER_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${timeMarks(chart.lines, area)}</svg><svg aria-hidden="true"><rect class="brush" y="0" height="100%" visibility="hidden"/><line class="moment" y1="0" y2="100%" visibility="hidden"/><line class="cross" y1="0" y2="100%" visibility="hidden"/></svg><span class="when" hidden></span></div>`;
}

function describe(chart: TimeChart, line: TimeLine): string {
  const highest = (line.high ?? line.mean).values.reduce((most, value) => Math.max(most, value), 0);
  return `${line.label}: mean ${chart.format(meanOfSteps(line.mean))}, highest ${chart.format(highest)}`;
}

/** Stretches are merged until the table is short enough to read; a merged mean is the mean of its stretches. */
function tableBehind(chart: TimeChart, endMs: number): Markup {
  const smallest = Math.min(...chart.lines.map((line) => line.mean.bucketMs));
  const perRow = Math.max(1, Math.ceil(endMs / smallest / TABLE_ROWS));
  const stepMs = smallest * perRow;
  const rows: string[][] = [];
  for (let startMs = 0; startMs < endMs; startMs += stepMs) {
    rows.push([
      formatTimeTick(startMs),
      ...chart.lines.map((line) => {
        const value = meanBetween(line, startMs, startMs + stepMs);
        return value === null ? '–' : chart.format(value);
      }),
    ]);
  }
  return behind({
    label: `Table: means over ${formatTimeTick(stepMs)}, ${chart.title}`,
    textColumns: 1,
    head: ['from', ...chart.lines.map((line) => line.label)],
    rows,
  });
}

function meanBetween(line: TimeLine, fromMs: number, toMs: number): number | null {
  const { bucketMs, values } = line.mean;
  const part = values.slice(Math.floor(fromMs / bucketMs), Math.max(1, Math.ceil(toMs / bucketMs)));
  return part.length === 0 ? null : part.reduce((sum, value) => sum + value, 0) / part.length;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(3))}%`;
}
