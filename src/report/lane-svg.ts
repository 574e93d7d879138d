import { type Gantt, ganttOf, instancesAround } from './charts/gantt.ts';
import { drawGantt, type GanttPlace } from './charts/gantt-drawing.ts';
import { drawHeat, HEAT_STEPS } from './charts/heat-drawing.ts';
import { binnedRows, heatMapOf, meanFullness } from './charts/heat-map.ts';
import { SvgSurface } from './charts/svg-surface.ts';
import { drawTimeAxis } from './charts/time-axis.ts';
import type { Frames } from './frames/frames.ts';
import { lanesOf } from './frames/lanes.ts';
import { groupLegend } from './group-legend.ts';
import { html, type Markup } from './markup.ts';
import { decimal } from './number-format.ts';
import { DRAWING_WIDTH, svgDocument } from './svg.ts';

/** A stretch of time in milliseconds since the start of the run. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

const MARGIN = 16;
const TOP = 84;
const BOTTOM = 44;
const WIDTH = DRAWING_WIDTH - 2 * MARGIN;

/** Columns of a map in a file, its tallest rows, and how high it may be. */
const COLUMNS = 240;
const ROW = 9;
const TALLEST = 480;

/** How full every instance of a run was over a stretch of time: the map of the report page. */
export function heatSvg(frames: Frames, stretch: Stretch): string {
  const lanes = lanesOf(frames);
  const map = heatMapOf(frames, lanes, { ...stretch, columns: COLUMNS });
  const height = Math.max(24, Math.min(TALLEST, map.rows * ROW));
  const shown = binnedRows(map, Math.floor(height / 2));
  const surface = new SvgSurface();
  drawHeat(surface, shown, { x: 0, y: 0, width: WIDTH, height });
  drawTimeAxis(surface, stretch, { x: 0, y: height, width: WIDTH });
  const mean = meanFullness(frames, lanes, stretch);
  const words = `${decimal(map.rows, 0)} places of instances, on average ${decimal(Math.floor(mean * 1000) / 10, 1)}% full by CPU or memory, whichever is scarcer`;
  return svgDocument({
    height: TOP + height + BOTTOM,
    title: `${frames.platform}: how full instances were`,
    description: `${words}. Each row is a place for an instance, each column a stretch of time; the stronger the colour, the fuller.`,
    body: html`<text class="muted" x="${MARGIN}" y="46">${words}</text>
${heatKey()}
<g transform="translate(${MARGIN} ${TOP})">${surface.finish()}</g>
${axisTitle(DRAWING_WIDTH / 2, TOP + height + 36)}`,
  });
}

function heatKey(): Markup[] {
  return HEAT_STEPS.map((step, index) => {
    const x = MARGIN + index * 72;
    return html`<rect fill="var(--sunken)" x="${x}" y="58" width="12" height="12"/><rect fill="var(--series-0)" fill-opacity="${step}" x="${x}" y="58" width="12" height="12"/><text x="${x + 18}" y="68">${step * 100}%</text>`;
  });
}

/** Instances drawn together, bars at most, and points for a row and for the names. */
const INSTANCES = 14;
const BARS = 5000;
const ROW_HEIGHT = 30;
const NAMES = 100;

/**
 * Who was on instances of a run, and for how long, over a stretch of time: the chart of the report page. `around`: the
 * name of an instance to show with its neighbours; null: the first of the stretch. Undefined when no instance has it.
 */
export function ganttSvg(frames: Frames, stretch: Stretch, around: string | null): string | undefined {
  const chosen = around === null ? -1 : frames.instances.names.indexOf(around);
  if (around !== null && chosen < 0) return undefined;
  const rows = instancesAround(frames, chosen, { ...stretch, most: INSTANCES });
  const gantt = ganttOf(frames, rows, { ...stretch, most: BARS });
  const place: GanttPlace = { width: WIDTH, names: NAMES, rowHeight: ROW_HEIGHT, ...stretch };
  const legend = groupLegend(frames, MARGIN);
  const surface = new SvgSurface();
  const look = { toneOf: legend.toneOf, selectedInstance: chosen, selectedAttempt: -1 };
  drawGantt(surface, frames, gantt, rows, place, look);
  const height = Math.max(1, rows.length) * ROW_HEIGHT;
  drawTimeAxis(surface, stretch, { x: NAMES, y: height, width: WIDTH - NAMES });
  const words = ganttWords(gantt, rows.length);
  return svgDocument({
    height: TOP + height + BOTTOM,
    title: `${frames.platform}: tasks on instances`,
    description: `${words}. Each row is an instance, each bar a task's stay; a cross marks a task that lost its room.`,
    body: html`<text class="muted" x="${MARGIN}" y="46">${words}</text>
${legend.marks}
<g transform="translate(${MARGIN} ${TOP})">${surface.finish()}</g>
${axisTitle(MARGIN + NAMES + (WIDTH - NAMES) / 2, TOP + height + 36)}`,
  });
}

function ganttWords({ bars, leftOut }: Gantt, instances: number): string {
  const more = leftOut === 0 ? '' : `; ${decimal(leftOut, 0)} more are left out`;
  return `${decimal(bars.length, 0)} stays of tasks on ${instances} instances${more}`;
}

function axisTitle(middle: number, y: number): Markup {
  return html`<text class="muted" x="${middle}" y="${y}" text-anchor="middle">time since the start</text>`;
}
