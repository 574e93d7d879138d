import { expect, test } from 'vitest';
import { healthChanges } from '../../../src/model/ecs/container-health.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Seconds, to be read. */
const check = (interval: number, timeout: number, retries: number, startPeriod = 0) => ({
  intervalMs: interval * 1000,
  timeoutMs: timeout * 1000,
  retries,
  startPeriodMs: startPeriod * 1000,
});

test.each([
  // Checks at 30, 60, ...: the first passes.
  { what: 'well from the start', of: check(30, 5, 3), ready: 0, sick: NEVER, found: ['30 healthy'] },
  // Check at 30 fails at 35, the next one at 65 passes.
  { what: 'up after the first check', of: check(30, 5, 3), ready: 31, sick: NEVER, found: ['65 healthy'] },
  // Failures at 35, 70, 105: the third is one too many.
  { what: 'never up', of: check(30, 5, 3), ready: NEVER, sick: NEVER, found: ['105 unhealthy'] },
  // 15, 30, 45 fail: UNHEALTHY with the third; up at 50, found by the check at 55.
  { what: 'up too late', of: check(10, 5, 3), ready: 50, sick: NEVER, found: ['45 unhealthy', '55 healthy'] },
  // The same, but what fails within 40 s does not count: only 45 does.
  {
    what: 'up late, within the start period',
    of: check(10, 5, 3, 40),
    ready: 50,
    sick: NEVER,
    found: ['55 healthy'],
  },
  // Failures at 45, 60, 75 are the first three that count.
  {
    what: 'never up, after a start period',
    of: check(10, 5, 3, 40),
    ready: NEVER,
    sick: NEVER,
    found: ['75 unhealthy'],
  },
  // Passes at 10, 20, ..., 90; the check at 100 fails at 105, those at 115 and 130 at 120 and 135.
  { what: 'sick later', of: check(10, 5, 3), ready: 0, sick: 95, found: ['10 healthy', '135 unhealthy'] },
  // Sick in the moment of a check: it fails. One retry: UNHEALTHY at 35 already.
  { what: 'sick at a check', of: check(10, 5, 1), ready: 0, sick: 30, found: ['10 healthy', '35 unhealthy'] },
  // Up from 31 to 40, between the checks at 30 and 65: nobody has seen it well.
  {
    what: 'up and sick between two checks',
    of: check(30, 5, 2),
    ready: 31,
    sick: 40,
    found: ['70 unhealthy'],
  },
])('healthChanges() of a container that is $what', ({ of, ready, sick, found }) => {
  const changes = healthChanges(of, { readyMs: ready * 1000, sickMs: sick * 1000 });
  expect(
    changes.map(({ afterMs, isHealthy }) => `${afterMs / 1000} ${isHealthy ? 'healthy' : 'unhealthy'}`),
  ).toEqual(found);
});
