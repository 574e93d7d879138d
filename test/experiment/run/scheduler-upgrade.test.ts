import { expect, test } from 'vitest';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { bringsNewRules } from '../../../src/experiment/run/scheduler-upgrade.ts';
import type { PlatformPlan } from '../../../src/model/plan.ts';
import { checkLog } from '../../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../../src/telemetry/event-log.ts';
import { HOUR, MINUTE } from '../../../src/units.ts';

/** Where tasks went, as `MILLISECONDS TASK INSTANCE`: twenty equal nodes, of which the tie rule takes one. */
async function placements(version: string, to: string | null): Promise<readonly [timeMs: number, string][]> {
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    horizon: '2h',
    types: [{ name: 'test.node', vcpus: 64, memory: '256GiB', price: 1 }],
    fleet: [
      {
        name: 'pool',
        instances: Array.from({ length: 20 }, (_, n) => ({
          name: `n${n}`,
          type: 'test.node',
          zone: 'us-east-1a',
        })),
      },
    ],
    workload: {
      jobs: [{ name: 'j', template: { cpu: 1, memory: '1GiB' }, arrivals: { every: '30s' }, runtime: '1s' }],
    },
    // Nodes with names of their own are not replaced.
    events: [{ kind: 'upgrade', at: '50m', ...(to !== null && { version: to }) }],
    platforms: [{ name: 'k', kind: 'kubernetes', version, autoscaler: 'none' }],
  };
  const log = new MemoryLog();
  await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
  expect(checkLog(log.records)).toEqual([]);
  return log.records.flatMap((record) =>
    record.kind === 'placed' ? [[record.timeMs, `${record.task} ${record.instance}`] as const] : [],
  );
}

test('a scheduler of 1.34 decides by the rules of 1.36 as soon as its control plane has been upgraded', async () => {
  // The control plane takes ten minutes: until 1 h.
  const stays = await placements('1.34', null);
  const upgraded = await placements('1.34', '1.36');
  const before = (all: typeof stays) => all.filter(([timeMs]) => timeMs <= HOUR).map(([, what]) => what);
  const after = (all: typeof stays) => all.filter(([timeMs]) => timeMs > HOUR).map(([, what]) => what);
  expect(before(upgraded)).toEqual(before(stays));
  // One arrives each half minute from 0 on; that of the full hour is placed a cycle later.
  expect(before(upgraded)).toHaveLength(HOUR / (MINUTE / 2));
  expect(after(upgraded)).not.toEqual(after(stays));
  // Within the old rules nothing changes.
  expect(await placements('1.34', '1.33')).toEqual(stays);
});

test.each([
  ['1.34', '1.35', true],
  ['1.34', '1.36', true],
  ['1.34', '1.34', false],
  ['1.34', null, false],
  ['1.36', '1.36', false],
] as const)('bringsNewRules() from %s to %s: %s', (version, to, expected) => {
  expect(bringsNewRules({ kind: 'kubernetes', version } as PlatformPlan, to)).toBe(expected);
});
