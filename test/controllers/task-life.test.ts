import { describe, expect, test } from 'vitest';
import { TASK_END, TASK_STATE } from '../../src/model/cluster-view.ts';
import { PHASE } from '../../src/model/phases.ts';
import { createControllers } from '../support/controllers.ts';
import { group, template } from '../support/plans.ts';

const FOREVER = Number.POSITIVE_INFINITY;

/** `running 4`: what happened to tasks, with the time. */
function story(log: ReturnType<ReturnType<typeof createControllers>['finish']>): string[] {
  return log.flatMap((record) => {
    switch (record.kind) {
      case 'placed':
      case 'running':
      case 'requeued':
        return [`${record.kind} ${record.timeMs}`];
      case 'ended':
        return [`${record.outcome} ${record.timeMs}`];
      default:
        return [];
    }
  });
}

describe('a task', () => {
  test.each([
    { startupMs: 4, runtimeMs: 10, expected: ['placed 1', 'running 5', 'succeeded 15'] },
    { startupMs: 0, runtimeMs: 10, expected: ['placed 1', 'running 1', 'succeeded 11'] },
    { startupMs: 4, runtimeMs: 0, expected: ['placed 1', 'running 5', 'succeeded 5'] },
    { startupMs: 0, runtimeMs: 0, expected: ['placed 1', 'running 1', 'succeeded 1'] },
    { startupMs: 4, runtimeMs: FOREVER, expected: ['placed 1', 'running 5'] },
  ])(
    'starts up for $startupMs ms, runs for $runtimeMs ms and leaves',
    ({ startupMs, runtimeMs, expected }) => {
      const { at, life, classOf, runUntil, store, finish } = createControllers();
      at(1, () => life.submit(classOf(template()), runtimeMs, startupMs));
      runUntil(1000);
      expect(story(finish())).toEqual(expected);
      expect(store.liveTasks).toBe(runtimeMs === FOREVER ? 1 : 0);
    },
  );

  test('that leaves makes room at once for one that waits', () => {
    const { at, life, classOf, runUntil, finish } = createControllers();
    const all = classOf(template({ cpuMilli: 4000 }));
    at(0, () => {
      life.submit(all, 10, 0);
      life.submit(all, 10, 0);
    });
    runUntil(1000);
    expect(story(finish())).toEqual([
      ...['placed 0', 'running 0', 'succeeded 10'],
      ...['placed 10', 'running 10', 'succeeded 20'],
    ]);
  });

  test.each([
    { name: 'waits', endMs: 3, before: 'pending' },
    { name: 'starts up', endMs: 12, before: 'starting' },
    { name: 'runs', endMs: 18, before: 'running' },
  ] as const)('that $name can be told to leave, and nothing more is heard of it', ({ endMs, before }) => {
    const { at, life, classOf, runUntil, store, finish } = createControllers();
    const all = classOf(template({ cpuMilli: 4000 }));
    let task = -1;
    at(0, () => {
      // It holds the instance until 10.
      life.submit(all, 10, 0);
      task = life.submit(all, 20, 5);
    });
    at(endMs, () => {
      expect(store.taskState[task]).toBe(TASK_STATE[before]);
      life.end(task, TASK_END.stopped);
    });
    runUntil(1000);
    const told = story(finish()).filter((line) => !/^(?:placed|running) 0$|succeeded 10/.test(line));
    expect(told.at(-1)).toBe(`stopped ${endMs}`);
    expect(told.filter((line) => line.startsWith('succeeded'))).toEqual([]);
    expect(store.liveTasks).toBe(0);
  });

  test('that loses its room waits again and does all of it anew, with the times it was born with', () => {
    const { at, life, classOf, runUntil, finish } = createControllers({ groups: [group(2)] });
    const all = classOf(template({ cpuMilli: 4000 }));
    let task = -1;
    at(0, () => {
      task = life.submit(all, 10, 5);
    });
    // Within its start-up, and again while it runs.
    at(2, () => life.interrupt(task), PHASE.failure);
    at(9, () => life.interrupt(task), PHASE.failure);
    runUntil(1000);
    expect(story(finish())).toEqual([
      ...['placed 0', 'requeued 2'],
      ...['placed 2', 'running 7', 'requeued 9'],
      ...['placed 9', 'running 14', 'succeeded 24'],
    ]);
  });

  test('brings its image to the instance when its start-up is over', () => {
    const { at, life, classOf, runUntil, store } = createControllers();
    const image = { name: 'web:1', sizeBytes: 1 };
    at(0, () => life.submit(classOf(template({ image })), 10, 5));
    const has = () => store.hasImage(0, store.strings.find('web:1'));
    runUntil(4);
    expect(has()).toBe(false);
    runUntil(5);
    expect(has()).toBe(true);
    runUntil(100);
    expect(has()).toBe(true);
  });

  test('that no instance could take is rejected in the instant it comes, and no pass is run for it', () => {
    const { at, life, classOf, runUntil, placement, finish } = createControllers();
    at(3, () => life.reject(classOf(template({ cpuMilli: 9000 })), 10, 0));
    runUntil(100);
    expect(story(finish())).toEqual(['rejected 3']);
    expect(placement.attempts).toBe(0);
  });
});

test('onReleased() tells of an instance when its last task left, whatever the reason', () => {
  const { at, life, classOf, runUntil, told } = createControllers();
  const one = classOf(template());
  let forever = -1;
  at(0, () => {
    life.submit(one, 10, 0);
    forever = life.submit(one, FOREVER, 0);
  });
  at(20, () => life.end(forever, TASK_END.failed));
  at(30, () => life.submit(one, 1, 0));
  runUntil(100);
  expect(told).toEqual(['i-0000001 empty at 20', 'i-0000001 empty at 31']);
});

test('runtimeMs() and startupMs() are known before anybody hears of the task, thousands at once', () => {
  const { at, life, classOf, runUntil, finish } = createControllers({ groups: [group(1000)] });
  const one = classOf(template());
  at(0, () => {
    for (let n = 0; n < 3000; n++) life.submit(one, n, n % 7);
  });
  runUntil(10_000);
  const submitted = finish().filter((record) => record.kind === 'submitted');
  expect(submitted.map(({ runtimeMs, startupMs }) => [runtimeMs, startupMs])).toEqual(
    submitted.map((_, n) => [n, n % 7]),
  );
});
