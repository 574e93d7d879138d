import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  type PackingBox,
  type PackingLayout,
  type PackingTotals,
  packingBoxes,
  packingLayouts,
  packingTotals,
} from '../charts/packing.ts';
import { decimal } from '../../units.ts';
import { Inspector } from './inspector.tsx';
import { hadRoomFor } from './had-room.ts';
import { inksNow, paintBoxes, sizedContext } from './paint.ts';
import { cursorOf, type Platform, type Replay } from './replay.ts';
import { useColours, useWidth } from './surroundings.ts';
import { TimeControls } from './time-controls.tsx';
import { type ColourBy, type Tones, tonesBy } from './tones.ts';
import { changeView, useView, type View } from './view-state.ts';
import { clock, memory, share, vcpus } from './words.ts';
import { Scrolling } from './scrolling.tsx';

/** Height that the pictures may take. */
const TALLEST = 480;
const GAP = 24;
/** Narrower pictures stand below each other. */
const NARROWEST = 270;

/** The packing of all platforms at one moment, with what moves the moment and tells about what was clicked. */
export function PackingView({ replay }: { readonly replay: Replay }) {
  const view = useView();
  const [frame, width] = useWidth();
  const [colourBy, setColourBy] = useState<ColourBy>(replay.groups.length > 1 ? 'group' : 'size');
  const tones = useMemo(() => tonesBy(colourBy, replay), [colourBy]);
  const columns = Math.max(
    1,
    Math.min(replay.platforms.length, Math.floor((width + GAP) / (NARROWEST + GAP))),
  );
  const each = Math.max(120, Math.floor((width - GAP * (columns - 1)) / columns));
  const layouts = useMemo(
    () =>
      packingLayouts(
        replay.platforms.map(({ frames }) => frames),
        { width: each - 4, height: TALLEST },
      ),
    [each],
  );
  return (
    <div ref={frame}>
      <TimeControls replay={replay} />
      <Key tones={tones} colourBy={colourBy} onColourBy={setColourBy} />
      <div class={`boards c${columns}`}>
        {replay.platforms.map((platform, index) => (
          <Board
            key={platform.name}
            replay={replay}
            platform={platform}
            layout={layouts[index]!}
            tones={tones}
            view={view}
          />
        ))}
      </div>
      <Inspector replay={replay} tones={tones} />
    </div>
  );
}

interface BoardProps {
  readonly replay: Replay;
  readonly platform: Platform;
  readonly layout: PackingLayout;
  readonly tones: Tones;
  readonly view: View;
}

/** One platform: its numbers at the moment, and its boxes. */
function Board({ replay, platform, layout, tones, view }: BoardProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  const cursor = cursorOf(view, platform);
  const boxes = useMemo(
    () => packingBoxes(platform.playback, cursor, layout),
    [cursor.timeMs, cursor.next, layout],
  );
  const totals = packingTotals(platform.frames, boxes);
  const selection = view.selection?.platform === platform.position ? view.selection : null;
  useEffect(() => {
    const context = sizedContext(canvas.current!, layout.width + 4, layout.height + 4);
    context.translate(2, 2);
    paintBoxes(context, boxes, {
      inks: inksNow(),
      toneOf: (attempt) => tones.of(platform.frames, platform.frames.attempts.classId[attempt]!),
      selectedInstance: selection?.instance ?? -1,
      selectedAttempt: selection?.attempt ?? -1,
      hadRoom: hadRoomFor(platform, view),
    });
  }, [boxes, layout, tones, colours, selection]);
  const pick = (event: MouseEvent) => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - left - 2, event.clientY - top - 2];
    const box = boxes.find((one) => isInside(one, x, y));
    if (box === undefined) return;
    const task = box.tasks.find((one) => isInside(one, x, y)) ?? nearest(box, x, y);
    changeView({
      selection: { platform: platform.position, instance: box.instance, attempt: task?.attempt ?? null },
    });
  };
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || boxes.length === 0) return;
    event.preventDefault();
    const order = boxes.toSorted((a, b) => a.y - b.y || a.x - b.x);
    const now = order.findIndex(({ instance }) => instance === selection?.instance);
    const next = order[(now + step + order.length) % order.length] ?? order[0]!;
    changeView({ selection: { platform: platform.position, instance: next.instance, attempt: null } });
  };
  return (
    <figure class="board">
      <figcaption>
        <h3>
          <span class={`dot s${platform.position % 6}`} aria-hidden="true" />
          {platform.name}
        </h3>
      </figcaption>
      <Numbers totals={totals} waiting={platform.playback.waiting(cursor.timeMs)} platform={platform} />
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={describe(platform, totals, clock(cursor.timeMs, replay.endMs))}
        data-instances={boxes.length}
        data-tasks={totals.tasks}
        onClick={pick}
        onKeyDown={move}
      />
      <BoxTable platform={platform} boxes={boxes} />
    </figure>
  );
}

function isInside(
  { x, y, width, height }: PackingBox | PackingBox['tasks'][number],
  atX: number,
  atY: number,
): boolean {
  return atX >= x && atX <= x + width && atY >= y && atY <= y + height;
}

/** In small boxes tasks are too small to hit: the one whose middle is nearest will do. */
function nearest({ tasks, used }: PackingBox, x: number, y: number) {
  if (!isInside({ ...used, attempt: -1 }, x, y)) return undefined;
  const distance = (task: PackingBox['tasks'][number]) =>
    Math.abs(task.x + task.width / 2 - x) + Math.abs(task.y + task.height / 2 - y);
  return tasks.toSorted((a, b) => distance(a) - distance(b))[0];
}

function describe({ name }: Platform, totals: PackingTotals, time: string): string {
  return `${name} at ${time}: ${totals.instances} instances hold ${totals.tasks} tasks, ${share(totals.requestedCpuMilli, totals.cpuMilli)} of CPU and ${share(totals.requestedMemoryMiB, totals.memoryMiB)} of memory requested. Arrow keys go from instance to instance.`;
}

function Numbers({
  totals,
  waiting,
  platform,
}: {
  totals: PackingTotals;
  waiting: number;
  platform: Platform;
}) {
  const isThinned = platform.frames.thinning.keptEvery > 1;
  const stranded = totals.strandedCpuMilli > 0 || totals.strandedMemoryMiB > 0;
  return (
    <p class="numbers">
      <span>
        <b>{decimal(totals.instances, 0)}</b> instances
        {totals.booting > 0 ? ` + ${totals.booting} booting` : ''}
      </span>
      <span>
        <b>{decimal(totals.tasks, 0)}</b> tasks
      </span>
      {isThinned ? null : (
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
      <span class={stranded ? 'bad' : 'muted'}>
        stranded{' '}
        {stranded ? `${vcpus(totals.strandedCpuMilli)} vCPU, ${memory(totals.strandedMemoryMiB)}` : 'nothing'}
      </span>
    </p>
  );
}

interface KeyProps {
  readonly tones: Tones;
  readonly colourBy: ColourBy;
  readonly onColourBy: (by: ColourBy) => void;
}

function Key({ tones, colourBy, onColourBy }: KeyProps) {
  return (
    <ul class="legend key-row">
      <li>
        <label>
          tasks by{' '}
          <select value={colourBy} onChange={(event) => onColourBy(event.currentTarget.value as ColourBy)}>
            <option value="group">service, job, trace</option>
            <option value="size">CPU they ask for</option>
          </select>
        </label>
      </li>
      {tones.legend.map(({ label, tone }) => (
        <li key={label}>
          <span class={`dot ${tone < 0 ? 'neutral' : `s${tone}`}`} aria-hidden="true" />
          {label}
        </li>
      ))}
      <li>
        <span class="dot reserved" aria-hidden="true" />
        reserved for the system
      </li>
      <li>
        <span class="dot free" aria-hidden="true" />
        room
      </li>
      <li>
        <span class="dot stranded" aria-hidden="true" />
        stranded: no task fits
      </li>
    </ul>
  );
}

/** Rows of the table behind a picture. */
const ROWS = 200;

function BoxTable({
  platform,
  boxes,
}: {
  readonly platform: Platform;
  readonly boxes: readonly PackingBox[];
}) {
  const [isOpen, setOpen] = useState(false);
  const { names, shape } = platform.frames.instances;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Table: instances now</summary>
      {isOpen ? (
        <Scrolling label={`Instances of ${platform.name}`}>
          <table>
            <thead>
              <tr>
                {['instance', 'type', 'tasks', 'free vCPU', 'free memory', ''].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {boxes.slice(0, ROWS).map((box) => (
                <tr key={box.instance}>
                  <td>{names[box.instance]}</td>
                  <td>{platform.frames.shapes[shape[box.instance]!]!.type}</td>
                  <td>{box.tasks.length}</td>
                  <td>{vcpus(Math.max(0, box.freeCpuMilli))}</td>
                  <td>{memory(Math.max(0, box.freeMemoryMiB))}</td>
                  <td>{box.isReady ? (box.isStranded ? 'stranded' : '') : 'booting'}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {boxes.length > ROWS ? (
            <p class="reading">
              The first {ROWS} of {boxes.length}.
            </p>
          ) : null}
        </Scrolling>
      ) : null}
    </details>
  );
}
