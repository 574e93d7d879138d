import { expect, test } from 'vitest';
import { drawHeat } from '../../../src/report/charts/heat-drawing.ts';
import { binnedRows } from '../../../src/report/charts/heat-map.ts';
import { RecordingSurface } from '../../support/recording-surface.ts';

const { NaN: nobody } = Number;

test('drawHeat() joins equal neighbours, and leaves out where no instance was', () => {
  const surface = new RecordingSurface();
  // One row of five columns over 50 points: empty, half full twice, nobody, full.
  const values = Float32Array.of(0, 0.5, 0.52, nobody, 1);
  drawHeat(surface, { rows: 1, columns: 5, values }, { x: 0, y: 0, width: 50, height: 4 });
  const there = [
    { x: 0, y: 0, width: 10, height: 4 },
    { x: 10, y: 0, width: 20, height: 4 },
    { x: 40, y: 0, width: 10, height: 4 },
  ];
  expect(surface.filled({ ink: 'sunken' })).toEqual(there);
  expect(surface.filled({ ink: 0, alpha: 0.5 })).toEqual([there[1]]);
  expect(surface.filled({ ink: 0, alpha: 1 })).toEqual([there[2]]);
  expect(surface.filled({ ink: 0 })).toHaveLength(2);
});

test('drawHeat() shows 99.9 % as less than full', () => {
  const surface = new RecordingSurface();
  drawHeat(
    surface,
    { rows: 1, columns: 1, values: Float32Array.of(0.999) },
    { x: 0, y: 0, width: 1, height: 1 },
  );
  expect(surface.filled({ ink: 0, alpha: 1 })).toEqual([]);
  expect(surface.filled({ ink: 0, alpha: 0.95 })).toHaveLength(1);
});

test('binnedRows() takes the mean of neighbours that were there', () => {
  // Five rows of two columns in at most three rows: two each, the last alone.
  const values = Float32Array.of(0, 1, 1, nobody, 0.5, nobody, nobody, nobody, 0.25, 0.75);
  const map = binnedRows({ rows: 5, columns: 2, values }, 3);
  expect([map.rows, ...map.values]).toEqual([3, 0.5, 1, 0.5, nobody, 0.25, 0.75]);
  expect(binnedRows({ rows: 5, columns: 2, values }, 5).values).toBe(values);
});
