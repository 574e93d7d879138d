import { useMemo, useState } from 'preact/hooks';
import { type Gantt, ganttOf, instancesAround } from '../charts/gantt.ts';
import { barBox, drawGantt } from '../charts/gantt-drawing.ts';
import { OUTCOMES, taskTitle } from '../frames/frames.ts';
import type { Platform, Replay } from './replay.ts';
import { Scrolling } from './scrolling.tsx';
import { useNearby, useWidth } from './surroundings.ts';
import { TimeCanvas } from './time-canvas.tsx';
import { tonesBy } from './tones.ts';
import { changeView, useView } from './view-state.ts';
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
  const { window: range, selection } = useView();
  const [fromMs, toMs] = range ?? [0, replay.endMs];
  const { frames } = platform;
  const tones = useMemo(() => tonesBy(replay.groups.length > 1 ? 'group' : 'size', replay), [replay]);
  const rows = useMemo(
    () => instancesAround(frames, selection?.instance ?? -1, { fromMs, toMs, most: ROWS }),
    [platform, selection?.instance, fromMs, toMs],
  );
  const gantt = useMemo(() => ganttOf(frames, rows, { fromMs, toMs, most: MOST_BARS }), [rows, fromMs, toMs]);
  const place = { width, names: NAMES, rowHeight: ROW_HEIGHT, fromMs, toMs };
  const look = {
    toneOf: (attempt: number) => tones.of(frames, frames.attempts.classId[attempt]!),
    selectedInstance: selection?.instance ?? -1,
    selectedAttempt: selection?.attempt ?? -1,
  };
  const pick = (x: number, y: number, atMs: number) => {
    const bar = gantt.bars.find((one) => {
      const box = barBox(one, gantt, place);
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
    <figure class="board">
      <ul class="legend key-row">
        {tones.legend.map(({ label, tone }) => (
          <li key={label}>
            <span class={`dot ${tone < 0 ? 'neutral' : `s${tone}`}`} aria-hidden="true" />
            {label}
          </li>
        ))}
        <li>
          <span class="lost" aria-hidden="true">
            ×
          </span>
          lost its room
        </li>
      </ul>
      <TimeCanvas
        width={width}
        height={Math.max(1, rows.length) * ROW_HEIGHT}
        left={NAMES}
        range={[fromMs, toMs]}
        label={label}
        draw={(surface) => drawGantt(surface, frames, gantt, rows, place, look)}
        drawn={[gantt, selection]}
        onPick={pick}
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
