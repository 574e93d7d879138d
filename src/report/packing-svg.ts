import { type PackingTotals, packingBoxes, packingTotals } from './charts/packing.ts';
import { drawPacking, drawWaiting, STACK_HEAD } from './charts/packing-drawing.ts';
import { packingLayouts } from './charts/packing-layout.ts';
import { SvgSurface } from './charts/svg-surface.ts';
import { formatTimeTick } from './charts/ticks.ts';
import { waitingStack, stackHeight } from './charts/waiting-stack.ts';
import type { Frames } from './frames/frames.ts';
import { Playback } from './frames/playback.ts';
import { groupLegend } from './group-legend.ts';
import { html } from './markup.ts';
import { decimal } from './number-format.ts';
import { DRAWING_WIDTH, svgDocument } from './svg.ts';

const MARGIN = 16;
const TOP = 84;

/**
 * The packing of one run at a moment, the picture of the report page: boxes are instances, rectangles tasks in the
 * colours of their groups; what waits for room stands below. Boxes without a task are drawn too.
 */
export function packingSvg(frames: Frames, atMs: number): string {
  const width = DRAWING_WIDTH - 2 * MARGIN;
  const [layout] = packingLayouts([frames], { width, height: 520 });
  const playback = new Playback(frames);
  const cursor = playback.at(atMs);
  const boxes = packingBoxes(playback, cursor, layout!);
  const waiting = playback.waiting.at(cursor);
  const legend = groupLegend(frames, MARGIN);
  const look = { toneOf: legend.toneOf, selectedInstance: -1, selectedAttempt: -1, hadRoom: null };
  const surface = new SvgSurface();
  drawPacking(surface, boxes, look);
  // No lower than the last box: places below it are empty at this moment.
  const bottomOf = ({ y, height, gpus }: (typeof boxes)[number]) =>
    y + height + (gpus[0] === undefined ? 0 : gpus[0].y + gpus[0].height - y - height);
  let bottom = Math.max(0, ...boxes.map(bottomOf));
  if (waiting.length > 0) {
    const place = { x: 0, y: bottom + 10 + STACK_HEAD, width, height: stackHeight(playback, layout!) };
    drawWaiting(surface, waitingStack(frames, waiting, layout!, place), place, look);
    bottom = place.y + place.height;
  }
  const words = wordsOf(packingTotals(frames, boxes), waiting.length);
  return svgDocument({
    height: Math.ceil(TOP + bottom + MARGIN),
    title: `${frames.platform} at ${formatTimeTick(atMs)}`,
    description: `${words}. Every box is an instance, as wide as its CPU and as high as its memory, every rectangle a task.`,
    body: html`<text class="muted" x="${MARGIN}" y="46">${words}</text>
${legend.marks}
<g transform="translate(${MARGIN} ${TOP})">${surface.finish()}</g>`,
  });
}

function wordsOf(totals: PackingTotals, waiting: number): string {
  const { instances, tasks, draining, gpus } = totals;
  const share = (part: number, whole: number) =>
    whole === 0 ? '–' : `${decimal(Math.floor((part / whole) * 1000) / 10, 1)}%`;
  const requested = [
    `${share(totals.requestedCpuMilli, totals.cpuMilli)} of CPU`,
    `${share(totals.requestedMemoryMiB, totals.memoryMiB)} of memory`,
    ...(gpus === 0 ? [] : [`${share(totals.requestedGpus, gpus)} of ${gpus} GPUs`]),
  ];
  const leave = draining === 0 ? '' : `, ${draining} of them draining,`;
  const wait = waiting === 0 ? '' : `; ${decimal(waiting, 0)} tasks wait`;
  return `${decimal(instances, 0)} instances${leave} hold ${decimal(tasks, 0)} tasks; requested ${requested.join(', ')}${wait}`;
}
