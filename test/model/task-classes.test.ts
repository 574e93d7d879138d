import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { Interner } from '../../src/model/interner.ts';
import { PortTable } from '../../src/model/port-table.ts';
import { createResourceTable, LANE } from '../../src/model/resources.ts';
import type { TaskClassSpec } from '../../src/model/task-class.ts';
import { TaskClasses } from '../../src/model/task-classes.ts';
import { type TaskSpec, taskClassSpec } from '../support/cluster-builder.ts';

const resources = createResourceTable({ cpuPerVcpu: 1024, accounting: ['scored'] });
const PORT = { ip: '0.0.0.0', protocol: 'TCP' as const, port: 80 };

function emptyTable(): TaskClasses {
  return new TaskClasses(resources, new Interner(), new PortTable([PORT]));
}

const spec = (task: TaskSpec): TaskClassSpec => taskClassSpec(resources, task);

setFlagsFromString('--allow-natives-syntax');
const haveOneHiddenClass = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (
  a: object,
  b: object,
) => boolean;
// Compiled while the syntax is allowed.
haveOneHiddenClass({}, {});
setFlagsFromString('--no-allow-natives-syntax');

describe('intern()', () => {
  test('gives all classes one hidden class, so that the engine finds their properties without a look-up', () => {
    const classes = emptyTable();
    const sizes = Array.from({ length: 20 }, (_, n) => ({ cpu: n, memoryMiB: n * 7, group: `g${n}` }));
    const made = sizes.map((size) => classes.intern(spec(size)));
    expect(made.every((one) => haveOneHiddenClass(one, made[0]!))).toBe(true);
    expect(haveOneHiddenClass({ ...made[0] }, made[0]!)).toBe(false);
  });

  test('numbers classes from 0 in order of first appearance', () => {
    const classes = emptyTable();
    const ids = [{ cpu: 1 }, { cpu: 2 }, { cpu: 1 }].map((task) => classes.intern(spec(task)).id);
    expect(ids).toEqual([0, 1, 0]);
    expect(classes.list.map(({ id }) => id)).toEqual([0, 1]);
  });

  test("of a specification made from a class takes what a specification has, and nothing that is the class's own", () => {
    const classes = emptyTable();
    const one = classes.intern(spec({ cpu: 100 }));
    const doubled = { ...one, group: 'doubled', requests: [...one.requests].map((amount) => amount * 2) };
    const two = classes.intern(doubled);
    expect([two.id, two.groupName, two.requests[LANE.cpu]]).toEqual([1, 'doubled', 200]);
  });

  test('insertion order of labels and attributes does not split a class', () => {
    const classes = emptyTable();
    const one = classes.intern(spec({ labels: { a: '1', b: '2' }, where: { x: '1', y: '2' } }));
    const two = classes.intern(spec({ labels: { b: '2', a: '1' }, where: { y: '2', x: '1' } }));
    expect(two).toBe(one);
  });

  test.each<TaskSpec>([
    { group: 'api' },
    { groupKind: 'job' },
    { cpu: 1 },
    { memoryMiB: 1 },
    { eni: 1 },
    { gpu: { count: 1, milli: 1000, models: [] } },
    { hostPorts: [80] },
    { images: [{ name: 'web:1', sizeBytes: 1 }] },
    { labels: { a: '1' } },
    { priority: 1 },
    { where: { a: '1' } },
    { distinctInstance: true },
    { spread: 'zone' },
    { tolerations: [{ operator: 'Exists' }] },
    { native: { placementStrategy: [] } },
  ])('%j makes a class of its own', (difference) => {
    const classes = emptyTable();
    expect(classes.intern(spec(difference))).not.toBe(classes.intern(spec({})));
    expect(classes.list).toHaveLength(2);
  });

  test('requestedLanes holds what is asked for and limited, lowest lane first', () => {
    const requests = [5, 0, 1, 0, 0, 2, 9];
    const taskClass = emptyTable().intern({ ...spec({}), requests });
    expect([...taskClass.requestedLanes]).toEqual([LANE.cpu, LANE.slots, LANE.eni]);
    expect([...taskClass.requests]).toEqual(requests);
  });

  test('groups are shared by classes of the same name', () => {
    const classes = emptyTable();
    const [a, b, c] = [{ group: 'web', cpu: 1 }, { group: 'web', cpu: 2 }, { group: 'api' }].map((task) =>
      classes.intern(spec(task)),
    );
    expect(b!.groupId).toBe(a!.groupId);
    expect(c!.groupId).not.toBe(a!.groupId);
    expect(a!.groupName).toBe('web');
  });

  test.each([
    { name: 'a lane too few', requests: [1, 1, 1, 0, 0, 0] },
    { name: 'a fraction', requests: [0.5, 1, 1, 0, 0, 0, 0] },
    { name: 'a negative amount', requests: [-1, 1, 1, 0, 0, 0, 0] },
    { name: 'an amount beyond exact integers', requests: [2 ** 53, 1, 1, 0, 0, 0, 0] },
  ])('$name is a bug', ({ requests }) => {
    expect(() => emptyTable().intern({ ...spec({}), requests })).toThrow(/request/);
  });
});

describe('evicted()', () => {
  test('is a class of its own, equal in all but that, made once; origin() leads back', () => {
    const classes = emptyTable();
    const web = classes.intern(spec({ cpu: 3, priority: 5 }));
    const evicted = classes.evicted(web);
    expect(evicted).toEqual({ ...web, id: 1, evicted: true });
    expect(classes.list[1]).toBe(evicted);
    expect(classes.evicted(web)).toBe(evicted);
    expect(classes.origin(evicted)).toBe(web);
    expect(classes.origin(web)).toBe(web);
    expect(classes.intern(spec({ cpu: 3, priority: 5 }))).toBe(web);
    expect(() => classes.evicted(evicted)).toThrow(/not evicted again/);
  });

  test('a class that never preempts is another one', () => {
    const classes = emptyTable();
    expect(classes.intern({ ...spec({}), neverPreempts: true })).not.toBe(classes.intern(spec({})));
  });
});
