/**
 * Small charts as SVG files for Markdown: no script, no font, no DOM. Light and dark follow the reader's system. Every
 * drawing has a title and a description for those who don't see it.
 */
import { seriesClass, seriesRules, themeVariables } from './charts/palette.ts';
import { stepArea, stepBand, stepLine } from './charts/paths.ts';
import { formatTimeTick, niceTicks, timeTicks } from './charts/ticks.ts';
import type { ComparisonTable } from './comparison-table.ts';
import { costBars, usedPartNames } from './cost-parts.ts';
import { html, Markup } from './markup.ts';
import { formatUsd } from './number-format.ts';
import { axisLabel, type TimeChart, type TimeLine } from './time-charts.ts';

/** Of every drawing, in points. */
export const DRAWING_WIDTH = 860;
const WIDTH = DRAWING_WIDTH;
const LEFT = 64;
const RIGHT = 16;
const TOP = 64;
const BOTTOM = 44;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT = 190;

/** One chart of `timeCharts`: lines with their min-max band over time, a legend above. Height 298 of width 860. */
export function timeChartSvg(chart: TimeChart, endMs: number): string {
  const ticks = niceTicks(chart.largest, 4);
  const top = ticks.at(-1) ?? 1;
  const area = { width: PLOT_WIDTH, height: PLOT_HEIGHT, endMs, largest: top };
  const rules = ticks.map((tick) => {
    const y = TOP + PLOT_HEIGHT * (1 - tick / top);
    return html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${axisLabel(chart, tick)}</text>`;
  });
  const times = timeTicks(endMs, 8).map((tick) => {
    const x = LEFT + (PLOT_WIDTH * tick) / endMs;
    return html`<text x="${x.toFixed(1)}" y="${TOP + PLOT_HEIGHT + 20}" text-anchor="middle">${formatTimeTick(tick)}</text>`;
  });
  const body = html`${rules}${times}
<text class="muted" x="${LEFT + PLOT_WIDTH / 2}" y="${TOP + PLOT_HEIGHT + 38}" text-anchor="middle">time since the start</text>
<g transform="translate(${LEFT} ${TOP})">${timeMarks(chart.lines, area)}</g>
${legend(chart.lines.map((line) => ({ label: line.label, position: line.position })))}`;
  return svgDocument({
    height: TOP + PLOT_HEIGHT + BOTTOM,
    title: `${chart.title} (${chart.unit})`,
    description: chart.reading,
    body,
  });
}

/** The marks of a chart over time, in the units of `area`. Shared with the HTML report. */
export function timeMarks(lines: readonly TimeLine[], area: Parameters<typeof stepLine>[1]): Markup[] {
  const bands = lines.map((line) =>
    line.low && line.high
      ? html`<path class="band ${seriesClass(line.position)}" d="${stepBand(line.low, line.high, area)}"/>`
      : line.role === 'amount'
        ? html`<path class="amount ${seriesClass(line.position)}" d="${stepArea(line.mean, area)}"/>`
        : html``,
  );
  const strokes = lines.map(
    (line) =>
      html`<path class="${line.role === 'limit' ? 'limit' : 'line'} ${seriesClass(line.position)}" d="${stepLine(line.mean, area)}"/>`,
  );
  return [...bands, ...strokes];
}

/** One horizontal bar per platform, split into the parts of its bill; idle room is hatched. */
export function costBarsSvg(table: ComparisonTable): string {
  const bars = costBars(table.platforms);
  const rowHeight = 46;
  const largest = Math.max(1e-9, ...bars.map((bar) => bar.totalUsd));
  const nameWidth = 150;
  const width = WIDTH - nameWidth - 110;
  const scale = (usd: number) => Number(((usd / largest) * width).toFixed(2));
  const rows = bars.map((bar, index) => {
    const y = TOP + index * rowHeight;
    let start = 0;
    const parts = bar.parts.map((part) => {
      const x = start;
      start += part.usd;
      return html`<rect class="part ${partClass(part.name)} ${seriesClass(index)}" x="${nameWidth + scale(x)}" y="${y}" width="${scale(part.usd)}" height="26"><title>${part.name} ${formatUsd(part.usd)}</title></rect>`;
    });
    const idleFrom = nameWidth + scale(bar.roomUsd - bar.idleUsd);
    return html`<text x="${nameWidth - 10}" y="${y + 18}" text-anchor="end">${bar.platform}</text>${parts}<rect fill="url(#idle)" x="${idleFrom}" y="${y}" width="${scale(bar.idleUsd)}" height="26"><title>idle ${formatUsd(bar.idleUsd)}</title></rect><text class="strong" x="${nameWidth + scale(bar.totalUsd) + 8}" y="${y + 18}">${formatUsd(bar.totalUsd)}</text>`;
  });
  const names = usedPartNames(bars);
  const key = names.map(
    (name, index) =>
      html`<rect class="part neutral ${partClass(name)}" x="${nameWidth + index * 120}" y="36" width="12" height="12"/><text x="${nameWidth + index * 120 + 18}" y="46">${name}</text>`,
  );
  const idleX = nameWidth + names.length * 120;
  const idleKey = html`<rect class="part neutral p-instances" x="${idleX}" y="36" width="12" height="12"/><rect fill="url(#idle)" x="${idleX}" y="36" width="12" height="12"/><text x="${idleX + 18}" y="46">idle</text>`;
  return svgDocument({
    height: TOP + bars.length * rowHeight + 4,
    title: 'Cost by platform (USD)',
    description: `The bill of each platform: ${bars.map((bar) => `${bar.platform} ${formatUsd(bar.totalUsd)}`).join(', ')}. The hatched stretch is room that no task asked for.`,
    body: html`${idlePattern()}${key}${idleKey}${rows}`,
  });
}

/** Class of a part of the bill; `control plane` → `p-control-plane`. */
export function partClass(name: string): string {
  return `p-${name.replaceAll(' ', '-')}`;
}

/** Stripes in the colour of the panel, laid over what they mark. */
export function idlePattern(): Markup {
  return html`<defs><pattern id="idle" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="stripe" width="3" height="6"/></pattern></defs>`;
}

/** Rules for the marks; shared with the HTML report. Parts of a bill differ in strength, platforms in colour. */
export const MARK_RULES: string = [
  '.grid{stroke:var(--grid);stroke-width:1}',
  '.line,.limit{fill:none;stroke:var(--series);stroke-width:2;stroke-linejoin:round;vector-effect:non-scaling-stroke}',
  '.limit{stroke-width:1.25}',
  '.line.again{stroke-dasharray:6 4}',
  '.band{fill:var(--series);fill-opacity:.18}',
  '.amount{fill:var(--series);fill-opacity:.3}',
  '.part{fill:var(--series);stroke:var(--panel);stroke-width:1}',
  '.neutral{--series:var(--muted)}',
  '.p-volumes{fill-opacity:.72}.p-control-plane{fill-opacity:.5}.p-load-balancers{fill-opacity:.34}.p-rest{fill-opacity:.2}',
  '.stripe{fill:var(--panel);fill-opacity:.72}',
].join('');

function legend(items: ReadonlyArray<{ label: string; position: number }>): Markup[] {
  let x = LEFT;
  return items.map(({ label, position }) => {
    const item = html`<rect class="swatch ${seriesClass(position)}" x="${x}" y="40" width="14" height="4" rx="2"/><text x="${x + 20}" y="46">${label}</text>`;
    x += 44 + label.length * 7;
    return item;
  });
}

export interface Drawing {
  readonly height: number;
  readonly title: string;
  /** For those who do not see it. */
  readonly description: string;
  readonly body: Markup;
  /** Rules of its own. Default: none. */
  readonly style?: string;
}

/** An SVG file of width `DRAWING_WIDTH`: title, colours of the reader's system, body. */
export function svgDocument(drawing: Drawing): string {
  const style = `:root{${themeVariables('light')}}@media(prefers-color-scheme:dark){:root{${themeVariables('dark')}}}svg{font:13px system-ui,sans-serif}text{fill:var(--ink)}.title,.strong{font-weight:600}.title{font-size:15px}.muted{fill:var(--muted)}.swatch{fill:var(--series)}.back{fill:var(--panel)}${MARK_RULES}${seriesRules()}${drawing.style ?? ''}`;
  const { height, title, description, body } = drawing;
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${title}</title>
<desc id="description">${description}</desc>
<style>${new Markup(style)}</style>
<rect class="back" width="${WIDTH}" height="${height}" rx="8"/>
<text class="title" x="${16}" y="24">${title}</text>
${body}
</svg>`.text
  }\n`;
}
