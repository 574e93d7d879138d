import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { empiricalArrivals } from '../../src/controllers/empirical-arrivals.ts';
import { InputError } from '../../src/errors.ts';
import { readDistribution } from '../../src/io/distribution.ts';
import type { MeasuredDistribution } from '../../src/model/measured-distribution.ts';
import type { TraceTable } from '../../src/model/trace-table.ts';
import { traceColumns } from '../support/trace-columns.ts';
import { createDraws } from '../support/draws.ts';
import { drawing, expectSound, rowsOf } from '../support/trace-files.ts';

const MIB = 2 ** 20;
const SMALL: MeasuredDistribution = {
  name: 'small',
  source: 'test',
  licence: 'CC0',
  measured: '2026-11-22',
  notes: [],
  window: { fromMs: 5000, toMs: 7000 },
  binMs: 1000,
  sizes: [
    { cpuMilli: 1000, memoryBytes: MIB },
    { cpuMilli: 2000, memoryBytes: 3 * MIB },
  ],
  lifetimes: [
    { fromMs: 0, toMs: 300 },
    { fromMs: 300, toMs: null },
  ],
  counts: [
    [0, 0, 0, 2],
    [1, 1, 0, 1],
    [1, 1, 1, 1],
  ],
};
const azureDay = readDistribution(
  'azure-2017-day.json',
  readFileSync(new URL('../../scenarios/azure-day/azure-2017-day.json', import.meta.url)),
);

/** The counts of a table, measured as those of the distribution were. */
function measuredCounts(table: TraceTable, { binMs, sizes, lifetimes }: MeasuredDistribution): number[][] {
  const counts = new Map<string, number>();
  const { submitMs, runtimeMs, shape, shapes } = traceColumns(table);
  for (let row = 0; row < table.length; row++) {
    const { cpuMilli, memoryBytes } = shapes[shape[row]!]!;
    const size = sizes.findIndex((one) => one.cpuMilli === cpuMilli && one.memoryBytes === memoryBytes);
    const lifetime = lifetimes.findIndex(({ fromMs, toMs }) =>
      toMs === null ? runtimeMs[row] === Infinity : runtimeMs[row]! >= fromMs && runtimeMs[row]! < toMs,
    );
    const key = [Math.floor(submitMs[row]! / binMs), size, lifetime].join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([key, count]) => [...key.split(',').map(Number), count])
    .sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!);
}

describe('empiricalArrivals()', () => {
  test('spreads arrivals over their bin and lifetimes over their class, open ones without end', () => {
    const table = empiricalArrivals(SMALL, {
      scale: 1,
      draw: drawing(0.5, 0, 0.25, 0.5, 0.999, 0.999, 0, 0),
    });
    expect(rowsOf(table)).toEqual([
      [250, 150, 1000, 1],
      [500, 0, 1000, 1],
      [1000, Infinity, 2000, 3],
      [1999, 299, 2000, 3],
    ]);
    expectSound(table);
  });

  test('stays within bin and class for the largest draw', () => {
    const table = empiricalArrivals(SMALL, { scale: 1, draw: () => 1 - 2 ** -53 });
    expect(measuredCounts(table, SMALL)).toEqual(SMALL.counts);
  });

  test('carries the rounding from count to count', () => {
    // 0.5 × (2, 3, 4) is 1, 1.5 → 2, 2: one, one, none
    expect(measuredCounts(empiricalArrivals(SMALL, { scale: 0.5, draw: () => 0.5 }), SMALL)).toEqual([
      [0, 0, 0, 1],
      [1, 1, 0, 1],
    ]);
  });

  test('meets every measured count of the Azure day exactly at scale 1', () => {
    const table = empiricalArrivals(azureDay, { scale: 1, draw: createDraws(1).double });
    expect(measuredCounts(table, azureDay)).toEqual(azureDay.counts);
    // Counted in the trace itself: 72,028 arrivals, 130,956 cores.
    expect([table.length, table.totals.cpuMilli]).toEqual([72_028, 130_956_000]);
    expectSound(table);
  });

  test.each([0.01, 0.1, 0.37, 2.5])(
    'makes round(scale × count) tasks at scale %d, every hour within one',
    (scale) => {
      const table = empiricalArrivals(azureDay, { scale, draw: createDraws(2).double });
      expect(table.length).toBe(Math.round(scale * 72_028));
      const hours = new Float64Array(24);
      for (const ms of traceColumns(table).submitMs) hours[Math.floor(ms / azureDay.binMs)]! += 1;
      const expected = new Float64Array(24);
      for (const [hour, , , count] of azureDay.counts) expected[hour]! += scale * count;
      for (let hour = 0; hour < 24; hour++)
        expect(Math.abs(hours[hour]! - expected[hour]!)).toBeLessThanOrEqual(1);
    },
  );

  test('gives the same table for the same draws', () => {
    const once = empiricalArrivals(azureDay, { scale: 0.1, draw: createDraws(3).double });
    const again = empiricalArrivals(azureDay, { scale: 0.1, draw: createDraws(3).double });
    expect(traceColumns(again)).toEqual(traceColumns(once));
  });

  test('refuses more arrivals than a run can hold', () => {
    expect(() => empiricalArrivals(SMALL, { scale: 1e9, draw: () => 0 })).toThrow(InputError);
  });
});
