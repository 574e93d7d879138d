import { SERIES_COLOURS } from '../charts/palette.ts';
import type { PackingBox, Rectangle } from '../charts/packing.ts';

/** Colours of the page as its style sheet has them now, for canvases. */
export interface Inks {
  readonly panel: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly sunken: string;
  readonly bad: string;
  readonly series: readonly string[];
}

/** The colours of this moment: light, dark or paper. */
export function inksNow(): Inks {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const series = SERIES_COLOURS.map((_, index) => value(`series-${index}`));
  const [panel, ink, muted, line] = [value('panel'), value('ink'), value('muted'), value('line')];
  return { panel, ink, muted, line, sunken: value('sunken'), bad: value('bad'), series };
}

/** The colour of a number of the palette; others are grey. */
export function toneInk(inks: Inks, tone: number): string {
  return inks.series[tone] ?? inks.muted;
}

/** A canvas as large as its place on the page, in the pixels of the screen. */
export function sizedContext(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
    canvas.width = deviceWidth;
    canvas.height = deviceHeight;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Thin stripes that tile; `angle` of 1 rises, of -1 falls. */
function stripes(
  context: CanvasRenderingContext2D,
  ink: string,
  angle: 1 | -1,
  alpha: number,
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = 6;
  tile.height = 6;
  const own = tile.getContext('2d')!;
  own.globalAlpha = alpha;
  own.strokeStyle = ink;
  own.lineWidth = 1.2;
  for (const shift of [-6, 0, 6]) {
    own.beginPath();
    own.moveTo(shift, angle > 0 ? 6 : 0);
    own.lineTo(shift + 6, angle > 0 ? 0 : 6);
    own.stroke();
  }
  return context.createPattern(tile, 'repeat') ?? ink;
}

export interface BoxPainting {
  readonly inks: Inks;
  readonly toneOf: (attempt: number) => number;
  readonly selectedInstance: number;
  readonly selectedAttempt: number;
  /** Instances that had room for the selected task; null: not asked. */
  readonly hadRoom: ReadonlySet<number> | null;
}

/** The packing: one pass per kind of mark, so that the colour of the canvas changes seldom. */
export function paintBoxes(
  context: CanvasRenderingContext2D,
  boxes: readonly PackingBox[],
  how: BoxPainting,
): void {
  const { inks } = how;
  const fill = (style: string | CanvasPattern, rectangles: Iterable<Rectangle>) => {
    context.fillStyle = style;
    for (const { x, y, width, height } of rectangles) context.fillRect(x, y, width, height);
  };
  const ready = boxes.filter(({ isReady }) => isReady);
  fill(inks.panel, boxes);
  fill(
    stripes(context, inks.muted, 1, 0.55),
    ready.filter(({ isStranded }) => !isStranded).map(({ free }) => free),
  );
  paintStranded(
    context,
    ready.filter(({ isStranded }) => isStranded),
    inks,
  );
  fill(
    inks.muted,
    ready.map(({ reserved }) => reserved),
  );
  paintTasks(context, ready, how);
  paintFrames(context, boxes, how);
}

/** Smaller boxes get no stripes and no dark frame: there would be nothing else to see. */
const SMALL = 26;

/** Everything right of the last task and above it: no task of the workload fits there. */
function paintStranded(context: CanvasRenderingContext2D, boxes: readonly PackingBox[], inks: Inks): void {
  const pattern = stripes(context, inks.bad, -1, 0.8);
  for (const { x, y, width, height, used } of boxes) {
    const right = used.x + used.width;
    context.globalAlpha = width < SMALL ? 0.4 : 0.22;
    context.fillStyle = inks.bad;
    context.fillRect(right, y, x + width - right, height);
    context.fillRect(x, y, right - x, used.y - y);
    context.globalAlpha = 1;
    if (width < SMALL) continue;
    context.fillStyle = pattern;
    context.fillRect(right, y, x + width - right, height);
    context.fillRect(x, y, right - x, used.y - y);
  }
}

function paintTasks(context: CanvasRenderingContext2D, boxes: readonly PackingBox[], how: BoxPainting): void {
  const byTone = new Map<number, (Rectangle & { attempt: number })[]>();
  for (const { tasks } of boxes) {
    for (const task of tasks) {
      const tone = how.toneOf(task.attempt);
      const own = byTone.get(tone);
      if (own === undefined) byTone.set(tone, [task]);
      else own.push(task);
    }
  }
  const originOf = new Map(boxes.flatMap((box) => box.tasks.map((task) => [task, box] as const)));
  for (const [tone, tasks] of byTone) {
    context.fillStyle = toneInk(how.inks, tone);
    // Its CPU down to the lower edge and its memory to the left one: together they fill what is used, without overlap.
    context.globalAlpha = 0.3;
    for (const task of tasks) {
      const { x, y, width, height } = task;
      const box = originOf.get(task)!;
      context.fillRect(x, y + height, width, box.y + box.height - y - height);
      context.fillRect(box.x, y, x - box.x, height);
    }
    context.globalAlpha = 1;
    for (const { x, y, width, height } of tasks) {
      // A hair between neighbours, where there is room for it.
      const gap = width > 5 && height > 5 ? 1 : 0;
      context.fillRect(x, y, Math.max(1, width - gap), Math.max(1, height - gap));
    }
  }
}

function paintFrames(
  context: CanvasRenderingContext2D,
  boxes: readonly PackingBox[],
  how: BoxPainting,
): void {
  const { inks } = how;
  for (const { x, y, width, height, isReady, instance, tasks } of boxes) {
    const isSelected = instance === how.selectedInstance;
    context.setLineDash(isReady ? [] : [3, 3]);
    context.lineWidth = isSelected ? 2 : 1;
    context.strokeStyle = isSelected
      ? inks.ink
      : how.hadRoom?.has(instance)
        ? inks.series[2]!
        : width < SMALL
          ? inks.line
          : inks.muted;
    if (how.hadRoom?.has(instance)) context.lineWidth = 2;
    if (!isReady) context.strokeStyle = inks.muted;
    context.strokeRect(x, y, width, height);
    const chosen = tasks.find(({ attempt }) => attempt === how.selectedAttempt);
    if (chosen === undefined) continue;
    context.setLineDash([]);
    context.lineWidth = 2;
    context.strokeStyle = inks.ink;
    context.strokeRect(chosen.x, chosen.y, Math.max(3, chosen.width), Math.max(3, chosen.height));
  }
  context.setLineDash([]);
}
