import { expect, test } from 'vitest';
import { UsageIntegral } from '../../src/telemetry/usage-integral.ts';
import { HOUR } from '../../src/units.ts';

const size = { cpuMilli: 500, memoryBytes: 1000 };
const load = {
  // A day of two hours: 3,600 requests an hour, then 36,000.
  requests: [
    { atMs: 0, perHour: 3600 },
    { atMs: HOUR, perHour: 36_000 },
  ],
  repeatMs: 2 * HOUR,
  cpuMs: 100,
  memoryBytes: 200,
  memoryBytesPerRequest: 50,
};

test('UsageIntegral: requests spread evenly, each task at most what it asked for, the load repeats', () => {
  const usage = new UsageIntegral(load, size);
  // 1 request a second × 100 ms = 100 millicores over both tasks; 200 + .5 × 50 bytes each.
  usage.advance(0, HOUR, 2);
  expect(usage.cpuMilliMs).toBeCloseTo(100 * HOUR, 3);
  expect(usage.memoryByteMs).toBeCloseTo(2 * 225 * HOUR, 3);
  // Ten times as many: 1,000 millicores, which two tasks of 500 just have. Then the first hour again, with none.
  usage.advance(HOUR, 2 * HOUR, 2);
  usage.advance(2 * HOUR, 3 * HOUR, 0);
  expect(usage.cpuMilliMs).toBeCloseTo(1100 * HOUR, 3);
  // One task alone cannot use more than it asked for.
  usage.advance(3 * HOUR, 4 * HOUR, 1);
  expect(usage.cpuMilliMs).toBeCloseTo(1600 * HOUR, 3);
});

test('UsageIntegral: the steps of the load inside one stretch count for their own part', () => {
  const [whole, cut] = [new UsageIntegral(load, size), new UsageIntegral(load, size)];
  whole.advance(HOUR / 2, 5 * HOUR, 3);
  for (let half = 1; half < 10; half++) cut.advance((half * HOUR) / 2, ((half + 1) * HOUR) / 2, 3);
  expect(whole.cpuMilliMs).toBeCloseTo(cut.cpuMilliMs, 3);
  expect(whole.memoryByteMs).toBeCloseTo(cut.memoryByteMs, 3);
});
