import { describe, expect, test } from 'vitest';
import { ClusterSnapshot } from '../../../src/controllers/cluster-autoscaler/cluster-snapshot.ts';
import { PodSimulator } from '../../../src/controllers/cluster-autoscaler/pod-simulator.ts';
import { PodsToHelp } from '../../../src/controllers/cluster-autoscaler/pods-to-help.ts';
import { PendingQueue } from '../../../src/controllers/pending-queue.ts';
import { TASK_FIELD } from '../../../src/model/task-records.ts';
import { FilterRun } from '../../../src/schedulers/kubernetes/filter-run.ts';
import { SECOND } from '../../../src/units.ts';
import { createFixture, type NodeWords, type PodWords } from '../../schedulers/kubernetes/fixture.ts';

const pod = (cpu: string, priority = 0): PodWords => ({ requests: { cpu }, spec: { priority } });

/** At 10 s; pods are submitted at 0 unless `atS` says otherwise. */
function world(nodes: readonly NodeWords[], newPodDelayMs = 0) {
  const { store, scheduler, submit, bind } = createFixture(nodes);
  const queue = new PendingQueue(store);
  const daemons = new Set<number>();
  const nominated = new Set<number>();
  const snapshot = new ClusterSnapshot(store, -10);
  const simulator = new PodSimulator(snapshot, new FilterRun(snapshot.store, scheduler.options.profiles));
  const pods = new PodsToHelp({
    kernel: { nowMs: 10 * SECOND },
    store,
    settings: { newPodDelayMs },
    queue,
    isDaemon: (task) => daemons.has(task),
    nominated: () => nominated,
    simulator,
  });
  const wait = (words: PodWords, atS = 0): number => {
    const task = submit(words);
    store.taskRecords.setTime(task, TASK_FIELD.submitMs, atS * SECOND);
    queue.push(task);
    return task;
  };
  const find = (drained: readonly number[] = []) => {
    snapshot.follow(0);
    const mark = snapshot.fork();
    const found = pods.find(drained);
    snapshot.revert(mark);
    return found;
  };
  return { store, bind, wait, find, pods, daemons, nominated };
}

describe('PodsToHelp finds', () => {
  test('what does not fit, the important pods first', () => {
    // 4 CPU: the important ones take 3, of the others one fits.
    const { wait, find } = world([{ name: 'n', cpu: '4' }]);
    const low = [wait(pod('1')), wait(pod('1'))];
    wait(pod('3', 10));
    expect(find()).toEqual([low[1]]);
  });

  test('no daemons, no pods that others make room for, and none of too low a priority', () => {
    const { wait, find, daemons, nominated } = world([{ name: 'n', cpu: '1' }]);
    daemons.add(wait(pod('2')));
    nominated.add(wait(pod('2', 5)));
    wait(pod('2', -11));
    const wanted = wait(pod('2', -10));
    expect(find()).toEqual([wanted]);
  });

  test('none younger than the delay for new pods', () => {
    const { wait, find } = world([{ name: 'n', cpu: '1' }], 4 * SECOND);
    const old = wait(pod('2'), 6);
    wait(pod('2'), 7);
    expect(find()).toEqual([old]);
  });

  test('pods of a node that is drained, until they are told to go, but not its daemons', () => {
    // a drains: its two pods of 1 CPU need room, and b has it for one of them.
    const { store, bind, find, daemons } = world([
      { name: 'a', cpu: '4' },
      { name: 'b', cpu: '1' },
    ]);
    const [, second] = [bind(pod('1'), 'a'), bind(pod('1'), 'a')];
    daemons.add(bind(pod('1500m'), 'a'));
    store.setInstanceState(0, 4, 0);
    expect(find([1])).toEqual([second]);
    store.evict(second!, null, 0, 0);
    expect(find([1])).toEqual([]);
  });
});

describe('PodsToHelp says that pods are young', () => {
  test.each([
    // Seen at 10 s.
    { name: 'that came in the last two seconds', atS: [9, 8.5], gpus: 0, young: true },
    { name: 'unless one of them is older', atS: [9, 8], gpus: 0, young: false },
    { name: 'of which the oldest with a GPU is younger than 30 s', atS: [0], gpus: 1, young: true },
    { name: 'never when there are none', atS: [], gpus: 0, young: false },
  ])('$name', ({ atS, gpus, young }) => {
    const { wait, pods } = world([{ name: 'n' }]);
    const gpu = gpus === 0 ? {} : { 'nvidia.com/gpu': `${gpus}` };
    const tasks = atS.map((second) => wait({ requests: { cpu: '1', ...gpu } }, second));
    expect(pods.areYoung(tasks)).toBe(young);
  });
});
