import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PHASE } from '../../src/model/phases.ts';
import type { TaskTemplate } from '../../src/model/plan.ts';
import { TASK_END, TASK_STATE } from '../../src/model/cluster-view.ts';
import { firstFit } from '../../src/schedulers/baselines/first-fit.ts';
import { NO_INSTANCE, type Scheduler } from '../../src/schedulers/scheduler.ts';
import { GIB } from '../../src/units.ts';
import { type Controllers, createControllers } from '../support/controllers.ts';
import { mayTake } from '../support/laws.ts';
import { group, instanceType, seconds, template, TYPE } from '../support/plans.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const cpus = (name: string, vcpus: number, rest: Partial<TaskTemplate> = {}) =>
  template({ name, cpuMilli: vcpus * 1000, ...rest });

describe('a pass', () => {
  test('runs once at the end of an instant, after every release and arrival of it', () => {
    const { at, life, classOf, runUntil, store, placement, finish } = createControllers();
    const [all, one] = [classOf(cpus('all', 4)), classOf(cpus('one', 1))];
    let first = -1;
    at(0, () => {
      first = life.submit(all, FOREVER, 0);
      life.submit(one, FOREVER, 0);
    });
    at(5, () => life.submit(one, FOREVER, 0), PHASE.arrival);
    at(5, () => life.end(first, TASK_END.stopped), PHASE.release);
    runUntil(5);
    expect(placement.queue.size).toBe(0);
    expect(store.taskCount[0]).toBe(2);
    expect(finish().flatMap(({ kind, timeMs }) => (kind === 'pass' ? [timeMs] : []))).toEqual([0, 5]);
  });

  test.each([
    { passes: 'at-end-of-instant', takes: 'i-0000001' },
    { passes: 'after-each-release', takes: 'i-0000002' },
  ] as const)('$passes: of two releases of an instant the waiting task takes $takes', ({ passes, takes }) => {
    const { at, life, classOf, runUntil, store, finish } = createControllers({ groups: [group(2)], passes });
    const all = classOf(cpus('all', 4));
    const tasks: number[] = [];
    at(0, () => {
      for (let i = 0; i < 3; i++) tasks.push(life.submit(all, FOREVER, 0));
    });
    // The second instance is free first, and at the end of the instant both are.
    at(5, () => life.end(tasks[1]!, TASK_END.stopped), PHASE.release);
    at(5, () => life.end(tasks[0]!, TASK_END.stopped), PHASE.release);
    runUntil(5);
    expect(store.instanceName(store.taskInstance[tasks[2]!]!)).toBe(takes);
    finish();
  });

  test('skip: what does not fit lets the others pass, higher priorities first', () => {
    const { at, life, classOf, runUntil, finish } = createControllers();
    const classes = [
      cpus('large', 5, { priority: 9 }),
      cpus('late', 2),
      cpus('urgent', 3, { priority: 5 }),
      cpus('small', 1),
    ].map((one) => classOf(one));
    at(0, () => classes.forEach((id) => void life.submit(id, FOREVER, 0)));
    runUntil(0);
    // Of 4 vCPU: 5 never fit; 3 by priority; of the rest 2 are too many, 1 fits.
    expect(placedIn(finish())).toEqual([2, 3]);
  });

  test('strict: the first one that does not fit blocks everything behind it', () => {
    const { at, life, classOf, runUntil, finish } = createControllers({ discipline: 'strict' });
    const [three, two, one] = [cpus('three', 3), cpus('two', 2), cpus('one', 1)].map((spec) => classOf(spec));
    let first = -1;
    at(0, () => {
      first = life.submit(three!, FOREVER, 0);
      life.submit(two!, FOREVER, 0);
      life.submit(one!, FOREVER, 0);
    });
    at(7, () => life.end(first, TASK_END.stopped), PHASE.release);
    runUntil(6);
    expect(placedIn(finish())).toEqual([0]);
  });

  test('strict: when the blocking task gives up, the ones behind it start', () => {
    const { at, life, classOf, runUntil, placement, finish } = createControllers({ discipline: 'strict' });
    const [five, one] = [classOf(cpus('five', 5)), classOf(cpus('one', 1))];
    let blocking = -1;
    at(0, () => {
      blocking = life.submit(five, FOREVER, 0);
      life.submit(one, FOREVER, 0);
    });
    at(9, () => life.end(blocking, TASK_END.stopped));
    runUntil(8);
    expect(placement.queue.size).toBe(2);
    runUntil(9);
    expect(placement.queue.size).toBe(0);
    finish();
  });

  test('strict: when the task in front gives up, the turn is of who waits longest then, not of its kind', () => {
    const { at, life, classOf, runUntil, finish } = createControllers({ discipline: 'strict' });
    const [two, three] = [classOf(cpus('two', 2)), classOf(cpus('three', 3))];
    const tasks: number[] = [];
    at(0, () => {
      for (const classId of [two, two, two, three, two]) tasks.push(life.submit(classId, FOREVER, 0));
    });
    // Two run, and of the others (two, three, two) the first one gives up.
    at(1, () => life.end(tasks[2]!, TASK_END.stopped));
    // Room for two, but the turn is of three, and then there is room for it.
    at(2, () => life.end(tasks[0]!, TASK_END.stopped), PHASE.release);
    at(4, () => life.end(tasks[1]!, TASK_END.stopped), PHASE.release);
    runUntil(3);
    runUntil(5);
    expect(placedIn(finish())).toEqual([0, 1, 3]);
  });

  test('a class that gave up waiting is tried again when it comes back after room came free', () => {
    const { at, life, classOf, runUntil, placement, finish } = createControllers();
    const two = classOf(cpus('two', 2));
    const tasks: number[] = [];
    at(0, () => {
      for (let n = 0; n < 3; n++) tasks.push(life.submit(two, FOREVER, 0));
    });
    // The third one found no room and leaves; then room comes free while nobody waits.
    at(1, () => life.end(tasks[2]!, TASK_END.stopped));
    at(2, () => life.end(tasks[0]!, TASK_END.stopped));
    at(3, () => life.submit(two, FOREVER, 0));
    runUntil(3);
    expect(placement.queue.size).toBe(0);
    finish();
  });

  test('tells when tasks are left waiting, and only then', () => {
    const { at, life, classOf, runUntil, told } = createControllers();
    const four = classOf(cpus('four', 4));
    at(1, () => life.submit(four, FOREVER, 0));
    at(2, () => life.submit(four, FOREVER, 0));
    runUntil(2);
    expect(told).toEqual(['left waiting at 2']);
  });
});

describe('a class without room is set aside', () => {
  /** 4 vCPU are full with tasks of 1 vCPU, and `waiting` tasks each of 50 classes of 2 vCPU wait. */
  function crowded(waiting: number): Controllers & { readonly running: number[] } {
    const controllers = createControllers();
    const { at, life, classOf, runUntil } = controllers;
    const one = classOf(cpus('one', 1));
    const running: number[] = [];
    at(0, () => {
      for (let n = 0; n < 4; n++) running.push(life.submit(one, FOREVER, 0));
      for (let n = 0; n < 50; n++) {
        const two = classOf(cpus(`two-${n}`, 2));
        for (let m = 0; m < waiting; m++) life.submit(two, FOREVER, 0);
      }
    });
    runUntil(0);
    return { ...controllers, running };
  }

  test('one decision per class finds that nothing fits, however many tasks wait', () => {
    // 4 placements, and 50 classes that fail once
    expect(crowded(100).placement.attempts).toBe(54);
  });

  test('room that is too small for it costs no decision', () => {
    const { at, life, running, runUntil, placement, finish } = crowded(2);
    at(1, () => life.end(running[0]!, TASK_END.stopped));
    runUntil(1);
    expect(placement.attempts).toBe(54);
    // With 2 vCPU free all 50 are tried again: the first one takes them, 49 and its own next one fail.
    at(2, () => life.end(running[1]!, TASK_END.stopped));
    runUntil(2);
    expect(placement.attempts).toBe(54 + 51);
    finish();
  });

  test('one more of it costs no decision and no pass', () => {
    const { at, life, classOf, runUntil, placement, kernel } = crowded(1);
    const events = kernel.eventsProcessed;
    at(1, () => life.submit(classOf(cpus('two-7', 2)), FOREVER, 0));
    runUntil(1);
    expect(placement.attempts).toBe(54);
    expect(kernel.eventsProcessed).toBe(events + 1);
  });

  test('unless its constraints look at other tasks: then any placement brings it back', () => {
    // "together" goes only where a task of "leader" is.
    const base = firstFit.create(null);
    const leader = template({ name: 'leader' });
    const together = template({ name: 'together' });
    const scheduler: Scheduler = {
      ...base,
      decide(input) {
        const { view, task } = input;
        const chosen = base.decide(input);
        if (view.classes[view.taskClass[task]!]!.groupName !== 'together' || chosen === NO_INSTANCE)
          return chosen;
        return view.taskCount[chosen]! > 0 ? chosen : NO_INSTANCE;
      },
      placementsMayHelp: ({ groupName }) => groupName === 'together',
    };
    const { at, life, classOf, runUntil, placement } = createControllers({ scheduler });
    at(0, () => life.submit(classOf(together), FOREVER, 0));
    at(1, () => life.submit(classOf(leader), FOREVER, 0));
    runUntil(0);
    expect(placement.queue.size).toBe(1);
    runUntil(1);
    expect(placement.queue.size).toBe(0);
  });

  test('or when room comes free where it does not fit itself', () => {
    // "lonely" (3 vCPU) goes nowhere while there is a "noisy" task anywhere; the one there is holds the small instance.
    const base = firstFit.create(null);
    const scheduler: Scheduler = {
      ...base,
      decide(input) {
        const { view, task } = input;
        if (view.classes[view.taskClass[task]!]!.groupName !== 'lonely') return base.decide(input);
        return view.taskCount[1] === 0 ? base.decide(input) : NO_INSTANCE;
      },
      placementsMayHelp: ({ groupName }) => groupName === 'lonely',
    };
    const groups = [
      group(1),
      group(1, { name: 'small', types: [SMALL.name], labels: new Map([['pool', 'x']]) }),
    ];
    const { at, life, classOf, runUntil, placement } = createControllers({
      scheduler,
      groups,
      types: [TYPE, SMALL],
    });
    let noisy = -1;
    at(0, () => {
      noisy = life.submit(classOf(cpus('noisy', 1, { where: new Map([['pool', 'x']]) })), FOREVER, 0);
    });
    at(1, () => life.submit(classOf(cpus('lonely', 3)), FOREVER, 0));
    at(2, () => life.end(noisy, TASK_END.stopped));
    runUntil(1);
    expect(placement.queue.size).toBe(1);
    runUntil(2);
    expect(placement.queue.size).toBe(0);
  });

  test('or when an instance is gone: its constraints may count it no longer', () => {
    // "alone" goes only where there is no second instance; "five" fits nowhere and has no such constraint.
    const base = firstFit.create(null);
    const scheduler: Scheduler = {
      ...base,
      decide: (input) => (input.view.readyCount > 1 ? NO_INSTANCE : base.decide(input)),
      placementsMayHelp: ({ groupName }) => groupName === 'alone',
    };
    const { at, life, classOf, runUntil, placement, fleet } = createControllers({
      scheduler,
      groups: [group(3)],
    });
    at(0, () => life.submit(classOf(cpus('five', 5)), FOREVER, 0));
    at(1, () => fleet.terminate(2));
    runUntil(1);
    expect(placement.attempts).toBe(1);
    at(2, () => life.submit(classOf(cpus('alone', 1)), FOREVER, 0));
    runUntil(2);
    expect(placement.queue.size).toBe(2);
    at(3, () => fleet.terminate(1), PHASE.autoscale);
    runUntil(3);
    expect(placement.queue.size).toBe(1);
  });
});

type Step =
  | { readonly kind: 'submit'; readonly pick: number; readonly count: number }
  | { readonly kind: 'end' | 'lose' | 'launch'; readonly pick: number };

const CLASSES: readonly TaskTemplate[] = [
  cpus('small', 1),
  cpus('large', 3),
  cpus('roomy', 1, { memoryBytes: 9 * GIB }),
  cpus('urgent', 2, { priority: 3 }),
  cpus('apart', 1, { distinctInstance: true }),
  cpus('port', 1, { hostPorts: [{ port: 80, protocol: 'TCP' }] }),
  cpus('pinned', 1, { where: new Map([['pool', 'x']]) }),
];
const SMALL = instanceType(2, 8);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      pick: fc.nat(CLASSES.length - 1),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('end' as const), pick: fc.nat(1000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('lose' as const, 'launch' as const), pick: fc.nat(1000) }),
  },
);
/** What happens at one instant. */
const instants = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 40, size: 'max' });

/** Plays the steps, one instant a second, and looks at the cluster after each. */
function playSteps(
  discipline: 'skip' | 'strict',
  steps: readonly (readonly Step[])[],
  look: (controllers: Controllers, waiting: readonly number[]) => void,
): Controllers {
  const range = { min: 0, max: 4, initial: 1 };
  const controllers = createControllers({
    discipline,
    types: [TYPE, SMALL],
    groups: [
      group(range),
      // Its boot ends at another instant than its launch.
      group(range, { name: 'x', types: [SMALL.name], labels: new Map([['pool', 'x']]), boot: seconds(1) }),
    ],
    templates: CLASSES,
  });
  const { at, runUntil, life, fleet, store, classOf } = controllers;
  const classes = CLASSES.map((one) => classOf(one));
  const alive: number[] = [];
  const apply = (one: Step) => {
    if (one.kind === 'submit') {
      for (let n = 0; n < one.count; n++) alive.push(life.submit(classes[one.pick]!, FOREVER, 0));
    } else if (one.kind === 'end' && alive.length > 0) {
      const [task] = alive.splice(one.pick % alive.length, 1);
      life.end(task!, TASK_END.stopped);
    } else if (one.kind === 'launch' && fleet.alive(one.pick % 2) < 4) {
      fleet.launch(one.pick % 2, fleet.groups[one.pick % 2]!.types[0]!, () => true);
    } else if (one.kind === 'lose' && store.readyCount > 0) {
      const ready = Array.from({ length: store.slotCount }, (_, slot) => slot).filter(
        (slot) => store.accepts[slot] === 1,
      );
      fleet.terminate(ready[one.pick % ready.length]!);
    }
  };
  steps.forEach((together, index) => {
    const timeMs = (index + 1) * 1000;
    at(timeMs, () => together.forEach(apply));
    runUntil(timeMs);
    look(
      controllers,
      alive.filter((task) => store.taskState[task] === TASK_STATE.pending),
    );
  });
  return controllers;
}

function fitsSomewhere({ store }: Controllers, task: number): boolean {
  const taskClass = store.classes[store.taskClass[task]!]!;
  for (let slot = 0; slot < store.slotCount; slot++) {
    if (store.accepts[slot] === 1 && mayTake(store, slot, taskClass)) return true;
  }
  return false;
}

/** Task ordinals in the order in which they were placed. */
function placedIn(log: ReturnType<Controllers['finish']>): number[] {
  return log.flatMap((record) => (record.kind === 'placed' ? [record.task] : []));
}

describe('random arrivals, ends, launches and losses', () => {
  test('skip: after each instant nothing that waits fits anywhere, and each class was served in order', () => {
    fc.assert(
      fc.property(instants, (steps) => {
        const controllers = playSteps('skip', steps, (now, waiting) => {
          expect(waiting.length).toBe(now.placement.queue.size);
          expect(waiting.filter((task) => fitsSomewhere(now, task))).toEqual([]);
        });
        // The order inside classes is I-11 of the log.
        controllers.finish();
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test('strict: after each instant the first that waits fits nowhere, and nobody overtook', () => {
    fc.assert(
      fc.property(instants, (steps) => {
        const controllers = playSteps('strict', steps, (now, waiting) => {
          const { store } = now;
          const priority = (task: number) => store.classes[store.taskClass[task]!]!.priority;
          const highest = Math.max(...waiting.map(priority));
          const since = Math.min(
            ...waiting.filter((task) => priority(task) === highest).map((task) => store.taskSinceMs(task)),
          );
          const first = waiting.filter(
            (task) => priority(task) === highest && store.taskSinceMs(task) === since,
          );
          // Of those that wait since the same instant one is the first; the log knows which (I-11).
          if (first.length > 0) expect(first.some((task) => !fitsSomewhere(now, task))).toBe(true);
        });
        controllers.finish();
      }),
      { seed: 2, numRuns: 150 },
    );
  });
});
