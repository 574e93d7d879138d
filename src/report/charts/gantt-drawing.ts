import { type Frames, OUTCOMES } from '../frames/frames.ts';
import type { Gantt, GanttBar } from './gantt.ts';
import type { Rectangle, Surface } from './surface.ts';

/** Where the chart stands: names of instances in the left `names` points, the stretch of time to the right of them. */
export interface GanttPlace {
  readonly width: number;
  readonly names: number;
  readonly rowHeight: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface GanttLook {
  readonly toneOf: (attempt: number) => number;
  /** -1: none. */
  readonly selectedInstance: number;
  readonly selectedAttempt: number;
}

/** Where a time stands; times beyond the stretch stand at its end. */
export function xOfTime(timeMs: number, { width, names, fromMs, toMs }: GanttPlace): number {
  const part = (Math.min(timeMs, toMs) - fromMs) / (toMs - fromMs);
  return names + Math.max(0, part) * (width - names);
}

/** Where a bar stands. At least a point wide: short stays are stays. */
export function barBox({ row, track, fromMs, toMs }: GanttBar, gantt: Gantt, place: GanttPlace): Rectangle {
  const each = (place.rowHeight - 4) / Math.max(1, gantt.tracks[row]!);
  const x = xOfTime(fromMs, place);
  return {
    x,
    y: row * place.rowHeight + 2 + track * each,
    width: Math.max(1, xOfTime(toMs, place) - x),
    height: Math.max(0.8, each - 0.6),
  };
}

/** Bars of tasks in rows of instances; a cross where a task lost its room. */
export function drawGantt(
  surface: Surface,
  frames: Frames,
  gantt: Gantt,
  rows: readonly number[],
  place: GanttPlace,
  look: GanttLook,
): void {
  const { rowHeight, names } = place;
  const plot = { x: names, width: place.width - names, height: rowHeight };
  const stripes = rows.map((_, row) => ({ ...plot, y: row * rowHeight }));
  surface.fill(
    stripes.filter((_, row) => row % 2 === 0),
    { ink: 'sunken' },
  );
  rows.forEach((instance, row) => {
    const ink = instance === look.selectedInstance ? 'ink' : 'muted';
    surface.text(frames.instances.names[instance]!, 0, (row + 0.5) * rowHeight, { ink, width: names - 8 });
  });
  const byTone = new Map<number, Rectangle[]>();
  for (const bar of gantt.bars) {
    const tone = look.toneOf(bar.attempt);
    const own = byTone.get(tone) ?? [];
    own.push(barBox(bar, gantt, place));
    byTone.set(tone, own);
  }
  for (const [tone, own] of byTone) surface.fill(own, { ink: tone });
  const selected = gantt.bars.filter(({ attempt }) => attempt === look.selectedAttempt);
  surface.outline(
    selected.map((bar) => barBox(bar, gantt, place)),
    { ink: 'ink', width: 2 },
  );
  surface.crosses(lossesOf(frames, gantt, place), 3, { ink: 'bad', width: 2 });
}

function lossesOf({ attempts }: Frames, gantt: Gantt, place: GanttPlace): [number, number][] {
  return gantt.bars
    .filter(({ attempt, toMs }) => {
      return OUTCOMES[attempts.outcome[attempt]!] === 'interrupted' && toMs <= place.toMs;
    })
    .map((bar) => {
      const { y, height } = barBox(bar, gantt, place);
      return [xOfTime(bar.toMs, place), y + height / 2];
    });
}
