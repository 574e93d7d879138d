import { expect, test } from 'vitest';
import { ClientRate } from '../../../../src/controllers/kubernetes/runtime/client-rate.ts';

test('ClientRate without a limit gives what is wanted', () => {
  const rate = new ClientRate(null);
  expect(rate.take(1000, 0)).toBe(1000);
  expect(rate.untilNextMs(0)).toBe(0);
});

test('ClientRate gives the burst first, then one at each interval', () => {
  // 20 a second: one each 50 ms.
  const rate = new ClientRate({ perSecond: 20, burst: 30 });
  expect(rate.take(100, 0)).toBe(30);
  expect(rate.take(1, 0)).toBe(0);
  expect(rate.untilNextMs(0)).toBe(50);
  expect(rate.take(100, 49)).toBe(0);
  expect(rate.take(100, 50)).toBe(1);
  // 950 ms at 20 a second are 19.
  expect(rate.take(100, 1000)).toBe(19);
  // An hour fills no more than the burst.
  expect(rate.take(100, 3_600_000)).toBe(30);
});
