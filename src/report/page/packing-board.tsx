import { useEffect, useMemo, useRef } from 'preact/hooks';
import { decimal } from '../../units.ts';
import { type PackingBox, type PackingTotals, packingBoxes, packingTotals } from '../charts/packing.ts';
import { drawPacking, drawWaiting, STACK_HEAD } from '../charts/packing-drawing.ts';
import type { PackingLayout } from '../charts/packing-layout.ts';
import type { Rectangle } from '../charts/surface.ts';
import { waitingStack } from '../charts/waiting-stack.ts';
import { BoxTable } from './box-table.tsx';
import { CanvasSurface } from './canvas-surface.ts';
import { hadRoomFor } from './had-room.ts';
import { cursorOf, type Platform, type Replay } from './replay.ts';
import { useColours } from './surroundings.ts';
import type { Tones } from './tones.ts';
import { changeView, type View } from './view-state.ts';
import { clock, memory, share, vcpus } from './words.ts';

interface BoardProps {
  readonly replay: Replay;
  readonly platform: Platform;
  readonly layout: PackingLayout;
  /** Of what waits, above the boxes; 0: nothing ever does on any platform. */
  readonly stackHeight: number;
  readonly tones: Tones;
  readonly view: View;
}

/** Frames of boxes at the edge are not cut off. */
const MARGIN = 2;
/** Between what waits and the boxes. */
const GAP = 12;

/** One platform: its numbers at the moment, its boxes, and what waits for room in them. */
export function PackingBoard({ replay, platform, layout, stackHeight, tones, view }: BoardProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  const { frames, playback } = platform;
  const cursor = cursorOf(view, platform);
  const boxes = useMemo(() => packingBoxes(playback, cursor, layout), [cursor.timeMs, cursor.next, layout]);
  // Some of those that wait went to instances that a thinned page leaves out.
  const isThinned = frames.thinning.keptEvery > 1;
  const waiting = useMemo(() => (isThinned ? [] : playback.waiting.at(cursor)), [cursor.timeMs, cursor.next]);
  const place = { x: 0, y: STACK_HEAD, width: layout.width, height: stackHeight };
  const stack = stackHeight === 0 || isThinned ? null : waitingStack(frames, waiting, layout, place);
  // Where the boxes begin.
  const top = MARGIN + (stackHeight === 0 ? 0 : STACK_HEAD + stackHeight + GAP);
  const totals = packingTotals(frames, boxes);
  const selection = view.selection?.platform === platform.position ? view.selection : null;
  useEffect(() => {
    const surface = new CanvasSurface(
      canvas.current!,
      layout.width + 2 * MARGIN,
      top + layout.height + MARGIN,
    );
    const look = {
      toneOf: (attempt: number) => tones.of(frames, frames.attempts.classId[attempt]!),
      selectedInstance: selection?.instance ?? -1,
      selectedAttempt: selection?.attempt ?? -1,
      hadRoom: hadRoomFor(platform, view),
    };
    surface.shift(MARGIN, MARGIN);
    if (stack !== null) drawWaiting(surface, stack, place, look);
    surface.shift(0, top - MARGIN);
    drawPacking(surface, boxes, look);
  }, [boxes, waiting, layout, stackHeight, tones, colours, selection]);
  const select = (instance: number | null, attempt: number | null) =>
    changeView({ selection: { platform: platform.position, instance, attempt } });
  const pick = (event: MouseEvent) => {
    const bounds = canvas.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - bounds.left - MARGIN, event.clientY - bounds.top - top];
    const box = boxes.find((one) => isInside(one, x, y) || one.gpus.some((slot) => isInside(slot, x, y)));
    const waits = stack?.tasks.find((one) => isInside(one, x, y + top - MARGIN));
    if (box !== undefined) select(box.instance, taskAt(box, x, y)?.attempt ?? null);
    else if (waits !== undefined) select(null, waits.attempt);
  };
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    // Boxes as they are read, then what waits.
    const order = [
      ...boxes.toSorted((a, b) => a.y - b.y || a.x - b.x).map(({ instance }) => [instance, null] as const),
      ...(stack?.tasks ?? []).map(({ attempt }) => [null, attempt] as const),
    ];
    if (step === undefined || order.length === 0) return;
    event.preventDefault();
    const now = order.findIndex(([instance, attempt]) =>
      instance === null ? attempt === selection?.attempt : instance === selection?.instance,
    );
    const next = now < 0 && step < 0 ? order.length - 1 : (now + step + order.length) % order.length;
    const [instance, attempt] = order[next]!;
    select(instance, attempt);
  };
  return (
    <figure class="board">
      <figcaption>
        <h3>
          <span class={`dot s${platform.position % 6}`} aria-hidden="true" />
          {platform.name}
        </h3>
      </figcaption>
      <Numbers totals={totals} waiting={isThinned ? null : waiting.length} />
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={describe(platform, totals, waiting.length, clock(cursor.timeMs, replay.endMs))}
        data-instances={boxes.length}
        data-tasks={totals.tasks}
        data-waiting={stack?.tasks.length ?? 0}
        data-draining={totals.draining}
        onClick={pick}
        onKeyDown={move}
      />
      <BoxTable platform={platform} boxes={boxes} />
    </figure>
  );
}

function isInside({ x, y, width, height }: Rectangle, atX: number, atY: number): boolean {
  return atX >= x && atX <= x + width && atY >= y && atY <= y + height;
}

/** The task under the pointer; in small boxes tasks are too small to hit, and the one whose middle is nearest will do. */
function taskAt({ tasks, used, gpus }: PackingBox, x: number, y: number): { attempt: number } | undefined {
  const hit = [...gpus.flatMap(({ parts }) => parts), ...tasks].find((one) => isInside(one, x, y));
  if (hit !== undefined || !isInside(used, x, y)) return hit;
  const distance = (task: Rectangle) =>
    Math.abs(task.x + task.width / 2 - x) + Math.abs(task.y + task.height / 2 - y);
  return tasks.toSorted((a, b) => distance(a) - distance(b))[0];
}

function describe({ name }: Platform, totals: PackingTotals, waiting: number, time: string): string {
  const { instances, tasks, draining } = totals;
  const leaves = draining === 0 ? '' : `, ${draining} of them draining,`;
  return `${name} at ${time}: ${instances} instances${leaves} hold ${tasks} tasks, ${share(totals.requestedCpuMilli, totals.cpuMilli)} of CPU and ${share(totals.requestedMemoryMiB, totals.memoryMiB)} of memory requested; ${waiting} tasks wait. Arrow keys go from instance to instance, then to the tasks that wait.`;
}

/** `waiting`: null when it is not known. */
function Numbers({ totals, waiting }: { totals: PackingTotals; waiting: number | null }) {
  const stranded = totals.strandedCpuMilli > 0 || totals.strandedMemoryMiB > 0;
  return (
    <p class="numbers">
      <span>
        <b>{decimal(totals.instances, 0)}</b> instances
        {totals.booting > 0 ? ` + ${totals.booting} booting` : ''}
        {totals.draining > 0 ? `, ${totals.draining} draining` : ''}
      </span>
      <span>
        <b>{decimal(totals.tasks, 0)}</b> tasks
      </span>
      {waiting === null ? null : (
        <span class={waiting > 0 ? 'bad' : ''}>
          <b>{decimal(waiting, 0)}</b> waiting
        </span>
      )}
      <span>
        CPU <b>{share(totals.requestedCpuMilli, totals.cpuMilli)}</b>
      </span>
      <span>
        memory <b>{share(totals.requestedMemoryMiB, totals.memoryMiB)}</b>
      </span>
      {totals.gpus === 0 ? null : (
        <span>
          GPUs <b>{share(totals.requestedGpus, totals.gpus)}</b> of {totals.gpus}
        </span>
      )}
      <span class={stranded ? 'bad' : 'muted'}>
        stranded{' '}
        {stranded ? `${vcpus(totals.strandedCpuMilli)} vCPU, ${memory(totals.strandedMemoryMiB)}` : 'nothing'}
      </span>
    </p>
  );
}
