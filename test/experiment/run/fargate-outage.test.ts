import { describe, expect, test } from 'vitest';
import { FARGATE_DEFAULTS } from '../../../src/model/fargate-plan.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { SECOND } from '../../../src/units.ts';
import { checkedEcsRun } from '../../support/checked-ecs-run.ts';
import { job, seconds, service } from '../../support/plans.ts';

const ZONES = ['zone-a', 'zone-b'];
const FARGATE = { ...FARGATE_DEFAULTS, zones: ZONES, provisioning: seconds(10) };
const OUTAGE = { kind: 'outage' as const, atMs: 100 * SECOND, untilMs: 400 * SECOND, zone: 'zone-a' };

/** Machines as `zone request > end`, seconds, in order of request; `-` when they last until the end of the run. */
function machines(workload: Partial<Plan['workload']>, events = [OUTAGE]) {
  const { run, log } = checkedEcsRun(
    workload,
    { fargate: FARGATE, autoscaler: { kind: 'none' } },
    { events, horizonMs: 1000 * SECOND },
  );
  const ends = new Map<number, number>();
  for (const record of log.records)
    if (record.kind === 'state' && record.state === 'terminated')
      ends.set(record.instance, record.timeMs / SECOND);
  const lines = log.records.flatMap((record) =>
    record.kind === 'instance'
      ? [`${record.zone} ${record.timeMs / SECOND} > ${ends.get(record.instance) ?? '-'}`]
      : [],
  );
  return { lines, run };
}

describe('a zone outage on AWS Fargate', () => {
  test('takes the machines of the zone, and its tasks get others where there are zones left', () => {
    const { lines, run } = machines({ services: [service('web', [[0, 4]])] });
    expect(lines.slice(0, 4)).toEqual(['zone-a 0 > 100', 'zone-b 0 > -', 'zone-a 0 > 100', 'zone-b 0 > -']);
    expect(lines.slice(4)).toEqual(['zone-b 100 > -', 'zone-b 100 > -']);
    expect(run.tasks.lossCount).toBe(2);
  });

  test('launches nothing in the zone until it is back', () => {
    const at = [0, 150, 350, 450, 451];
    const { lines } = machines({ jobs: [job('batch', { at, runS: 600 })] });
    expect(lines.map((line) => line.split(' > ')[0])).toEqual([
      // The task of second 0 is lost with its machine, and asks for another.
      'zone-a 0',
      'zone-b 100',
      'zone-b 150',
      'zone-b 350',
      // The emptiest zone again: three are in b.
      'zone-a 450',
      'zone-a 451',
    ]);
  });

  test('with every zone lost tasks wait, and start when one is back', () => {
    const both = [OUTAGE, { ...OUTAGE, untilMs: 300 * SECOND, zone: 'zone-b' }];
    const { lines, run } = machines({ services: [service('web', [[0, 1]])] }, both);
    // Back at 300 s; asked again every minute since 100 s.
    expect(lines).toEqual(['zone-a 0 > 100', 'zone-b 340 > -']);
    expect(run.tasks.lossCount).toBe(1);
  });
});
