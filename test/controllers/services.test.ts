import { describe, expect, test } from 'vitest';
import { HOUR } from '../../src/units.ts';
import { group, job, plan, platform, seconds, service, template } from '../support/plans.ts';
import { play, taskLines } from '../support/play.ts';

/** 2 of 4 vCPUs: two tasks fill an instance. */
const half = template({ cpuMilli: 2000 });

describe('Services', () => {
  test('keep the number that the plan wants at each time', () => {
    const web = service('web', [
      [0, 2],
      [10, 4],
      [20, 1],
    ]);
    const run = play(plan({ services: [web] }, { horizonS: 30 }));
    expect(taskLines(run)).toEqual([
      'web/0 i-0000001 0 > 0 > - running',
      'web/1 i-0000001 0 > 0 > 20 stopped',
      'web/2 i-0000001 10 > 10 > 20 stopped',
      'web/3 i-0000001 10 > 10 > 20 stopped',
    ]);
  });

  test('repeat their steps', () => {
    const web = service(
      'web',
      [
        [0, 1],
        [10, 2],
      ],
      { repeatMs: 20_000 },
    );
    const run = play(plan({ services: [web] }, { horizonS: 60 }));
    // 0: 1, 10: 2, 20: 1, 30: 2, 40: 1, 50: 2; the step at 60 is not of this run any more
    expect(taskLines(run)).toEqual([
      'web/0 i-0000001 0 > 0 > - running',
      'web/1 i-0000001 10 > 10 > 20 stopped',
      'web/2 i-0000001 30 > 30 > 40 stopped',
      'web/3 i-0000001 50 > 50 > - running',
    ]);
  });

  test('stop the tasks that still wait first, the youngest of them, then the youngest', () => {
    const web = service(
      'web',
      [
        [0, 4],
        [10, 3],
        [20, 1],
      ],
      { template: half },
    );
    const run = play(plan({ services: [web] }, { horizonS: 30 }));
    // Two run, two wait; at 10 the younger waiting one goes, at 20 the other one, and then the younger running one.
    expect(taskLines(run)).toEqual([
      'web/0 i-0000001 0 > 0 > - running',
      'web/1 i-0000001 0 > 0 > 20 stopped',
      'web/2 - - > - > 20 stopped',
      'web/3 - - > - > 10 stopped',
    ]);
  });

  test('find the room that they gave back when they grow again', () => {
    const web = service(
      'web',
      [
        [0, 4],
        [10, 1],
        [20, 2],
      ],
      { template: half },
    );
    const run = play(plan({ services: [web] }, { horizonS: 30 }));
    expect(taskLines(run).at(-1)).toBe('web/4 i-0000001 20 > 20 > - running');
  });

  test('scale in thousands at once, youngest first', () => {
    const tiny = template({ cpuMilli: 1, memoryBytes: 1 });
    const web = service(
      'web',
      [
        [0, 20_000],
        [10, 1],
      ],
      { template: tiny },
    );
    const { result, log } = play(plan({ services: [web] }, { horizonS: 20, fleet: [group(5)] }));
    expect(result.summary.tasks).toMatchObject({ submitted: 20_000, stopped: 19_999, running: 1 });
    const ended = log.flatMap((record) => (record.kind === 'ended' ? [record.task] : []));
    expect(ended).toEqual(Array.from({ length: 19_999 }, (_, n) => 19_999 - n));
  });

  test('count as running only when the load balancer has taken them in', () => {
    const web = service('web', [[0, 2]], {
      template: template({ startup: seconds(5) }),
      loadBalancer: { name: 'front', kind: 'application', registrationMs: 15_000 },
    });
    const run = play(plan({ services: [web] }, { horizonS: 100 }));
    expect(taskLines(run)).toEqual([
      'web/0 i-0000001 0 > 20 > - running',
      'web/1 i-0000001 0 > 20 > - running',
    ]);
    // 2 are wanted for 100 s, and run for 80 of them.
    expect(run.result.summary.metrics['services.availability']).toBe(0.8);
  });

  test('with no task at all want nothing and lack nothing', () => {
    const run = play(plan({ services: [service('web', [[0, 0]])] }));
    expect(taskLines(run)).toEqual([]);
    expect(run.result.summary.metrics['services.availability']).toBeNull();
  });

  test('scaled in to nothing while the tasks start up leave no trace behind', () => {
    const web = service(
      'web',
      [
        [0, 2],
        [10, 0],
      ],
      { template: template({ startup: seconds(30) }) },
    );
    const run = play(plan({ services: [web], jobs: [job('later', { at: [20] })] }));
    expect(taskLines(run)).toEqual([
      'web/0 i-0000001 0 > - > 10 stopped',
      'web/1 i-0000001 0 > - > 10 stopped',
      'later/2 i-0000001 20 > 20 > 30 succeeded',
    ]);
  });

  test('that fit nowhere wait on, and the scheduler says why', () => {
    const large = service('large', [[0, 2]], { template: template({ cpuMilli: 5000 }) });
    const { summary } = play(plan({ services: [large] }), platform('kubernetes')).result;
    expect(summary.tasks).toMatchObject({ submitted: 2, pending: 2, rejected: 0 });
    expect(summary.unplaced).toEqual([
      { reason: expect.stringContaining('0/1 nodes are available: 1 Insufficient cpu.'), tasks: 2 },
    ]);
    expect(summary.metrics['services.availability']).toBe(0);
  });

  test('are spread over zones where they wish it, on ECS and on Kubernetes', () => {
    const fleet = [group(6, { zones: ['zone-a', 'zone-b', 'zone-c'] })];
    const web = service('web', [[0, 3]], { spread: 'zone' });
    for (const kind of ['ecs', 'kubernetes'] as const) {
      const { result } = play(plan({ services: [web] }, { fleet, horizonMs: HOUR }), platform(kind));
      const zones = new Map(result.instances.map(({ instance, zone }) => [instance, zone]));
      expect([...result.tasks()].map(({ instance }) => zones.get(instance)).sort()).toEqual([
        'zone-a',
        'zone-b',
        'zone-c',
      ]);
    }
  });
});
