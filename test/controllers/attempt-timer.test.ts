import { expect, test } from 'vitest';
import { AttemptTimer } from '../../src/controllers/attempt-timer.ts';
import { PHASE } from '../../src/model/phases.ts';
import { createControllers } from '../support/controllers.ts';
import { template } from '../support/plans.ts';

test('AttemptTimer acts on attempts that are still there, and on nobody who came to their slot', () => {
  const world = createControllers();
  const { kernel, store, life } = world;
  const done: string[] = [];
  const timer = new AttemptTimer({
    kernel,
    store,
    name: 'late',
    phase: PHASE.observe,
    delayMs: 1000,
    action: (task) => done.push(`${store.taskName(task)} at ${kernel.nowMs}`),
  });
  const classId = world.classOf(template());
  const submit = (runMs: number) => life.submit(classId, runMs, 0);
  let interrupted = -1;
  world.at(0, () => {
    submit(500);
    submit(5000);
    interrupted = submit(5000);
  });
  world.at(100, () => [0, 1, 2].forEach((task) => void timer.start(task)));
  world.at(600, () => life.interrupt(interrupted));
  // Has the slot of the first.
  world.at(700, () => expect(submit(5000)).toBe(0));
  world.at(1500, () => timer.start(0));
  world.runUntil(10_000);
  expect(done).toEqual(['task/1 at 1100', 'task/3 at 2500']);
  world.finish();
});
