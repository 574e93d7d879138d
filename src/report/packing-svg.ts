import { SERIES_COLOURS } from './charts/palette.ts';
import {
  type PackingBox,
  packingBoxes,
  packingLayouts,
  packingTotals,
  type Rectangle,
} from './charts/packing.ts';
import { formatTimeTick } from './charts/ticks.ts';
import type { Frames } from './frames/frames.ts';
import { Playback } from './frames/playback.ts';
import { html, type Markup } from './markup.ts';
import { decimal } from './number-format.ts';
import { DRAWING_WIDTH, svgDocument } from './svg.ts';

const MARGIN = 16;
const TOP = 84;
/** Boxes of less width show their tasks alone. */
const SMALL = 26;

/**
 * The packing of one run at a moment, the picture of the report page: boxes are instances, rectangles tasks in the
 * colours of their groups. Boxes without a task are drawn too. Colours repeat beyond six groups.
 */
export function packingSvg(frames: Frames, atMs: number): string {
  const [layout] = packingLayouts([frames], { width: DRAWING_WIDTH - 2 * MARGIN, height: 520 });
  const playback = new Playback(frames);
  const boxes = packingBoxes(playback, playback.at(atMs), layout!);
  const { instances, tasks, cpuMilli, requestedCpuMilli, memoryMiB, requestedMemoryMiB } = packingTotals(
    frames,
    boxes,
  );
  const share = (part: number, whole: number) =>
    whole === 0 ? '–' : `${decimal(Math.floor((part / whole) * 1000) / 10, 1)}%`;
  const words = `${decimal(instances, 0)} instances hold ${decimal(tasks, 0)} tasks; requested ${share(requestedCpuMilli, cpuMilli)} of CPU, ${share(requestedMemoryMiB, memoryMiB)} of memory`;
  const body = html`${PATTERNS}<text class="muted" x="${MARGIN}" y="46">${words}</text>
${legend(frames)}
<g transform="translate(${MARGIN} ${TOP})">${boxMarks(frames, boxes)}</g>`;
  return svgDocument({
    // No lower than the last box: places below it are empty at this moment.
    height: Math.ceil(TOP + Math.max(0, ...boxes.map(({ y, height }) => y + height)) + MARGIN),
    title: `${frames.platform} at ${formatTimeTick(atMs)}`,
    description: `${words}. Every box is an instance, as wide as its CPU and as high as its memory, every rectangle a task.`,
    body,
    style: STYLE,
  });
}

const STYLE = [
  '.box{fill:none;stroke:var(--muted);stroke-width:1}.boots{stroke-dasharray:3 3}',
  '.reserved{fill:var(--muted)}.free{fill:url(#room)}.stranded{fill:url(#stranded)}',
  '.shade{fill:var(--series);fill-opacity:.3}.task{fill:var(--series)}',
  '.rise{stroke:var(--muted);stroke-width:1;stroke-opacity:.6}.fall{stroke:var(--bad);stroke-width:1.2}',
  '.tint{fill:var(--bad);fill-opacity:.22}',
].join('');

const PATTERNS = html`<defs><pattern id="room" width="6" height="6" patternUnits="userSpaceOnUse"><path class="rise" d="M0 6L6 0"/></pattern><pattern id="stranded" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="tint" width="6" height="6"/><path class="fall" d="M0 0L6 6"/></pattern></defs>`;

function legend({ groups }: Frames): Markup[] {
  let x = MARGIN;
  return groups.slice(0, SERIES_COLOURS.length).map((name, index) => {
    const item = html`<rect class="task s${index}" x="${x}" y="58" width="12" height="12"/><text x="${x + 18}" y="68">${name}</text>`;
    x += 40 + name.length * 7.5;
    return item;
  });
}

/** One path per kind of mark: as many instances as there are need no more elements. */
function boxMarks(frames: Frames, boxes: readonly PackingBox[]): Markup {
  const ready = boxes.filter(({ isReady }) => isReady);
  const stranded = ready.filter(({ isStranded }) => isStranded).flatMap(bandsOf);
  const free = ready.filter(({ isStranded }) => !isStranded).map((box) => box.free);
  const tones = [...new Set(frames.classes.map(({ group }) => group))];
  const tasks = tones.map((group) => {
    const own = ready.flatMap((box) =>
      box.tasks
        .filter(({ attempt }) => frames.classes[frames.attempts.classId[attempt]!]!.group === group)
        .map((task) => ({ task, box })),
    );
    const shades = own.flatMap(({ task, box }) => (box.width < SMALL ? [] : shadesOf(task, box)));
    const tone = `s${group % SERIES_COLOURS.length}`;
    return html`<path class="shade ${tone}" d="${pathOf(shades)}"/><path class="task ${tone}" d="${pathOf(own.map(({ task }) => task))}"/>`;
  });
  return html`<path class="free" d="${pathOf(free)}"/><path class="stranded" d="${pathOf(stranded)}"/>${tasks}<path class="reserved" d="${pathOf(ready.map(({ reserved }) => reserved))}"/><path class="box" d="${pathOf(ready)}"/><path class="box boots" d="${pathOf(boxes.filter(({ isReady }) => !isReady))}"/>`;
}

/** Everything right of the last task, and above it. */
function bandsOf({ x, y, width, height, used }: PackingBox): Rectangle[] {
  const right = used.x + used.width;
  return [
    { x: right, y, width: x + width - right, height },
    { x, y, width: right - x, height: used.y - y },
  ];
}

/** A task's CPU down to the lower edge, its memory to the left one. */
function shadesOf({ x, y, width, height }: Rectangle, box: Rectangle): Rectangle[] {
  return [
    { x, y: y + height, width, height: box.y + box.height - y - height },
    { x: box.x, y, width: x - box.x, height },
  ];
}

function pathOf(rectangles: readonly Rectangle[]): string {
  const at = (value: number) => String(Number(value.toFixed(1)));
  return rectangles
    .filter(({ width, height }) => width > 0.05 && height > 0.05)
    .map(({ x, y, width, height }) => `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h-${at(width)}z`)
    .join('');
}
