import { expect, test } from 'vitest';
import { healthyAt } from '../../../src/model/ecs/healthy-at.ts';

const task = { runningAt: 100, targetHealthyAt: 150, containerHealthyAt: 130 };

test.each([
  // nobody looks: 100 + 40
  [false, false, 140],
  [false, true, 130],
  [true, false, 150],
  // the later of the two
  [true, true, 150],
])('healthyAt() with load balancer %s and health check %s: %i', (loadBalancer, healthCheck, expected) => {
  expect(healthyAt({ ...task, loadBalancer, healthCheck })).toBe(expected);
});

test('healthyAt() is null while one that counts has not passed', () => {
  expect(healthyAt({ ...task, loadBalancer: true, healthCheck: true, targetHealthyAt: null })).toBeNull();
});
