import { expect, test } from 'vitest';
import { createKubeControllers } from '../support/kube-controllers.ts';

test('Evictions does nothing to a task that is going already, and forgets one that went with its node', () => {
  const world = createKubeControllers();
  const slot = world.join('a');
  world.submit({ cpu: 4 });
  world.at(1000, () => void world.submit({ cpu: 4, spec: { priority: 5 } }));
  // A second preemptor finds the victim going, and waits for room that the first one has first.
  world.at(2000, () => void world.submit({ cpu: 4, spec: { priority: 9 } }));
  world.at(3000, () => world.leave(slot));
  world.at(4000, () => void world.join('b'));
  world.runUntil(100_000);
  const log = world.finish();
  expect(log.filter(({ kind }) => kind === 'evicted')).toHaveLength(1);
  expect(log.filter(({ kind }) => kind === 'requeued')).toHaveLength(1);
  expect(world.placements()[2]?.[1]).toBe('b');
});
