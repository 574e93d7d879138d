import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deploymentBounds } from '../../../src/controllers/ecs/deployment-bounds.ts';
import { type ServiceState, servicePass, wantedStarts } from '../../../src/controllers/ecs/service-pass.ts';

const none = { healthy: 0, starting: 0, unhealthy: 0 };
const state = (rest: Partial<ServiceState>): ServiceState => ({
  desiredCount: 4,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  new: none,
  old: none,
  ...rest,
});

describe('deploymentBounds()', () => {
  test.each([
    // ceil(4 * 0.5) = 2, floor(4 * 1) = 4
    { desired: 4, min: 50, max: 100, minHealthy: 2, maxTotal: 4 },
    // ceil(2 * 0.75) = 2: nothing may stop
    { desired: 2, min: 75, max: 200, minHealthy: 2, maxTotal: 4 },
    // floor(3 * 1.25) = 3: nothing may start
    { desired: 3, min: 100, max: 125, minHealthy: 3, maxTotal: 3 },
    // ceil(1 * 0.5) = 1, floor(1 * 1.5) = 1
    { desired: 1, min: 50, max: 150, minHealthy: 1, maxTotal: 1 },
    { desired: 10, min: 0, max: 150, minHealthy: 0, maxTotal: 15 },
  ])('$desired tasks at $min-$max %', ({ desired, min, max, minHealthy, maxTotal }) => {
    const bounds = deploymentBounds(desired, { minimumHealthyPercent: min, maximumPercent: max });
    expect(bounds).toEqual({ minHealthy, maxTotal });
  });
});

describe('servicePass()', () => {
  test('starts the whole of a new revision beside the old one, when there is room', () => {
    const rolling = state({ old: { ...none, healthy: 4 } });
    expect(wantedStarts(rolling)).toBe(4);
    expect(servicePass(rolling, 4)).toMatchObject({ start: 4, stopOld: none, event: null });
  });

  test('says that it cannot place what it wants to start', () => {
    expect(servicePass(state({ old: { ...none, healthy: 4 } }), 1)).toMatchObject({
      start: 1,
      event: 'unableToPlace',
    });
  });

  test('stops half of the old ones first, when it may not have more than it wants', () => {
    const inPlace = state({ minimumHealthyPercent: 50, maximumPercent: 100, old: { ...none, healthy: 4 } });
    // healthy - minHealthy = 4 - 2
    expect(servicePass(inPlace, 9)).toMatchObject({ start: 0, stopOld: { healthy: 2 } });
  });

  test('is blocked by 100 and 100 percent', () => {
    const blocked = state({ maximumPercent: 100, old: { ...none, healthy: 4 } });
    expect(servicePass(blocked, 9)).toEqual({
      start: 0,
      stopNew: none,
      stopOld: none,
      event: 'deploymentConfiguration',
    });
  });

  test('scale-in stops starting tasks before healthy ones', () => {
    const scaledIn = state({ desiredCount: 2, new: { healthy: 3, starting: 1, unhealthy: 0 } });
    expect(servicePass(scaledIn, 0).stopNew).toEqual({ healthy: 1, starting: 1, unhealthy: 0 });
  });

  test('a replacement that is starting protects the unhealthy task it replaces', () => {
    const replacing = state({ new: { healthy: 3, starting: 1, unhealthy: 1 } });
    expect(servicePass(replacing, 0).stopNew).toEqual(none);
    const replaced = state({ new: { healthy: 4, starting: 0, unhealthy: 1 } });
    expect(servicePass(replaced, 0)).toMatchObject({ stopNew: { unhealthy: 1 }, event: 'steadyState' });
  });

  test('without room for a replacement one unhealthy task stops at a time', () => {
    const full = state({ maximumPercent: 100, new: { healthy: 2, starting: 0, unhealthy: 2 } });
    expect(servicePass(full, 0).stopNew).toEqual({ healthy: 0, starting: 0, unhealthy: 1 });
  });

  const counts = fc.record({
    healthy: fc.nat({ max: 9 }),
    starting: fc.nat({ max: 5 }),
    unhealthy: fc.nat({ max: 5 }),
  });
  test('never leaves fewer healthy tasks than the minimum by stopping old ones, nor starts beyond the maximum', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 12 }),
        fc.constantFrom(0, 25, 50, 75, 100),
        fc.constantFrom(100, 125, 150, 200),
        counts,
        counts,
        fc.nat({ max: 9 }),
        (desiredCount, minimumHealthyPercent, maximumPercent, fresh, old, placeable) => {
          const before = { desiredCount, minimumHealthyPercent, maximumPercent, new: fresh, old };
          const { start, stopNew, stopOld } = servicePass(before, placeable);
          const { minHealthy, maxTotal } = deploymentBounds(desiredCount, before);
          const active = Object.values(fresh)
            .concat(Object.values(old))
            .reduce((a, b) => a + b, 0);
          if (start > 0) expect(active + start).toBeLessThanOrEqual(maxTotal);
          const left = fresh.healthy + old.healthy - stopNew.healthy - stopOld.healthy;
          if (stopOld.healthy > 0) expect(left).toBeGreaterThanOrEqual(minHealthy);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});
