import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Gantt, type GanttBar, ganttOf } from '../charts/gantt.ts';
import { OUTCOMES, taskTitle } from '../frames/frames.ts';
import { inksNow, sizedContext, toneInk } from './paint.ts';
import type { Platform, Replay } from './replay.ts';
import { Scrolling } from './scrolling.tsx';
import { useColours, useNearby, useWidth } from './surroundings.ts';
import { tonesBy } from './tones.ts';
import { changeView, moveByKey, useView } from './view-state.ts';
import { clock } from './words.ts';

/** Instances shown together, and bars drawn at most. */
const ROWS = 14;
const MOST_BARS = 5000;
const ROW_HEIGHT = 30;
const NAMES = 92;

/** Who was on the instances around the chosen one, and for how long. */
export function GanttView({ replay }: { readonly replay: Replay }) {
  const view = useView();
  const [place, isNear] = useNearby();
  const [frame, width] = useWidth();
  const [chosen, setChosen] = useState(0);
  const position = view.selection?.platform ?? chosen;
  const platform = replay.platforms[position]!;
  return (
    <div ref={place}>
      <div ref={frame}>
        {replay.platforms.length > 1 ? (
          <div class="controls">
            <select
              aria-label="Platform of the tasks"
              value={position}
              onChange={(event) => {
                setChosen(Number(event.currentTarget.value));
                changeView({ selection: null });
              }}
            >
              {replay.platforms.map(({ name, position: value }) => (
                <option key={name} value={value}>
                  {name}
                </option>
              ))}
            </select>
            <span class="muted">
              the instances around the one that is chosen in the packing or the map above
            </span>
          </div>
        ) : null}
        {isNear && width > 0 ? (
          <Lanes key={position} replay={replay} platform={platform} width={width} />
        ) : null}
      </div>
    </div>
  );
}

interface LanesProps {
  readonly replay: Replay;
  readonly platform: Platform;
  readonly width: number;
}

function Lanes({ replay, platform, width }: LanesProps) {
  const { window: range, timeMs, selection } = useView();
  const [fromMs, toMs] = range ?? [0, replay.endMs];
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  const { frames } = platform;
  const tones = useMemo(() => tonesBy(replay.groups.length > 1 ? 'group' : 'size', replay), [replay]);
  const rows = useMemo(
    () => rowsAround(platform, selection?.instance ?? -1, fromMs, toMs),
    [platform, selection?.instance, fromMs, toMs],
  );
  const gantt = useMemo(() => ganttOf(frames, rows, { fromMs, toMs, most: MOST_BARS }), [rows, fromMs, toMs]);
  const plotWidth = width - NAMES;
  const height = Math.max(ROW_HEIGHT, rows.length * ROW_HEIGHT);
  const xOf = (ms: number) => NAMES + ((Math.min(ms, toMs) - fromMs) / (toMs - fromMs)) * plotWidth;
  const boxOf = ({ row, track, fromMs: start, toMs: end }: GanttBar) => {
    const each = (ROW_HEIGHT - 4) / Math.max(1, gantt.tracks[row]!);
    const x = Math.max(NAMES, xOf(start));
    return {
      x,
      y: row * ROW_HEIGHT + 2 + track * each,
      width: Math.max(1, xOf(end) - x),
      height: Math.max(0.8, each - 0.6),
    };
  };
  useEffect(() => {
    const context = sizedContext(canvas.current!, width, height);
    const inks = inksNow();
    context.font = '11.5px system-ui, sans-serif';
    context.textBaseline = 'middle';
    rows.forEach((instance, row) => {
      context.fillStyle = row % 2 === 0 ? inks.sunken : inks.panel;
      context.fillRect(NAMES, row * ROW_HEIGHT, plotWidth, ROW_HEIGHT);
      context.fillStyle = instance === selection?.instance ? inks.ink : inks.muted;
      context.fillText(frames.instances.names[instance]!, 0, row * ROW_HEIGHT + ROW_HEIGHT / 2, NAMES - 8);
    });
    for (const bar of gantt.bars) {
      const box = boxOf(bar);
      context.fillStyle = toneInk(inks, tones.of(frames, frames.attempts.classId[bar.attempt]!));
      context.fillRect(box.x, box.y, box.width, box.height);
      if (bar.attempt === selection?.attempt) {
        context.strokeStyle = inks.ink;
        context.strokeRect(box.x, box.y, box.width, box.height);
      }
    }
    context.strokeStyle = inks.bad;
    context.lineWidth = 2;
    for (const bar of gantt.bars) if (isLost(platform, bar)) cross(context, xOf(bar.toMs), boxOf(bar));
    context.fillStyle = inks.ink;
    if (timeMs >= fromMs && timeMs <= toMs) context.fillRect(xOf(timeMs), 0, 1.5, height);
  }, [gantt, timeMs, selection, colours, width]);
  const pick = (event: MouseEvent) => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const atMs = Math.round(fromMs + ((x - NAMES) / plotWidth) * (toMs - fromMs));
    const bar = gantt.bars.find((one) => {
      const box = boxOf(one);
      return x >= box.x - 1 && x <= box.x + box.width + 1 && y >= box.y && y <= box.y + box.height + 0.6;
    });
    const instance = rows[Math.floor(y / ROW_HEIGHT)];
    if (instance === undefined || atMs < fromMs) return;
    changeView({
      timeMs: atMs,
      step: null,
      isPlaying: false,
      selection: { platform: platform.position, instance, attempt: bar?.attempt ?? null },
    });
  };
  const label = `${gantt.bars.length} stays of tasks on ${rows.length} instances of ${platform.name}, ${clock(fromMs, replay.endMs)} to ${clock(toMs, replay.endMs)}`;
  return (
    <figure class="board lanes">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`${label}. Left and right move the time.`}
        onClick={pick}
        onKeyDown={(event) => {
          if (moveByKey(event.key, [fromMs, toMs])) event.preventDefault();
        }}
      />
      {gantt.leftOut > 0 ? (
        <p class="reading">
          The first {MOST_BARS} stays; {gantt.leftOut} more are left out. Drag over a chart above to look at a
          shorter stretch.
        </p>
      ) : null}
      <StayTable platform={platform} gantt={gantt} endMs={replay.endMs} />
    </figure>
  );
}

function isLost({ frames: { attempts } }: Platform, { attempt }: GanttBar): boolean {
  return OUTCOMES[attempts.outcome[attempt]!] === 'interrupted';
}

function cross(
  context: CanvasRenderingContext2D,
  x: number,
  { y, height }: { y: number; height: number },
): void {
  const middle = y + height / 2;
  context.beginPath();
  context.moveTo(x - 3, middle - 3);
  context.lineTo(x + 3, middle + 3);
  context.moveTo(x - 3, middle + 3);
  context.lineTo(x + 3, middle - 3);
  context.stroke();
}

/** Instances that were there in the stretch: the chosen one with those before and after it. */
function rowsAround(
  { frames: { instances } }: Platform,
  chosen: number,
  fromMs: number,
  toMs: number,
): number[] {
  const there: number[] = [];
  for (let instance = 0; instance < instances.names.length; instance++) {
    if (instances.requestedMs[instance]! < toMs && instances.endMs[instance]! > fromMs) there.push(instance);
  }
  const middle = Math.max(0, there.indexOf(chosen));
  const first = Math.max(0, Math.min(middle - Math.floor(ROWS / 2), there.length - ROWS));
  return there.slice(first, first + ROWS);
}

/** Rows of the table behind the chart. */
const LISTED = 200;

function StayTable({
  platform,
  gantt,
  endMs,
}: {
  readonly platform: Platform;
  readonly gantt: Gantt;
  readonly endMs: number;
}) {
  const [isOpen, setOpen] = useState(false);
  const { frames } = platform;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Table: stays</summary>
      {isOpen ? (
        <Scrolling label="Stays of tasks">
          <table>
            <thead>
              <tr>
                {['task', 'instance', 'placed', 'left', 'outcome'].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {gantt.bars.slice(0, LISTED).map(({ attempt, fromMs, toMs }) => (
                <tr key={attempt}>
                  <td>{taskTitle(frames, attempt)}</td>
                  <td>{frames.instances.names[frames.attempts.instance[attempt]!]}</td>
                  <td>{clock(fromMs, endMs)}</td>
                  <td>{Number.isFinite(toMs) ? clock(toMs, endMs) : '–'}</td>
                  <td>{OUTCOMES[frames.attempts.outcome[attempt]!]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      ) : null}
    </details>
  );
}
