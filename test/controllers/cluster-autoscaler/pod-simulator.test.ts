import { describe, expect, test } from 'vitest';
import { ClusterSnapshot } from '../../../src/controllers/cluster-autoscaler/cluster-snapshot.ts';
import { PodHints } from '../../../src/controllers/cluster-autoscaler/pod-hints.ts';
import { PodSimulator } from '../../../src/controllers/cluster-autoscaler/pod-simulator.ts';
import { FilterRun } from '../../../src/schedulers/kubernetes/filter-run.ts';
import { createFixture, type NodeWords } from '../../schedulers/kubernetes/fixture.ts';

const ANY = () => true;
const pod = (cpu: string) => ({ requests: { cpu } });

/** Nodes of 2 CPU, and a way to see where pods are put: names of nodes, `none` for those that have none. */
function simulation(names: readonly string[], more: Partial<NodeWords> = {}) {
  const { store, scheduler, submit, bind } = createFixture(
    names.map((name) => ({ name, cpu: '2', ...more })),
  );
  const snapshot = new ClusterSnapshot(store, 0);
  const simulator = new PodSimulator(snapshot, new FilterRun(snapshot.store, scheduler.options.profiles));
  snapshot.follow(0);
  const nameOf = (slot: number) => (slot < 0 ? 'none' : snapshot.store.instanceName(slot));
  const packed = (tasks: readonly number[], hints: PodHints, willDo: (name: string) => boolean = ANY) => {
    const mark = snapshot.fork();
    const pods = tasks.map((task) => snapshot.addPod(store.taskClass[task]!, task));
    simulator.scheduleAll(pods, hints, (slot) => willDo(nameOf(slot)), false);
    const where = pods.map((one) => nameOf(snapshot.store.taskInstance[one]!));
    snapshot.revert(mark);
    hints.dropOld();
    return where;
  };
  return { store, submit, bind, snapshot, simulator, packed };
}

describe('PodSimulator', () => {
  test('goes round: each search begins behind the node that took the last pod', () => {
    const { submit, packed } = simulation(['a', 'b', 'c']);
    const tasks = Array.from({ length: 5 }, () => submit(pod('500m')));
    expect(packed(tasks, new PodHints())).toEqual(['a', 'b', 'c', 'a', 'b']);
    // The next one begins where that one ended.
    expect(packed(tasks.slice(0, 1), new PodHints())).toEqual(['c']);
  });

  test('puts pods where they went before, as long as that will do', () => {
    const { submit, packed, bind, snapshot } = simulation(['a', 'b', 'c']);
    const tasks = Array.from({ length: 3 }, () => submit(pod('1500m')));
    const hints = new PodHints();
    expect(packed(tasks, hints)).toEqual(['a', 'b', 'c']);
    // Without hints the search would go on at a: with them it makes no difference in which order they come.
    expect(packed([tasks[2]!, tasks[0]!, tasks[1]!], hints)).toEqual(['c', 'a', 'b']);
    expect(packed(tasks, hints)).toEqual(['a', 'b', 'c']);
    // b has no room for the pod that went there any more.
    bind(pod('1'), 'b');
    snapshot.follow(0);
    expect(packed([tasks[1]!], hints)).not.toEqual(['b']);
    expect(packed([tasks[0]!], hints, (name) => name === 'c')).toEqual(['c']);
  });

  test('forgets hints that were not used in two simulations', () => {
    const hints = new PodHints();
    hints.set(1, 7);
    hints.dropOld();
    expect(hints.nodeOf(1)).toBe(7);
    hints.dropOld();
    expect(hints.nodeOf(1)).toBeUndefined();
  });

  test('takes no pod to a node that drains, or that is not to take any', () => {
    const { store, submit, packed, snapshot } = simulation(['a', 'b']);
    const task = submit(pod('1'));
    store.setInstanceState(0, 4, 0);
    snapshot.follow(0);
    expect(packed([task], new PodHints())).toEqual(['b']);
    store.setAgentConnected(1, false);
    snapshot.follow(0);
    expect(packed([task], new PodHints())).toEqual(['none']);
  });

  test('schedule() puts the pod onto the node that is named, if filters let it', () => {
    const { snapshot, simulator, submit, store } = simulation(['a', 'b']);
    const waiting = submit(pod('1500m'));
    const classId = store.taskClass[waiting]!;
    const task = snapshot.addPod(classId, waiting);
    const [, b] = snapshot.order;
    expect(simulator.schedule(task, b!)).toBe(true);
    expect(snapshot.podsOn(b!)).toEqual([task]);
    expect(simulator.schedule(snapshot.addPod(classId), b!)).toBe(false);
  });
});

describe('ClusterSnapshot', () => {
  test('leaves out pods below the least priority: their room is as good as free', () => {
    const { submit, bind, snapshot, packed } = simulation(['a']);
    bind({ ...pod('2'), spec: { priority: -11 } }, 'a');
    snapshot.follow(0);
    expect(packed([submit(pod('2'))], new PodHints())).toEqual(['a']);
    bind(pod('0'), 'a');
    snapshot.follow(0);
    expect(snapshot.podsOn(snapshot.order[0]!)).toHaveLength(1);
  });

  test('knows nodes by age, and by their ids in the real cluster', () => {
    const { store, snapshot } = simulation(['a', 'b', 'c']);
    store.removeInstance(1, 0);
    snapshot.follow(0);
    expect(snapshot.order.map((slot) => snapshot.store.instanceName(slot))).toEqual(['a', 'c']);
    expect(snapshot.slotOf(2)).toBe(-1);
    expect(snapshot.store.instanceName(snapshot.slotOf(3))).toBe('c');
  });
});
