import { useMemo } from 'preact/hooks';
import { drawHeat, HEAT_STEPS } from '../charts/heat-drawing.ts';
import { binnedRows, type HeatMap, heatMapOf, meanFullness } from '../charts/heat-map.ts';
import type { Surface } from '../charts/surface.ts';
import { lanesOf } from '../frames/lanes.ts';
import type { Platform, Replay } from './replay.ts';
import { useNearby, useWidth } from './surroundings.ts';
import { TimeCanvas } from './time-canvas.tsx';
import { changeView, currentView, useView } from './view-state.ts';
import { clock, share } from './words.ts';

/** Height of a row where there is room for it, and of a picture at most. */
const ROW = 9;
const TALLEST = 240;
/** Narrower pictures stand below each other. */
const NARROWEST = 420;

/** How full every instance was over time, for all platforms; a click moves the packing there. */
export function HeatView({ replay }: { readonly replay: Replay }) {
  const [place, isNear] = useNearby();
  const [frame, width] = useWidth();
  // Rows of pictures of one length, where that can be.
  const most = Math.max(1, Math.floor((width + 28) / (NARROWEST + 28)));
  const columns = Math.ceil(replay.platforms.length / Math.ceil(replay.platforms.length / most));
  const each = Math.floor((width - 28 * (columns - 1)) / columns);
  return (
    <div ref={place}>
      <ul class="legend key-row">
        {HEAT_STEPS.map((step) => (
          <li key={step}>
            <span class="dot heat" style={{ opacity: Math.max(0.06, step) }} aria-hidden="true" />
            {step * 100}% full
          </li>
        ))}
      </ul>
      <div ref={frame} class={`boards c${columns}`}>
        {isNear && each > 0
          ? replay.platforms.map((platform) => (
              <Heat key={platform.name} replay={replay} platform={platform} width={each} />
            ))
          : null}
      </div>
    </div>
  );
}

interface HeatProps {
  readonly replay: Replay;
  readonly platform: Platform;
  readonly width: number;
}

function Heat({ replay, platform, width }: HeatProps) {
  const { window: range, selection } = useView();
  const [fromMs, toMs] = range ?? [0, replay.endMs];
  const { frames } = platform;
  const lanes = useMemo(() => lanesOf(frames), [platform]);
  const map = useMemo(() => {
    const columns = Math.max(1, Math.min(600, width));
    return heatMapOf(frames, lanes, { fromMs, toMs, columns });
  }, [platform, fromMs, toMs, width]);
  const height = Math.max(24, Math.min(TALLEST, map.rows * ROW));
  const lane = selection?.platform === platform.position ? lanes.laneOf[selection.instance ?? -1] : undefined;
  const draw = (surface: Surface) => {
    drawHeat(surface, binnedRows(map, height), { x: 0, y: 0, width, height });
    if (lane === undefined) return;
    const row = { x: 0.5, width: width - 1, y: (lane / map.rows) * height, height: height / map.rows };
    surface.outline([{ ...row, height: Math.max(2, row.height) }], { ink: 'ink', width: 1.5 });
  };
  const pick = (_x: number, y: number, atMs: number) => {
    const row = Math.min(map.rows - 1, Math.floor((y / height) * map.rows));
    const instance = instanceAt(platform, lanes.laneOf, row, atMs);
    const chosen = { platform: platform.position, instance, attempt: null };
    changeView({
      timeMs: atMs,
      step: null,
      isPlaying: false,
      selection: instance < 0 ? currentView().selection : chosen,
    });
  };
  const mean = useMemo(() => meanFullness(frames, lanes, { fromMs, toMs }), [platform, fromMs, toMs]);
  const label = `${platform.name}: ${map.rows} places of instances from ${clock(fromMs, replay.endMs)} to ${clock(toMs, replay.endMs)}, on average ${share(mean, 1)} full`;
  return (
    <figure class="board">
      <figcaption>
        <h3>
          <span class={`dot s${platform.position % 6}`} aria-hidden="true" />
          {platform.name}
        </h3>
        <span class="muted unit">on average {share(mean, 1)} full</span>
      </figcaption>
      <TimeCanvas
        width={width}
        height={height}
        left={0}
        range={[fromMs, toMs]}
        label={label}
        draw={draw}
        drawn={[map, lane]}
        onPick={pick}
      />
      <FullnessTable map={map} fromMs={fromMs} toMs={toMs} endMs={replay.endMs} />
    </figure>
  );
}

function instanceAt(
  { frames: { instances } }: Platform,
  laneOf: Int32Array,
  row: number,
  atMs: number,
): number {
  return laneOf.findIndex(
    (lane, instance) =>
      lane === row && instances.requestedMs[instance]! <= atMs && instances.endMs[instance]! > atMs,
  );
}

/** Rows of the table behind a map. */
const STRETCHES = 24;

interface TableProps {
  readonly map: HeatMap;
  readonly fromMs: number;
  readonly toMs: number;
  readonly endMs: number;
}

function FullnessTable({ map: { rows, columns, values }, fromMs, toMs, endMs }: TableProps) {
  const stretches = Array.from({ length: Math.min(STRETCHES, columns) }, (_, index) => {
    const from = Math.floor((index * columns) / Math.min(STRETCHES, columns));
    const to = Math.floor(((index + 1) * columns) / Math.min(STRETCHES, columns));
    let [sum, count] = [0, 0];
    for (let row = 0; row < rows; row++) {
      for (let column = from; column < to; column++) {
        const value = values[row * columns + column]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        count += 1;
      }
    }
    return { startMs: fromMs + (from / columns) * (toMs - fromMs), sum, count };
  });
  return (
    <details>
      <summary>Table: how full, by stretch of time</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">from</th>
            <th scope="col">on average</th>
          </tr>
        </thead>
        <tbody>
          {stretches.map(({ startMs, sum, count }) => (
            <tr key={startMs}>
              <td>{clock(startMs, endMs)}</td>
              <td>{share(sum, count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
