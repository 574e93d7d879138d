import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../src/errors.ts';
import { INSTANCE_STATE, INSTANCE_STATE_NAMES } from '../../src/model/cluster-view.ts';
import { PHASE } from '../../src/model/phases.ts';
import { type Controllers, createControllers } from '../support/controllers.ts';
import { group, instanceType, seconds, template, TYPE } from '../support/plans.ts';

const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const anywhere = () => true;

/** `i-0000001 ready zone-a` for each instance. */
function instances({ store }: Controllers): string[] {
  const lines: string[] = [];
  for (let slot = 0; slot < store.slotCount; slot++) {
    if (store.state[slot] === INSTANCE_STATE.free) continue;
    const zone = store.strings.name(store.zone[slot]!);
    lines.push(`${store.instanceName(slot)} ${INSTANCE_STATE_NAMES[store.state[slot]!]} ${zone}`);
  }
  return lines;
}

describe('Fleet at the start', () => {
  test('has the initial instances of each group, of its first type, zone by zone, ready', () => {
    const small = instanceType(2, 8);
    const range = { min: 1, max: 9, initial: 4 };
    const controllers = createControllers({
      types: [TYPE, small],
      groups: [
        group(range, { types: [small.name, TYPE.name], zones: ZONES }),
        group(1, { name: 'other', zones: ['zone-c'] }),
      ],
    });
    expect(instances(controllers)).toEqual([
      'i-0000001 ready zone-a',
      'i-0000002 ready zone-b',
      'i-0000003 ready zone-c',
      'i-0000004 ready zone-a',
      'i-0000005 ready zone-c',
    ]);
    const { fleet, store } = controllers;
    expect([fleet.alive(0), fleet.alive(1)]).toEqual([4, 1]);
    expect(store.shapes[store.shapeOf[3]!]!.typeName).toBe(small.name);
    expect(fleet.groupOf(4)).toBe(1);
  });

  test('takes listed instances with their own names, types and zones, in their order', () => {
    const small = instanceType(2, 8);
    const listed = [
      { name: 'n-7', type: small.name, zone: 'zone-b' },
      { name: 'n-3', type: TYPE.name, zone: 'zone-a' },
    ];
    const controllers = createControllers({
      types: [TYPE, small],
      groups: [group(2, { types: [TYPE.name, small.name], zones: ['zone-a', 'zone-b'], instances: listed })],
    });
    expect(instances(controllers)).toEqual(['n-7 ready zone-b', 'n-3 ready zone-a']);
    const { store } = controllers;
    expect([0, 1].map((slot) => store.allocatable[0]![slot])).toEqual([2000, 4000]);
  });
});

describe('Fleet.launch()', () => {
  test('takes launch and boot time one after the other, and only then tells that the instance is ready', () => {
    const pool = group({ min: 0, max: 1 }, { launch: seconds(3), boot: seconds(5) });
    const controllers = createControllers({ groups: [pool] });
    const { at, fleet, runUntil, told, finish } = controllers;
    at(1000, () => fleet.launch(0, TYPE.name, anywhere));
    const states = [1000, 3999, 4000, 8999, 9000].map((timeMs) => {
      runUntil(timeMs);
      return instances(controllers)[0]!.split(' ')[1];
    });
    expect(states).toEqual(['requested', 'requested', 'booting', 'booting', 'ready']);
    expect(told).toEqual(['i-0000001 ready at 9000']);
    finish();
  });

  test('goes to the zone with the fewest instances alive, of those that will do', () => {
    const controllers = createControllers({
      groups: [group({ min: 0, max: 9, initial: 4 }, { zones: ZONES })],
    });
    const { at, fleet, runUntil } = controllers;
    // Zones a, b, c, a are taken.
    at(1, () => fleet.launch(0, TYPE.name, anywhere));
    at(2, () => fleet.launch(0, TYPE.name, (zone) => zone !== 'zone-c'));
    at(3, () => fleet.launch(0, TYPE.name, (zone) => zone === 'zone-a'));
    at(4, () => fleet.terminate(1));
    at(5, () => fleet.terminate(4));
    at(6, () => fleet.launch(0, TYPE.name, anywhere));
    runUntil(3);
    expect(instances(controllers).slice(4)).toEqual([
      'i-0000005 ready zone-b',
      'i-0000006 ready zone-a',
      'i-0000007 ready zone-a',
    ]);
    runUntil(6);
    expect(instances(controllers)).toContain('i-0000008 ready zone-b');
    expect(fleet.alive(0)).toBe(6);
  });

  test('beyond the maximum of the group is a bug, and so is a zone that the group does not have', () => {
    const { fleet } = createControllers({ groups: [group({ min: 0, max: 1 })] });
    expect(() => fleet.launch(0, TYPE.name, () => false)).toThrow(InvariantError);
    fleet.launch(0, TYPE.name, anywhere);
    expect(() => fleet.launch(0, TYPE.name, anywhere)).toThrow(InvariantError);
  });

  test('the n-th launch of a group takes as long whatever happens in between', () => {
    const boot = { kind: 'exponential', meanMs: 60_000 } as const;
    const readyAt = (disturb: boolean): number[] => {
      const pool = (name: string) => group({ min: 0, max: 9 }, { name, launch: boot, boot });
      const controllers = createControllers({ groups: [pool('pool'), pool('other')] });
      const { at, fleet, runUntil, finish } = controllers;
      for (const timeMs of [0, 5000, 9000]) at(timeMs, () => fleet.launch(0, TYPE.name, anywhere));
      if (disturb) at(4000, () => fleet.launch(1, TYPE.name, anywhere));
      runUntil(1e9);
      const log = finish();
      const mine = log.flatMap((one) =>
        one.kind === 'instance' && one.group === 'pool' ? [one.instance] : [],
      );
      return log.flatMap((one) =>
        one.kind === 'state' && one.state === 'ready' && mine.includes(one.instance) ? [one.timeMs] : [],
      );
    };
    expect(readyAt(true)).toEqual(readyAt(false));
    expect(new Set(readyAt(false)).size).toBe(3);
  });
});

describe('Fleet.terminate()', () => {
  test('sends every task on the instance back to the queue once, and they start elsewhere', () => {
    const { at, life, fleet, classOf, runUntil, store, finish } = createControllers({
      groups: [group({ min: 0, max: 3, initial: 2 })],
    });
    const one = classOf(template());
    at(0, () => {
      for (let n = 0; n < 6; n++) life.submit(one, 100, 7);
    });
    // Tasks 0 to 3 are on the first instance, 4 and 5 on the second, which has room for two more.
    at(50, () => fleet.terminate(0), PHASE.failure);
    at(60, () => fleet.launch(0, TYPE.name, anywhere));
    runUntil(1000);
    const log = finish();
    expect(log.filter(({ kind }) => kind === 'requeued').length).toBe(4);
    const placed = log.flatMap((record) =>
      record.kind === 'placed' && record.attempt === 1
        ? [`${record.task} on ${record.instance} at ${record.timeMs}`]
        : [],
    );
    expect(placed).toEqual(['0 on 2 at 50', '1 on 2 at 50', '2 on 3 at 60', '3 on 3 at 60']);
    // 7 of start-up and 100 of work after the new placement
    const ends = log.flatMap((record) =>
      record.kind === 'ended' ? [`${record.task} ${record.timeMs}`] : [],
    );
    expect(ends).toEqual(['4 107', '5 107', '0 157', '1 157', '2 167', '3 167']);
    expect(store.liveTasks).toBe(0);
  });

  test('frees a place in the group, drained or not', () => {
    const controllers = createControllers({ groups: [group(2)] });
    const { fleet, store } = controllers;
    fleet.drain(0);
    expect(store.accepts[0]).toBe(0);
    fleet.terminate(0);
    fleet.terminate(1);
    expect(fleet.alive(0)).toBe(0);
    expect(instances(controllers)).toEqual([]);
  });
});

test('a drained instance keeps its tasks and takes no more', () => {
  const { at, life, fleet, classOf, runUntil, store, finish } = createControllers();
  const one = classOf(template());
  at(0, () => life.submit(one, 10, 0));
  at(5, () => fleet.drain(0));
  at(6, () => life.submit(one, 10, 0));
  runUntil(100);
  const log = finish();
  expect(log.filter(({ kind }) => kind === 'ended').length).toBe(1);
  expect(store.liveTasks).toBe(1);
});
