import { expect, test } from 'vitest';
import { corePriceOf, failureCost, failureText, machineTime } from '../../../src/cli/sweep/losses-text.ts';

const LOSSES = [
  { what: 'run', times: 2, ms: 600 },
  { what: 'attempt', times: 1, ms: 900 },
  { what: 'worker', times: 3, ms: 3_600_000 },
] as const;

test('failureCost() is the machine time, and in money at the price of a core', () => {
  expect(failureCost(LOSSES, null)).toEqual({
    failedRuns: 2,
    failedAttempts: 1,
    vanishedWorkers: 3,
    machineMs: 3_601_500,
    usd: null,
  });
  // 3,601.5 s at 0.048 USD/h: 0.048 + 0.048 · 1.5 / 3600 = 0.04802
  expect(failureCost(LOSSES, corePriceOf({ 'core-price': '0.048 USD/h' })).usd).toBe(0.04802);
});

test('failureText() names what has failed', () => {
  expect(failureText(failureCost(LOSSES, 480_000_000n))).toBe(
    'failures so far have cost 1h2s of one core, $0.0480: 2 runs, 1 attempt at a chunk, 3 workers that vanished',
  );
  expect(failureText(failureCost([{ what: 'run', times: 1, ms: 12_345 }], null))).toBe(
    'failures so far have cost 12.3 s of one core: 1 run',
  );
});

test('corePriceOf() refuses what is no price', () => {
  expect(corePriceOf({})).toBeNull();
  expect(() => corePriceOf({ 'core-price': 'cheap' })).toThrow('E5001');
});

test.each([
  [0, '0.0 s'],
  [59_900, '59.9 s'],
  [61_499, '1m1s'],
])('machineTime(%d) is %s', (ms, text) => {
  expect(machineTime(ms)).toBe(text);
});
