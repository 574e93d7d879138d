import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Surface } from '../charts/surface.ts';
import { AXIS_HEIGHT, drawTimeAxis } from '../charts/time-axis.ts';
import { CanvasSurface } from './canvas-surface.ts';
import { useColours } from './surroundings.ts';
import { moveByKey, useView } from './view-state.ts';

interface TimeCanvasProps {
  readonly width: number;
  /** Without the axis. */
  readonly height: number;
  /** Points before the axis of time begins. */
  readonly left: number;
  /** What the axis spans. */
  readonly range: readonly [fromMs: number, toMs: number];
  readonly label: string;
  readonly draw: (surface: Surface) => void;
  /** What is drawn follows from these: they are all that draws again. */
  readonly drawn: readonly unknown[];
  /** A click, in points of the picture and in time. */
  readonly onPick: (x: number, y: number, atMs: number) => void;
}

/**
 * A picture with an axis of time. The moment of the page is a line of its own above the picture, so that it moves without
 * anything being drawn again; arrow keys move it, and a click tells where it was.
 */
export function TimeCanvas({ width, height, left, range, label, draw, drawn, onPick }: TimeCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colours = useColours();
  const { timeMs } = useView();
  const [fromMs, toMs] = range;
  // At once: what is made for paper is not painted on the screen first.
  useLayoutEffect(() => {
    const surface = new CanvasSurface(canvas.current!, width, height + AXIS_HEIGHT);
    draw(surface);
    drawTimeAxis(surface, { fromMs, toMs }, { x: left, y: height, width: width - left });
  }, [...drawn, fromMs, toMs, width, height, colours]);
  const pick = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const part = Math.min(1, (x - left) / (width - left));
    onPick(x, y, Math.round(fromMs + part * (toMs - fromMs)));
  };
  const isShown = timeMs >= fromMs && timeMs <= toMs;
  const place = left + ((timeMs - fromMs) / (toMs - fromMs)) * (width - left);
  return (
    <div class="time-canvas">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`${label}. Left and right move the time.`}
        onClick={pick}
        onKeyDown={(event) => {
          if (moveByKey(event.key, range)) event.preventDefault();
        }}
      />
      {isShown ? (
        <span
          class="now-line"
          style={{ left: `${Math.round(place)}px`, height: `${height}px` }}
          aria-hidden="true"
        />
      ) : null}
    </div>
  );
}
