import type { Rectangle, Surface } from './surface.ts';
import { formatTimeTick, timeTicks } from './ticks.ts';

/** Height of the line of times below a picture. */
export const AXIS_HEIGHT = 20;

/** Times below a picture that spans `fromMs` to `toMs`, at most one per 80 points. */
export function drawTimeAxis(
  surface: Surface,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { x, y, width }: Pick<Rectangle, 'x' | 'y' | 'width'>,
): void {
  const spanMs = toMs - fromMs;
  const [, stepMs = spanMs] = timeTicks(spanMs, Math.max(1, Math.floor(width / 80)));
  for (let tick = Math.ceil(fromMs / stepMs) * stepMs; tick <= toMs; tick += stepMs) {
    const place = x + ((tick - fromMs) / spanMs) * width;
    const anchor = place < x + 12 ? 'start' : place > x + width - 12 ? 'end' : 'middle';
    surface.text(formatTimeTick(tick), place, y + AXIS_HEIGHT / 2 + 3, { ink: 'muted', anchor });
  }
}
