import { describe, expect, test } from 'vitest';
import type { Plan, PlatformPlan } from '../../src/model/plan.ts';
import { GIB } from '../../src/units.ts';
import { group, job, plan, platform, service, template } from '../support/plans.ts';
import { play } from '../support/play.ts';

function reasons(planned: Plan, on?: PlatformPlan): string[] {
  return play(planned, on).result.summary.unplaced.map(({ reason, tasks }) => `${tasks}: ${reason}`);
}

const large = (vcpus: number) => template({ cpuMilli: vcpus * 1000 });

describe('unplacedReasons()', () => {
  test('is empty when everybody got room', () => {
    expect(reasons(plan({ jobs: [job('batch')] }))).toEqual([]);
  });

  test('asks the scheduler once for each class that still waits, in its own words', () => {
    const services = [
      service('web', [[0, 3]], { template: large(3) }),
      service('api', [[0, 1]], { template: large(5) }),
    ];
    // One of web starts; two of it and the one of api lack the same.
    expect(reasons(plan({ services }))).toEqual(['3: 0/1 instances: 1 short of cpu']);
    expect(reasons(plan({ services }), platform('kubernetes'))).toEqual([
      '3: 0/1 nodes are available: 1 Insufficient cpu.',
    ]);
  });

  test('tells why preemption makes no room where the platform has any', () => {
    const services = [service('web', [[0, 3]], { template: large(3) })];
    const queue = { kind: 'kube', cycleMs: 0, bindMs: 0, graceMs: 0 } as const;
    expect(reasons(plan({ services }), platform('kubernetes', {}, { queue }))).toEqual([
      '2: 0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: ' +
        '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ]);
  });

  test('says of tasks behind the first one of a strict queue that they wait for their turn', () => {
    const services = [service('big', [[0, 1]], { template: large(5) }), service('small', [[0, 2]])];
    expect(reasons(plan({ services }), platform('bare', {}, { queue: 'strict' }))).toEqual([
      '2: Waiting for its turn.',
      '1: 0/1 instances: 1 short of cpu',
    ]);
  });

  test('says of rejected tasks everything that they ask for', () => {
    const jobs = [
      job('cpu', { template: large(5), count: 3 }),
      job('memory', { template: template({ cpuMilli: 250, memoryBytes: 17 * GIB }) }),
      job('gpu', { template: template({ gpu: { count: 2, milli: 1000, models: ['T4', 'V100'] } }) }),
      job('share', { template: template({ gpu: { count: 1, milli: 250, models: [] } }) }),
      job('fpga', { template: template({ extended: new Map([['example.com/fpga', 2]]) }) }),
      job('scratch', { template: template({ ephemeralBytes: 40 * GIB }) }),
      job('pinned', { template: template({ where: new Map([['pool', 'x']]) }) }),
    ];
    const never = 'no instance of the fleet could ever take it.';
    expect(reasons(plan({ jobs }))).toEqual([
      `3: Asks for 5 vCPU, 1GiB: ${never}`,
      `1: Asks for 0.25 vCPU, 17GiB: ${never}`,
      `1: Asks for 1 vCPU, 1GiB, 0.25 GPU: ${never}`,
      `1: Asks for 1 vCPU, 1GiB, 2 GPU (T4 or V100): ${never}`,
      `1: Asks for 1 vCPU, 1GiB, 2 example.com/fpga: ${never}`,
      `1: Asks for 1 vCPU, 1GiB, 40GiB of scratch space: ${never}`,
      `1: Asks for 1 vCPU, 1GiB, pool = x: ${never}`,
    ]);
  });

  test('adds up tasks with one reason, the most frequent first', () => {
    const jobs = [
      job('a', { template: large(5) }),
      job('b', { template: large(6), count: 2 }),
      job('c', { template: large(5), count: 2 }),
    ];
    expect(reasons(plan({ jobs })).map((line) => line.slice(0, 18))).toEqual([
      '3: Asks for 5 vCPU',
      '2: Asks for 6 vCPU',
    ]);
  });

  test('does not disturb the run: explaining draws from a stream of its own', () => {
    const services = [service('web', [[0, 9]])];
    const run = () =>
      play(plan({ services }, { fleet: [group(2)] }), platform('ecs', { tieBreak: 'random' })).result;
    expect(run().summary.unplaced).toEqual(run().summary.unplaced);
    expect(run().summary.fingerprint).toEqual(run().summary.fingerprint);
  });
});
