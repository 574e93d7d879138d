import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type HeatMap, heatMapOf } from '../charts/heat-map.ts';
import { lanesOf } from '../frames/lanes.ts';
import { inksNow, sizedContext } from './paint.ts';
import type { Platform, Replay } from './replay.ts';
import { useColours, useNearby, useWidth } from './surroundings.ts';
import { changeView, currentView, moveByKey, useView } from './view-state.ts';
import { clock, share } from './words.ts';

/** Height of a row where there is room for it, and of a picture at most. */
const ROW = 9;
const TALLEST = 240;

/** How full every instance was over time, for all platforms; a click moves the packing there. */
export function HeatView({ replay }: { readonly replay: Replay }) {
  const [place, isNear] = useNearby();
  const [frame, width] = useWidth();
  const columns = width > 900 ? Math.min(2, replay.platforms.length) : 1;
  const each = Math.floor((width - 28 * (columns - 1)) / columns);
  return (
    <div ref={place}>
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
  const { window: range, timeMs, selection } = useView();
  const [fromMs, toMs] = range ?? [0, replay.endMs];
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  const lanes = useMemo(() => lanesOf(platform.frames), [platform]);
  const map = useMemo(
    () => heatMapOf(platform.frames, lanes, { fromMs, toMs, columns: Math.max(1, Math.min(600, width)) }),
    [platform, fromMs, toMs, width],
  );
  const height = Math.max(24, Math.min(TALLEST, map.rows * ROW));
  useEffect(() => {
    const context = sizedContext(canvas.current!, width, height);
    const inks = inksNow();
    context.imageSmoothingEnabled = map.rows > height;
    context.drawImage(pixelsOf(map, inks.series[0]!, inks.sunken), 0, 0, width, height);
    const x = ((timeMs - fromMs) / (toMs - fromMs)) * width;
    context.fillStyle = inks.ink;
    context.fillRect(x, 0, 1.5, height);
    if (selection?.platform !== platform.position) return;
    const row = lanes.laneOf[selection.instance]!;
    context.strokeStyle = inks.ink;
    context.strokeRect(0.5, (row / map.rows) * height, width - 1, Math.max(2, height / map.rows));
  }, [map, timeMs, selection, colours, width]);
  const pick = (event: MouseEvent) => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    const atMs = Math.round(fromMs + ((event.clientX - left) / width) * (toMs - fromMs));
    const row = Math.min(map.rows - 1, Math.floor(((event.clientY - top) / height) * map.rows));
    const instance = instanceAt(platform, lanes.laneOf, row, atMs);
    const chosen = { platform: platform.position, instance, attempt: null };
    changeView({
      timeMs: atMs,
      step: null,
      isPlaying: false,
      selection: instance < 0 ? currentView().selection : chosen,
    });
  };
  const present = map.values.filter((value) => !Number.isNaN(value));
  const mean = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length);
  const label = `${platform.name}: ${map.rows} places of instances from ${clock(fromMs, replay.endMs)} to ${clock(toMs, replay.endMs)}, on average ${share(mean, 1)} full`;
  return (
    <figure class="board lanes">
      <figcaption>
        <h3>
          <span class={`dot s${platform.position % 6}`} aria-hidden="true" />
          {platform.name}
        </h3>
        <span class="muted unit">on average {share(mean, 1)} full</span>
      </figcaption>
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

/** One point per cell: from the colour of nothing to the full colour. */
function pixelsOf({ rows, columns, values }: HeatMap, full: string, empty: string): HTMLCanvasElement {
  const tile = document.createElement('canvas');
  tile.width = columns;
  tile.height = Math.max(1, rows);
  const context = tile.getContext('2d')!;
  const image = context.createImageData(tile.width, tile.height);
  const [high, low] = [rgbOf(full), rgbOf(empty)];
  values.forEach((value, cell) => {
    if (Number.isNaN(value)) return;
    for (let channel = 0; channel < 3; channel++) {
      image.data[cell * 4 + channel] = low[channel]! + (high[channel]! - low[channel]!) * value;
    }
    image.data[cell * 4 + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  return tile;
}

/** Of `#rrggbb`. */
function rgbOf(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
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
