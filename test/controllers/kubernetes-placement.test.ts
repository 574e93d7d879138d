import { describe, expect, test } from 'vitest';
import { INSTANCE_STATE } from '../../src/model/cluster-view.ts';
import type { KubeQueue, Plan } from '../../src/model/plan.ts';
import { SECOND } from '../../src/units.ts';
import { createKubeControllers } from '../support/kube-controllers.ts';
import {
  DEMAND,
  group,
  job,
  kubeQueue,
  plan,
  platform,
  seconds,
  service,
  template,
} from '../support/plans.ts';
import { instanceLines, play, type PlayedRun, taskLines } from '../support/play.ts';

/** The plan on instances of 4 vCPU and 16 GiB that keep nothing back. */
function playKube(planned: Plan, queue: Partial<KubeQueue> = {}, autoscaler = false): PlayedRun {
  const rest = autoscaler ? { autoscaler: DEMAND } : {};
  return play(planned, platform('kubernetes', {}, { queue: kubeQueue(queue), ...rest }));
}

const vcpus = (count: number, priority = 0) => template({ cpuMilli: count * 1000, priority });
const evictions = ({ log }: PlayedRun) =>
  log.flatMap((record) =>
    record.kind === 'evicted'
      ? [
          `task ${record.task} for ${record.for} at ${record.timeMs / SECOND} until ${record.untilMs / SECOND}`,
        ]
      : [],
  );

describe('KubernetesPlacement, cycles', () => {
  test('places one pod after the other, and binds while other cycles go on', () => {
    const jobs = [job('task', { count: 3 })];
    // Cycles end at 0.1, 0.2 and 0.3; binding takes another 0.25 and counts as start-up; then 10 s.
    expect(taskLines(playKube(plan({ jobs }), { cycleMs: 100, bindMs: 250 }))).toEqual([
      'task/0 i-0000001 0.1 > 0.35 > 10.35 succeeded',
      'task/1 i-0000001 0.2 > 0.45 > 10.45 succeeded',
      'task/2 i-0000001 0.3 > 0.55 > 10.55 succeeded',
    ]);
  });

  test('takes higher priorities first, and of one priority who came first', () => {
    const jobs = [
      job('low', { count: 2, template: vcpus(1) }),
      job('high', { count: 1, template: vcpus(1, 7) }),
    ];
    const placed = taskLines(playKube(plan({ jobs }), { cycleMs: 1000 })).map((line) =>
      line.split(' ').slice(0, 3).join(' '),
    );
    expect(placed).toEqual(['low/0 i-0000001 2', 'low/1 i-0000001 3', 'high/2 i-0000001 1']);
  });

  test('a pod that comes during a cycle is tried after it, whatever its priority', () => {
    const jobs = [job('low', { count: 2 }), job('high', { at: [0.5], template: vcpus(1, 7) })];
    const placed = taskLines(playKube(plan({ jobs }), { cycleMs: 1000 })).map((line) => line.split(' ')[2]);
    expect(placed).toEqual(['1', '3', '2']);
  });

  test('a pod that leaves during its cycle is forgotten', () => {
    const services = [
      service('web', [
        [0, 1],
        [0.5, 0],
      ]),
    ];
    const jobs = [job('task', { at: [0.2] })];
    expect(taskLines(playKube(plan({ services, jobs }), { cycleMs: 1000 }))).toEqual([
      'web/0 - - > - > 0.5 stopped',
      // Its cycle begins when that of web/0 is over.
      'task/1 i-0000001 2 > 2 > 12 succeeded',
    ]);
  });
});

describe('KubernetesPlacement, back-off', () => {
  const whole = vcpus(4);

  test('room that comes free brings pods back; one that still backs off goes after newcomers', () => {
    const jobs = [
      job('first', { template: whole, runS: 10 }),
      // Fails at 9.5 and backs off until the second of 10.5 has passed, so at 10 it lets the newcomer go first.
      job('failed', { at: [9.5], template: whole }),
      job('newcomer', { at: [10], template: whole }),
    ];
    expect(taskLines(playKube(plan({ jobs }))).map((line) => line.split(' > ')[0])).toEqual([
      'first/0 i-0000001 0',
      'failed/1 i-0000001 20',
      'newcomer/2 i-0000001 10',
    ]);
  });

  test('a back-off that is over puts nobody behind newcomers', () => {
    const jobs = [
      job('first', { template: whole, runS: 10 }),
      job('failed', { at: [8.5], template: whole }),
      job('newcomer', { at: [10], template: whole }),
    ];
    expect(taskLines(playKube(plan({ jobs }))).map((line) => line.split(' > ')[0])).toEqual([
      'first/0 i-0000001 0',
      'failed/1 i-0000001 10',
      'newcomer/2 i-0000001 20',
    ]);
  });

  test('pods that find no node at all are tried again at the end of their back-off, not when one comes', () => {
    const fleet = [group({ min: 0, max: 1 }, { launch: seconds(3) })];
    const run = playKube(plan({ jobs: [job('task')] }, { fleet }), {}, true);
    // Failures at 0, 2, 5 and 10, as the back-offs of 1, 2, 4 and 8 s end with the seconds 1, 4, 9 and 18. The autoscaler
    // looks at 10, the node is ready at 13, and the queue looks at 19.
    expect(taskLines(run)).toEqual(['task/0 i-0000001 19 > 19 > 29 succeeded']);
    expect(instanceLines(run)[0]).toContain('10 > 13 > 13');
  });

  test('a node that comes brings those back that fit on it', () => {
    const fleet = [group({ min: 1, max: 2 }, { launch: seconds(3) })];
    const jobs = [job('first', { template: whole, runS: 100 }), job('second', { template: whole })];
    const run = playKube(plan({ jobs }, { fleet }), {}, true);
    expect(taskLines(run)[1]).toBe('second/1 i-0000002 13 > 13 > 23 succeeded');
  });
});

describe('KubernetesPlacement, preemption', () => {
  const low = (count: number, runS: number) => job('low', { template: vcpus(count), runS });

  test('evicts a task of lower priority, which holds its room for the grace period and starts over', () => {
    const jobs = [low(4, 100), job('high', { at: [5], template: vcpus(4, 7) })];
    const run = playKube(plan({ jobs }));
    expect(evictions(run)).toEqual(['task 0 for 1 at 5 until 35']);
    expect(taskLines(run)).toEqual([
      'low/0 i-0000001 0 > 0 > 35 interrupted',
      'low/0#1 i-0000001 45 > 45 > 145 succeeded',
      'high/1 i-0000001 35 > 35 > 45 succeeded',
    ]);
    expect(run.result.summary.metrics['tasks.interrupted']).toBe(1);
    expect(run.result.summary.metrics['wait.max']).toBe(30);
  });

  test('a victim that ends by itself makes room earlier, and is not interrupted', () => {
    const jobs = [low(4, 20), job('high', { at: [5], template: vcpus(4, 7) })];
    const run = playKube(plan({ jobs }));
    expect(evictions(run)).toHaveLength(1);
    expect(taskLines(run)).toEqual([
      'low/0 i-0000001 0 > 0 > 20 succeeded',
      'high/1 i-0000001 20 > 20 > 30 succeeded',
    ]);
  });

  test('without grace the victim is gone at once', () => {
    const jobs = [low(4, 100), job('high', { at: [5], template: vcpus(4, 7) })];
    expect(taskLines(playKube(plan({ jobs }), { graceMs: 0 }))).toEqual([
      'low/0 i-0000001 0 > 0 > 5 interrupted',
      'low/0#1 i-0000001 15 > 15 > 115 succeeded',
      'high/1 i-0000001 5 > 5 > 15 succeeded',
    ]);
  });

  test('evicts nobody of the same priority, and nobody at all with preemptionPolicy Never', () => {
    const never = template({ cpuMilli: 4000, priority: 9, preemptionPolicy: 'Never' });
    const jobs = [
      job('running', { template: vcpus(4, 7), runS: 20 }),
      job('equal', { at: [1], template: vcpus(4, 7) }),
      job('never', { at: [2], template: never }),
    ];
    const run = playKube(plan({ jobs }));
    expect(evictions(run)).toEqual([]);
    // Both are brought back at 20, and the higher priority goes first.
    expect(taskLines(run).map((line) => line.split(' > ')[0])).toEqual([
      'running/0 i-0000001 0',
      'equal/1 i-0000001 30',
      'never/2 i-0000001 20',
    ]);
  });

  test('keeps the room that is being made from pods of lower priority, not from higher ones', () => {
    const jobs = [
      job('low', { template: vcpus(2), runS: 100, count: 1 }),
      // Ends at 20, in the middle of the grace period of the other.
      job('short', { template: vcpus(2), runS: 20 }),
      job('nominee', { at: [5], template: vcpus(4, 7) }),
      job('lower', { at: [21], template: vcpus(2), runS: 1 }),
      job('higher', { at: [22], template: vcpus(2, 9), runS: 5 }),
    ];
    const run = playKube(plan({ jobs }));
    expect(evictions(run)).toEqual(['task 0 for 2 at 5 until 35', 'task 1 for 2 at 5 until 35']);
    expect(taskLines(run).map((line) => line.split(' > ')[0])).toEqual([
      'low/0 i-0000001 0',
      'low/0#1 i-0000001 45',
      'short/1 i-0000001 0',
      'nominee/2 i-0000001 35',
      'lower/3 i-0000001 45',
      'higher/4 i-0000001 22',
    ]);
  });

  test('a pod loses the room that is being made for it to one of higher priority', () => {
    const jobs = [
      low(4, 100),
      job('middle', { at: [1], template: vcpus(4, 5) }),
      job('high', { at: [2], template: vcpus(4, 9) }),
    ];
    const run = playKube(plan({ jobs }));
    // The victim is going already, and is not evicted again.
    expect(evictions(run)).toEqual(['task 0 for 1 at 1 until 31']);
    expect(taskLines(run).map((line) => line.split(' > ')[0])).toEqual([
      'low/0 i-0000001 0',
      'low/0#1 i-0000001 51',
      'middle/1 i-0000001 41',
      'high/2 i-0000001 31',
    ]);
  });

  test('a nominated pod that leaves gives the room back to those it kept from it', () => {
    const services = [
      service(
        'high',
        [
          [0, 0],
          [5, 1],
          [10, 0],
        ],
        { template: vcpus(4, 7) },
      ),
    ];
    const jobs = [
      job('low', { template: vcpus(2), runS: 100 }),
      job('short', { template: vcpus(2), runS: 7 }),
      job('next', { at: [8], template: vcpus(2) }),
    ];
    const run = playKube(plan({ services, jobs }));
    expect(evictions(run)).toHaveLength(2);
    const line = taskLines(run).find((text) => text.startsWith('next'));
    // There is room from 7 on, but until 10 it is kept for the service.
    expect(line).toBe('next/3 i-0000001 10 > 10 > 20 succeeded');
  });

  test('spares the pods of a disruption budget if others will do', () => {
    const app = (name: string) => template({ cpuMilli: 4000, labels: new Map([['app', name]]) });
    const services = [
      service('a', [[0, 1]], { template: app('a') }),
      service('b', [[0, 1]], { template: app('b') }),
    ];
    const jobs = [job('high', { at: [5], template: vcpus(4, 7) })];
    const victims = (kept: string) => {
      const budget = {
        kind: 'PodDisruptionBudget',
        metadata: { name: kept },
        spec: { selector: { matchLabels: { app: kept } }, minAvailable: 1 },
      };
      const made = plan({ services, jobs }, { fleet: [group(2)] });
      return evictions(playKube({ ...made, workload: { ...made.workload, manifests: [budget] } }));
    };
    expect(victims('a')).toEqual(['task 1 for 2 at 5 until 35']);
    expect(victims('b')).toEqual(['task 0 for 2 at 5 until 35']);
  });

  test('an instance that came is filled before another one is asked for, however long the cycles take', () => {
    const fleet = [group({ min: 1, max: 9 }, { launch: seconds(8) })];
    // 4 vCPU are taken; 8 pods of 1 vCPU take two instances, and the look at 20 finds these ready, but pods in the queue.
    const jobs = [low(4, 1000), job('burst', { at: [0.5], count: 8, runS: 100 })];
    const run = playKube(plan({ jobs }, { fleet }), { cycleMs: 1000 }, true);
    expect(instanceLines(run)).toHaveLength(3);
  });

  test('a nominated pod asks for no instance, its victim does once it waits', () => {
    const fleet = [group({ min: 1, max: 2 })];
    const jobs = [low(4, 100), job('high', { at: [5], template: vcpus(4, 7), runS: 1000 })];
    const run = playKube(plan({ jobs }, { fleet }), {}, true);
    expect(taskLines(run).slice(0, 2)).toEqual([
      'low/0 i-0000001 0 > 0 > 35 interrupted',
      'low/0#1 i-0000002 45 > 45 > 145 succeeded',
    ]);
    expect(instanceLines(run)).toHaveLength(2);
  });
});

describe('KubernetesPlacement, events and gates', () => {
  test('a pod waits for its gates to go, and only then for its turn', () => {
    const world = createKubeControllers();
    world.join('a');
    const gates = { schedulingGates: [{ name: 'quota' }, { name: 'review' }] };
    const gated = world.submit({ spec: gates });
    world.at(1000, () => world.placement.removeGate(gated, 'quota'));
    world.at(2000, () => {
      expect(world.placement.heldBack(gated)).toBe('Scheduling is blocked due to non-empty scheduling gates');
      world.placement.removeGate(gated, 'review');
    });
    world.at(3000, () => world.placement.removeGate(world.submit({ spec: gates })));
    world.runUntil(10_000);
    expect(world.placements()).toEqual([
      [2000, 'a'],
      [3000, 'a'],
    ]);
    world.finish();
  });

  test('a pod that wants to be near another hears of it when that is bound', () => {
    const world = createKubeControllers({ bindMs: 700 });
    world.join('a');
    const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'db' } } };
    const affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    world.submit({ spec: { affinity } });
    world.at(5000, () => void world.submit({ labels: { app: 'db' } }));
    world.runUntil(10_000);
    expect(world.placements()).toEqual([
      [5700, 'a'],
      [5000, 'a'],
    ]);
    world.finish();
  });

  test('tries again after five minutes what nobody told it about', () => {
    const world = createKubeControllers();
    const slot = world.join('a');
    world.store.setInstanceState(slot, INSTANCE_STATE.draining, 0);
    world.at(1000, () => void world.submit({}));
    world.at(2000, () => world.store.setInstanceState(slot, INSTANCE_STATE.ready, 2000));
    world.runUntil(400_000);
    // At 300 s it has waited for 299 s; the next look is at 330 s.
    expect(world.placements()).toEqual([[330_000, 'a']]);
    world.finish();
  });

  test('a node that goes during the cycle fails the attempt as an error, with back-off', () => {
    const world = createKubeControllers({ cycleMs: 500 });
    const slot = world.join('a');
    world.at(1000, () => void world.submit({}));
    world.at(1200, () => {
      world.join('b');
      world.leave(slot);
    });
    world.runUntil(10_000);
    // Fails at 1.5: backs off for a second, to 2; leaves in the second after that one; another cycle.
    expect(world.placements()).toEqual([[3500, 'b']]);
    world.finish();
  });

  test('a nomination ends with its node', () => {
    const world = createKubeControllers();
    const slot = world.join('a');
    world.submit({ cpu: 4 });
    world.at(1000, () => void world.submit({ cpu: 4, spec: { priority: 5 } }));
    // The victim loses its room with the node; the newcomer has the old one's slot, and room for one of the two.
    world.at(5000, () => world.leave(slot));
    world.at(6000, () => expect(world.join('b')).toBe(slot));
    world.runUntil(100_000);
    const [first, second] = world.placements();
    expect(first).toEqual([0, 'a']);
    expect(second?.[1]).toBe('b');
    world.finish();
  });
});
