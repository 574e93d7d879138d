import { describe, expect, test } from 'vitest';
import type { Autoscaler, FleetGroup, PlatformPlan } from '../../src/model/plan.ts';
import { GIB, SECOND } from '../../src/units.ts';
import {
  DEMAND,
  group,
  instanceType,
  job,
  plan,
  platform,
  seconds,
  service,
  template,
  TYPE,
} from '../support/plans.ts';
import { instanceLines, play, taskLines } from '../support/play.ts';

const KINDS = ['bare', 'ecs', 'kubernetes'] as const;
const SMALL = instanceType(2, 8);
/** A fleet that grows from nothing: 5 s to launch, 25 s to boot. */
const slow = (max: number, rest: Partial<FleetGroup> = {}) =>
  group({ min: 0, max }, { launch: seconds(5), boot: seconds(25), ...rest });

function on(kind: PlatformPlan['kind'], autoscaler: Autoscaler = DEMAND, queue: 'skip' | 'strict' = 'skip') {
  return platform(kind, {}, { autoscaler, queue });
}

describe('the demand scaler grows the fleet', () => {
  test('by as many instances as the waiting tasks fill, 10 s after they were left waiting, once', () => {
    // 5 tasks of 1 vCPU on instances of 4. The looks at 20 and 30 see the instances coming; at 40 they are ready, and
    // the look of that instant comes after the pass.
    const run = play(
      plan({ jobs: [job('batch', { count: 5, runS: 100 })] }, { fleet: [slow(9)] }),
      on('bare'),
    );
    expect(instanceLines(run)).toEqual([
      'i-0000001 pool t4x16 zone-a 10 > 15 > 40 > 200',
      'i-0000002 pool t4x16 zone-a 10 > 15 > 40 > 200',
    ]);
    expect(taskLines(run).map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      ...Array.from({ length: 4 }, () => 'i-0000001 40 > 40 > 140 succeeded'),
      'i-0000002 40 > 40 > 140 succeeded',
    ]);
  });

  test('by memory where that is what runs out', () => {
    const wide = template({ cpuMilli: 100, memoryBytes: 7 * GIB });
    const run = play(
      plan({ jobs: [job('wide', { count: 4, template: wide })] }, { fleet: [slow(9)] }),
      on('bare'),
    );
    // 16 GiB hold two of 7 GiB.
    expect(instanceLines(run).length).toBe(2);
  });

  test('up to the maximum of the group, and the rest waits', () => {
    const run = play(
      plan({ jobs: [job('batch', { count: 9, runS: 100 })] }, { fleet: [slow(2)] }),
      on('bare'),
    );
    expect(instanceLines(run).length).toBe(2);
    expect(taskLines(run).at(-1)).toBe('batch/8 i-0000001 140 > 140 > 240 succeeded');
  });

  test('from the first group that is below its maximum, then from the next', () => {
    const fleet = [slow(1, { name: 'first' }), slow(5, { name: 'second', types: [SMALL.name] })];
    const run = play(
      plan({ jobs: [job('batch', { count: 8 })] }, { fleet, types: [TYPE, SMALL] }),
      on('bare'),
    );
    // 4 tasks on the only instance of the first group, 2 on each of the second.
    expect(run.result.instances.map((one) => one.group)).toEqual(['first', 'second', 'second']);
  });

  test('by the first type of the list that can take the task', () => {
    const fleet = [slow(9, { types: [SMALL.name, TYPE.name] })];
    const types = [SMALL, TYPE];
    const jobs = [job('one'), job('three', { template: template({ cpuMilli: 3000 }) })];
    const typesOf = (names: readonly string[]) => {
      const wanted = jobs.filter(({ name }) => names.includes(name));
      return play(plan({ jobs: wanted }, { fleet, types }), on('bare')).result.instances.map(
        ({ type }) => type,
      );
    };
    expect(typesOf(['one'])).toEqual([SMALL.name]);
    expect(typesOf(['three'])).toEqual([TYPE.name]);
    // The larger one goes first, and leaves room for the smaller one.
    expect(typesOf(['one', 'three'])).toEqual([TYPE.name]);
  });

  test('for the more urgent tasks first', () => {
    const urgent = template({ priority: 1, cpuMilli: 1000, where: new Map([['pool', 'b']]) });
    const large = template({ cpuMilli: 4000, where: new Map([['pool', 'a']]) });
    const fleet = [
      slow(2, { name: 'a', labels: new Map([['pool', 'a']]) }),
      slow(2, { name: 'b', labels: new Map([['pool', 'b']]) }),
    ];
    const jobs = [job('large', { template: large }), job('urgent', { template: urgent })];
    const run = play(plan({ jobs }, { fleet }), on('bare'));
    expect(run.result.instances.map((one) => one.group)).toEqual(['b', 'a']);
  });

  test.each(KINDS)('in the zone that the tasks want: %s', (kind) => {
    const wish = template({ where: new Map([['zone', 'zone-b']]) });
    const fleet = [slow(9, { zones: ['zone-a', 'zone-b', 'zone-c'] })];
    const run = play(plan({ jobs: [job('there', { count: 8, template: wish })] }, { fleet }), on(kind));
    expect(run.result.instances.map(({ zone }) => zone)).toEqual(['zone-b', 'zone-b']);
    expect(run.result.summary.tasks.succeeded).toBe(8);
  });

  test('zone by zone where the tasks do not care', () => {
    const fleet = [slow(9, { zones: ['zone-a', 'zone-b', 'zone-c'] })];
    const run = play(plan({ jobs: [job('batch', { count: 16 })] }, { fleet }), on('ecs'));
    expect(run.result.instances.map(({ zone }) => zone)).toEqual(['zone-a', 'zone-b', 'zone-c', 'zone-a']);
  });

  test.each(KINDS)('by one instance per task where two cannot share one: %s', (kind) => {
    for (const wish of [
      { distinctInstance: true },
      { hostPorts: [{ port: 8080, protocol: 'TCP' as const }] },
    ]) {
      const jobs = [job('apart', { count: 3, template: template(wish) })];
      const run = play(plan({ jobs }, { fleet: [slow(9)] }), on(kind));
      expect(run.result.instances.length).toBe(3);
      expect(run.result.summary.tasks.succeeded).toBe(3);
    }
  });

  test('for what waits when it looks, not for what comes at that very moment and finds room', () => {
    // "large" fits nowhere and keeps the scaler looking at 10, 20, ...; at 20 a task arrives for which there is room.
    const large = service('large', [[0, 1]], { template: template({ cpuMilli: 5000 }) });
    const jobs = [job('small', { at: [20, 50] })];
    const fleet = [group({ min: 1, max: 5 })];
    const run = play(plan({ services: [large], jobs }, { fleet, horizonS: 100 }), on('bare'));
    expect(run.result.summary.metrics['instances.launched']).toBe(1);
    expect(run.result.summary.tasks).toMatchObject({ succeeded: 2, pending: 1 });
  });

  test('never for tasks that no type of it can take: jobs are rejected, services wait', () => {
    const five = template({ cpuMilli: 5000 });
    const workload = {
      services: [service('web', [[0, 2]], { template: five })],
      jobs: [job('batch', { template: five })],
    };
    for (const kind of KINDS) {
      const { summary } = play(plan(workload, { fleet: [slow(9)] }), on(kind)).result;
      expect(summary.metrics['instances.launched']).toBe(0);
      expect(summary.tasks).toMatchObject({ pending: 2, rejected: 1 });
    }
  });

  test('nor for tasks that want a port of the system itself, which is taken on every instance', () => {
    const ssh = template({ hostPorts: [{ port: 22, protocol: 'TCP' }] });
    const workload = {
      services: [service('web', [[0, 1]], { template: ssh })],
      jobs: [job('batch', { template: ssh })],
    };
    const { summary } = play(plan(workload, { fleet: [slow(9)] }), on('ecs')).result;
    expect(summary.metrics['instances.launched']).toBe(0);
    expect(summary.tasks).toMatchObject({ pending: 1, rejected: 1 });
    expect(summary.unplaced.map(({ reason }) => reason)).toContain(
      'Asks for 1 vCPU, 1GiB, host port 22: no instance of the fleet could ever take it.',
    );
    // UDP 22 is free, and so is TCP 22 on a bare platform.
    const udp = template({ hostPorts: [{ port: 22, protocol: 'UDP' }] });
    const free = (one: typeof ssh, kind: PlatformPlan['kind']) =>
      play(plan({ jobs: [job('batch', { template: one })] }, { fleet: [slow(9)] }), on(kind)).result.summary
        .tasks;
    expect(free(udp, 'ecs').succeeded).toBe(1);
    expect(free(ssh, 'bare').succeeded).toBe(1);
  });

  test('though the queue is strict and only its head could start', () => {
    const jobs = [job('four', { template: template({ cpuMilli: 4000 }) }), job('one')];
    const run = play(plan({ jobs }, { fleet: [slow(9)] }), on('bare', DEMAND, 'strict'));
    expect(run.result.instances.length).toBe(2);
    expect(run.result.summary.metrics['wait.max']).toBe(40);
  });

  test('and for nothing that a strict queue holds back: no instance can let it start', () => {
    // No type takes the service of 64 vCPU; nothing behind it may start, whatever is launched.
    const services = [service('never', [[0, 1]], { template: template({ cpuMilli: 64_000 }) })];
    const jobs = [job('behind', { at: [60], count: 20, runS: 60 })];
    const run = play(plan({ services, jobs }, { fleet: [slow(9)] }), on('bare', DEMAND, 'strict'));
    expect(instanceLines(run)).toEqual([]);
  });

  test('nor behind a class that the maximum of its group holds up, until the last of it has room', () => {
    const only = (pool: string, vcpus: number) =>
      template({ cpuMilli: vcpus * 1000, where: new Map([['pool', pool]]) });
    const fleet = ['a', 'b'].map((name) => slow(1, { name, labels: new Map([['pool', name]]) }));
    const jobs = [
      job('held-up', { count: 2, runS: 100, template: only('a', 3) }),
      job('behind', { template: only('b', 4) }),
    ];
    const requested = (queue: 'skip' | 'strict') =>
      instanceLines(play(plan({ jobs }, { fleet }), on('bare', DEMAND, queue))).map((line) => {
        const [, pool, , , requestedAt] = line.split(' ');
        return `${pool} ${requestedAt}`;
      });
    // The larger first, or the first of the queue.
    expect(requested('skip')).toEqual(['b 10', 'a 10']);
    // The first of "a" starts at 40, the second at 140; the look of that instant comes after the pass.
    expect(requested('strict')).toEqual(['a 10', 'b 140']);
  });

  test('nor for tasks that will fit on what is there, once the first of a strict queue has its own instance', () => {
    // The small instance is empty, but nothing may pass "first", whose instance takes 300 s to boot.
    const big = instanceType(8, 32);
    const fleet = [
      group(1, { name: 'there' }),
      slow(9, { name: 'quick' }),
      group({ min: 0, max: 1 }, { name: 'big', types: [big.name], boot: seconds(300) }),
    ];
    const jobs = [job('first', { template: template({ cpuMilli: 8000 }) }), job('rest', { count: 4 })];
    const run = play(plan({ jobs }, { fleet, types: [TYPE, big] }), on('bare', DEMAND, 'strict'));
    expect(run.result.instances.map((one) => one.group)).toEqual(['there', 'big']);
    expect(taskLines(run).at(-1)).toBe('rest/4 i-0000001 310 > 310 > 320 succeeded');
  });

  test('by an instance each at the first look for services that want the same host port', () => {
    const http = template({ cpuMilli: 100, hostPorts: [{ port: 80, protocol: 'TCP' }] });
    const dns = template({ cpuMilli: 100, hostPorts: [{ port: 53, protocol: 'UDP' }] });
    const services = ['a', 'b', 'c'].map((name) => service(name, [[0, 1]], { template: http }));
    services.push(service('dns', [[0, 1]], { template: dns }));
    for (const kind of KINDS) {
      const run = play(plan({ services }, { fleet: [slow(9)] }), on(kind));
      expect(instanceLines(run).map((line) => line.split(' ')[4])).toEqual(['10', '10', '10']);
      expect(run.result.summary.metrics['wait.max']).toBe(40);
    }
  });
});

describe('the demand scaler shrinks the fleet', () => {
  test('ends an instance that had no task for 60 s, counted from the last one', () => {
    const fleet = [group({ min: 0, max: 1, initial: 1 })];
    const run = play(plan({ jobs: [job('batch', { at: [0, 50] })] }, { fleet }), on('bare'));
    // Empty since 10, used again from 50 to 60, empty until 120.
    expect(instanceLines(run)).toEqual(['i-0000001 pool t4x16 zone-a 0 > 0 > 0 > 120']);
  });

  test('leaves alone one that gets a task at that very moment', () => {
    const fleet = [group({ min: 0, max: 1, initial: 1 })];
    const run = play(plan({ jobs: [job('batch', { at: [0, 70] })] }, { fleet }), on('bare'));
    expect(instanceLines(run)).toEqual(['i-0000001 pool t4x16 zone-a 0 > 0 > 0 > 140']);
    expect(run.result.summary.metrics['wait.max']).toBe(0);
  });

  test('down to the minimum of the group', () => {
    const run = play(plan({}, { fleet: [group({ min: 1, max: 3, initial: 3 })] }), on('bare'));
    expect(instanceLines(run)).toEqual([
      'i-0000001 pool t4x16 zone-a 0 > 0 > 0 > 60',
      'i-0000002 pool t4x16 zone-a 0 > 0 > 0 > 60',
      'i-0000003 pool t4x16 zone-a 0 > 0 > 0 > -',
    ]);
  });

  test('and never a group of fixed size', () => {
    const run = play(plan({}, { fleet: [group(2)] }), on('bare'));
    expect(run.result.instances.map(({ endMs }) => endMs)).toEqual([null, null]);
  });

  test('ends one that nobody needs any more when it is ready', () => {
    const web = service('web', [
      [0, 1],
      [20, 0],
    ]);
    const run = play(plan({ services: [web] }, { fleet: [slow(1)] }), on('bare'));
    expect(instanceLines(run)).toEqual(['i-0000001 pool t4x16 zone-a 10 > 15 > 40 > 100']);
  });

  test('at once when told so, and a minimum above nothing does not make it go round in circles', () => {
    const atOnce: Autoscaler = { kind: 'demand', intervalMs: 10 * SECOND, idleMs: 0 };
    const jobs = [job('batch', { at: [5], count: 8, runS: 10 })];
    const fleet = [group({ min: 1, max: 3, initial: 2 })];
    const run = play(plan({ jobs }, { fleet, horizonS: 100 }), on('bare', atOnce));
    // Of two empty ones the first ends at 0, the minimum keeps the other. That takes four tasks at 5 and the other four
    // at 15, when the scaler looks and finds nothing left that waits.
    expect(instanceLines(run)).toEqual([
      'i-0000001 pool t4x16 zone-a 0 > 0 > 0 > 0',
      'i-0000002 pool t4x16 zone-a 0 > 0 > 0 > -',
    ]);
    expect(run.result.summary.metrics['wait.max']).toBe(10);
  });
});
