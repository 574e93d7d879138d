import { expect, test } from 'vitest';
import { embodiedGrams, energyKwh } from '../../src/model/footprint.ts';

test('energyKwh(): two vCPUs between Skylake and Cascade Lake, half busy for 730 h, 3.943898 kWh', () => {
  // (.645 + .5 × 3.47) × 1,460 h × 1.135 / 1000
  const kwh = energyKwh(2 * 730, { minWatts: 0.645, maxWatts: 4.115 }, 0.5);
  expect(kwh).toBeCloseTo(3.943898, 6);
  // In us-east-1.
  expect(kwh * 379.069).toBeCloseTo(1495.01, 2);
});

test('embodiedGrams(): a quarter of a server for a tenth of its life', () => {
  expect(embodiedGrams(1_000_000, 3504, 24, 96)).toBeCloseTo(25_000, 6);
});
