import { describe, expect, test } from 'vitest';
import { verdict } from '../src/experiment/verdict.ts';
import type { Autoscaler } from '../src/model/plan.ts';
import { SECOND } from '../src/units.ts';
import { group, job, plan, platform, seconds, service, template } from './support/plans.ts';
import { instanceLines, play } from './support/play.ts';

const demand = (idleS: number): Autoscaler => ({
  kind: 'demand',
  intervalMs: 10 * SECOND,
  idleMs: idleS * SECOND,
});
const fleet = [group({ min: 0, max: 10 }, { launch: seconds(10), boot: seconds(20) })];

describe('the demand scaler launches for what does not fit', () => {
  test('and for nothing that the discipline of the queue holds back: no instance can let it start', () => {
    // No type takes the service of 64 vCPU; in a strict queue nothing behind it may start, whatever is launched.
    const services = [service('never', [[0, 1]], { template: template({ cpuMilli: 64_000 }) })];
    const jobs = [job('behind', { at: [60], count: 20, runS: 60 })];
    const on = platform('bare', {}, { autoscaler: demand(300), queue: 'strict' });
    expect(instanceLines(play(plan({ services, jobs }, { fleet }), on))).toEqual([]);
  });

  test('so services that want the same host port get an instance each at the first look', () => {
    const http = template({ cpuMilli: 100, hostPorts: [{ port: 80, protocol: 'TCP' }] });
    const services = ['a', 'b', 'c'].map((name) => service(name, [[0, 1]], { template: http }));
    const run = play(plan({ services }, { fleet }), platform('ecs', {}, { autoscaler: demand(300) }));
    // Requested after 10 s, all three.
    expect(instanceLines(run).map((line) => line.split(' ')[4])).toEqual(['10', '10', '10']);
  });
});

test('verdict() says that a platform keeps room back only if it does: here both are ECS on one type', () => {
  // Runs of 840 s every 960 s, 300 s to boot: who ends instances at once pays for a boot each time.
  const at = Array.from({ length: 15 }, (_, n) => n * 960);
  const jobs = [job('rhythm', { at, runS: 840, template: template({ cpuMilli: 3000 }) })];
  const slow = [group({ min: 0, max: 5 }, { launch: seconds(10), boot: seconds(300) })];
  const rhythm = plan({ jobs }, { fleet: slow, horizonS: 14_400 });
  const runs = [180, 10].map(
    (idleS) => play(rhythm, platform('ecs', {}, { name: `idle-${idleS}`, autoscaler: demand(idleS) })).result,
  );
  expect(verdict(runs)).not.toContain('keeps more for itself');
});
