import type { GpuSlot } from './gpu-slots.ts';
import type { PackingBox } from './packing.ts';
import type { Fill, Ink, Rectangle, Surface } from './surface.ts';
import type { WaitingStack } from './waiting-stack.ts';

export interface PackingLook {
  /** Number of the palette for an attempt's task; -1 for the muted colour. */
  readonly toneOf: (attempt: number) => number;
  /** -1: none. */
  readonly selectedInstance: number;
  readonly selectedAttempt: number;
  /** Instances that had room for the selected task; null: not asked. */
  readonly hadRoom: ReadonlySet<number> | null;
}

/** Room that a task may take. */
export const ROOM: Fill = { ink: 'muted', alpha: 0.55, hatch: 'rising' };
/** Room that nobody gets: its instance drains. */
export const DRAINING: Fill = { ink: 4, alpha: 0.9, hatch: 'level' };
/** Room that no task of the workload fits into. */
export const STRANDED: Fill = { ink: 'bad', alpha: 0.8, hatch: 'falling' };
const STRANDED_BACK: Fill = { ink: 'bad', alpha: 0.22 };
const STRANDED_SMALL: Fill = { ink: 'bad', alpha: 0.4 };

/** Smaller boxes get no stripes and no dark frame: there would be nothing else to see. */
const SMALL = 26;

/** The boxes: one call per kind of mark, so that a canvas changes its colour seldom and a file has few elements. */
export function drawPacking(surface: Surface, boxes: readonly PackingBox[], look: PackingLook): void {
  const ready = boxes.filter(({ isReady }) => isReady);
  const draining = ready.filter(({ isDraining }) => isDraining);
  const stranded = ready.filter(({ isStranded }) => isStranded);
  const open = ready.filter(({ isStranded, isDraining }) => !isStranded && !isDraining);
  surface.fill(boxes, { ink: 'panel' });
  const freeOf = (some: readonly PackingBox[]) => some.map(({ free }) => free);
  surface.fill(freeOf(open), ROOM);
  surface.fill(draining.flatMap(bandsOf), DRAINING);
  const large = stranded.filter(({ width }) => width >= SMALL);
  surface.fill(large.flatMap(bandsOf), STRANDED_BACK);
  surface.fill(stranded.filter((box) => box.width < SMALL).flatMap(bandsOf), STRANDED_SMALL);
  surface.fill(large.flatMap(bandsOf), STRANDED);
  const reserved = ready.map((box) => box.reserved);
  surface.fill(reserved, { ink: 'muted' });
  drawTasks(surface, ready, look);
  const slots = ready.flatMap(({ gpus }) => gpus);
  drawGpus(surface, slots, look);
  drawFrames(surface, boxes, look);
  drawSelected(surface, ready, look);
}

/** Everything right of the last task, and above it. */
function bandsOf({ x, y, width, height, used }: PackingBox): Rectangle[] {
  const right = used.x + used.width;
  return [
    { x: right, y, width: x + width - right, height },
    { x, y, width: right - x, height: used.y - y },
  ];
}

/** A task's CPU down to the lower edge and its memory to the left one: together they fill what is used, without overlap. */
function shadesOf({ x, y, width, height }: Rectangle, box: Rectangle): Rectangle[] {
  return [
    { x, y: y + height, width, height: box.y + box.height - y - height },
    { x: box.x, y, width: x - box.x, height },
  ];
}

/** A hair between neighbours, where there is room for it. */
function apart({ x, y, width, height }: Rectangle): Rectangle {
  const gap = width > 5 && height > 5 ? 1 : 0;
  return { x, y, width: Math.max(1, width - gap), height: Math.max(1, height - gap) };
}

function drawTasks(surface: Surface, boxes: readonly PackingBox[], look: PackingLook): void {
  const shades = new Map<number, Rectangle[]>();
  const tasks = new Map<number, Rectangle[]>();
  for (const box of boxes) {
    for (const task of box.tasks) {
      const tone = look.toneOf(task.attempt);
      listOf(tasks, tone).push(apart(task));
      listOf(shades, tone).push(...shadesOf(task, box));
    }
  }
  for (const [tone, own] of tasks) {
    surface.fill(shades.get(tone)!, { ink: tone, alpha: 0.3 });
    surface.fill(own, { ink: tone });
  }
}

function listOf(lists: Map<number, Rectangle[]>, tone: number): Rectangle[] {
  const known = lists.get(tone);
  if (known !== undefined) return known;
  const list: Rectangle[] = [];
  lists.set(tone, list);
  return list;
}

function drawGpus(surface: Surface, slots: readonly GpuSlot[], look: PackingLook): void {
  if (slots.length === 0) return;
  surface.fill(slots, { ink: 'sunken' });
  const tasks = new Map<number, Rectangle[]>();
  for (const { parts } of slots) {
    for (const part of parts) listOf(tasks, look.toneOf(part.attempt)).push(part);
  }
  for (const [tone, own] of tasks) surface.fill(own, { ink: tone });
  const wide = slots.filter(({ width }) => width >= 3);
  surface.outline(wide, { ink: 'muted', width: 0.75 });
}

/** Boxes by the look of their frames: booting dashed, draining in long dashes, those that had room for the task green. */
function drawFrames(surface: Surface, boxes: readonly PackingBox[], look: PackingLook): void {
  const plain = (box: PackingBox) =>
    box.isReady && !box.isDraining && look.hadRoom?.has(box.instance) !== true;
  const outline = (some: readonly PackingBox[], ink: Ink, width = 1, dash: readonly number[] = []) =>
    surface.outline(some, { ink, width, dash });
  outline(
    boxes.filter((box) => plain(box) && box.width < SMALL),
    'line',
  );
  outline(
    boxes.filter((box) => plain(box) && box.width >= SMALL),
    'muted',
  );
  outline(
    boxes.filter(({ isReady }) => !isReady),
    'muted',
    1,
    [3, 3],
  );
  outline(
    boxes.filter(({ isDraining }) => isDraining),
    4,
    2,
    [7, 3],
  );
  outline(
    boxes.filter(({ instance, isDraining }) => !isDraining && look.hadRoom?.has(instance) === true),
    2,
    2,
  );
}

function drawSelected(surface: Surface, boxes: readonly PackingBox[], look: PackingLook): void {
  const box = boxes.find(({ instance }) => instance === look.selectedInstance);
  if (box === undefined) return;
  surface.outline([box], { ink: 'ink', width: 2 });
  outlineTask(surface, [...box.tasks, ...box.gpus.flatMap(({ parts }) => parts)], look.selectedAttempt);
}

function outlineTask(
  surface: Surface,
  tasks: readonly (Rectangle & { readonly attempt: number })[],
  selected: number,
): void {
  const chosen = tasks
    .filter(({ attempt }) => attempt === selected)
    .map(({ x, y, width, height }) => ({ x, y, width: Math.max(3, width), height: Math.max(3, height) }));
  surface.outline(chosen, { ink: 'ink', width: 2 });
}

/** Height of the line above a stack. */
export const STACK_HEAD = 22;

/** Tasks that wait, under a line that says how many; `place` is that of the stack without its head. */
export function drawWaiting(
  surface: Surface,
  { tasks, leftOut }: WaitingStack,
  place: Rectangle,
  look: PackingLook,
): void {
  const count = tasks.length + leftOut;
  const more = leftOut === 0 ? '' : `, ${tasks.length} of them drawn`;
  const words = count === 0 ? 'Nothing waits for room' : `${count} waiting for room${more}`;
  surface.text(words, place.x, place.y - STACK_HEAD / 2, { ink: count === 0 ? 'muted' : 'bad' });
  const byTone = new Map<number, Rectangle[]>();
  for (const task of tasks) listOf(byTone, look.toneOf(task.attempt)).push(apart(task));
  for (const [tone, own] of byTone) surface.fill(own, { ink: tone });
  // A floor, so that an empty stack is seen to be one.
  surface.fill([{ x: place.x, y: place.y + place.height, width: place.width, height: 1 }], { ink: 'line' });
  outlineTask(surface, tasks, look.selectedAttempt);
}
