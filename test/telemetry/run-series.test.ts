import { expect, test } from 'vitest';
import { createRunSeries } from '../../src/telemetry/run-series.ts';

test('createRunSeries() makes series of equal buckets that do not share anything', () => {
  const series = createRunSeries(2, 10);
  series.instances.change(0, 3);
  series.pending.change(5, 1);
  expect(series.instances.buckets(20).map(({ mean }) => mean)).toEqual([3, 3]);
  expect(series.pending.buckets(20).map(({ mean }) => mean)).toEqual([0.5, 1]);
  for (const [name, one] of Object.entries(series)) {
    expect(one.buckets(20).length, name).toBe(2);
    if (name !== 'instances' && name !== 'pending') expect(one.value, name).toBe(0);
  }
});
