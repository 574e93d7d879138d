import { expect, test } from 'vitest';
import { isInZone } from '../../../../src/schedulers/ecs/constraints/location.ts';

test.each([
  [null, 'a', true],
  [null, undefined, true],
  [['a', 'b'], 'b', true],
  [['a'], 'b', false],
  // subnets of which nobody knows the zone
  [[], 'a', false],
  [['a'], undefined, false],
])('isInZone() of subnets in %j, instance in %s: %s', (zones, zone, expected) => {
  expect(isInZone(zones, zone)).toBe(expected);
});
