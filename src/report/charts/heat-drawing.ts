import type { HeatMap } from './heat-map.ts';
import type { Rectangle, Surface } from './surface.ts';

/** Strengths of the colour: finer ones are not told apart. */
const LEVELS = 20;

/** The map: no colour where no instance was, pale where it was empty, full where nothing fits any more. */
export function drawHeat(surface: Surface, { rows, columns, values }: HeatMap, place: Rectangle): void {
  const cellWidth = place.width / columns;
  const cellHeight = place.height / rows;
  // A hair between rows that are high enough to be told apart.
  const height = cellHeight > 4 ? cellHeight - 1 : cellHeight;
  const levels: Rectangle[][] = Array.from({ length: LEVELS + 1 }, () => []);
  for (let row = 0; row < rows; row++) {
    const y = place.y + row * cellHeight;
    for (let column = 0; column < columns; ) {
      const level = levelOf(values[row * columns + column]!);
      let end = column + 1;
      while (end < columns && levelOf(values[row * columns + end]!) === level) end += 1;
      if (level >= 0) {
        const x = place.x + column * cellWidth;
        levels[level]!.push({ x, y, width: (end - column) * cellWidth, height });
      }
      column = end;
    }
  }
  surface.fill(levels.flat(), { ink: 'sunken' });
  levels.forEach((cells, level) => {
    if (level > 0) surface.fill(cells, { ink: 0, alpha: level / LEVELS });
  });
}

/** -1 where no instance was. Rounded down: 99 % is not full. */
function levelOf(value: number): number {
  return Number.isNaN(value) ? -1 : Math.floor(value * LEVELS);
}

/** Strengths for a legend, from empty to full. */
export const HEAT_STEPS: readonly number[] = [0, 0.25, 0.5, 0.75, 1];
