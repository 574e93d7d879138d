import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decisionListing } from '../../src/experiment/decision-listing.ts';
import { explainRun } from '../../src/experiment/explain-run.ts';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';
import { sampleDecisions } from '../../src/experiment/sample-decisions.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { HOUR } from '../../src/units.ts';
import { ROOT } from '../cli/process.ts';

async function finished(name: string, platform: string, sets: readonly (readonly [string, string])[] = []) {
  const prepared = await prepareScenario(join(ROOT, 'scenarios', name, 'scenario.yaml'), {
    sets: sets.map(([path, value]): [string, string] => [path, value]),
  });
  const log = new MemoryLog();
  const result = await runPlatform(prepared, { platform, log });
  const { summary } = result;
  const list = (fromMs = 0, toMs = summary.endedMs) =>
    decisionListing(prepared, { platform, expected: summary, fromMs, toMs });
  return { prepared, platform, summary, records: log.records, list };
}

const count = <Kind extends LogRecord['kind']>(
  records: readonly LogRecord[],
  kind: Kind,
  is: (record: Extract<LogRecord, { kind: Kind }>) => boolean = () => true,
) => records.filter((one) => one.kind === kind && is(one as Extract<LogRecord, { kind: Kind }>)).length;

describe('decisionListing() has', () => {
  test('every placement, failure, preemption and scale-up of a run with priorities', async () => {
    const run = await finished('priorities', 'kubernetes');
    const { rows } = await run.list();
    const kinds = (kind: string) => rows.filter((row) => row['kind'] === kind).length;
    expect(kinds('preemption')).toBeGreaterThan(0);
    expect(kinds('preemption')).toBe(count(run.records, 'evicted', (record) => record.for !== null));
    expect(kinds('placement')).toBe(count(run.records, 'placed'));
    expect(kinds('scale-up')).toBe(count(run.records, 'instance'));
    const { prepared, platform, summary } = run;
    const sample = (await sampleDecisions(prepared, { platform, expected: summary, most: 1 }))!;
    expect(kinds('failure')).toBe(sample.withoutPlace);
    const numbers = rows.map((row) => row['decision']).filter((number) => number !== null);
    // Counted from 1 without gaps: none is left out.
    expect(numbers).toEqual(Array.from({ length: sample.decisions }, (_, index) => index + 1));
    const times = rows.map((row) => Number(row['time_s']));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('numbers by which each is explained', async () => {
    const { prepared, platform, summary, list } = await finished('tiny', 'ecs-binpack');
    for (const row of (await list()).rows.filter(({ decision }) => decision !== null).slice(0, 3)) {
      const question = { kind: 'decision', number: Number(row['decision']) } as const;
      const told = await explainRun(prepared, question, { platform, expected: summary });
      if (told.kind !== 'decision') throw new Error('another answer');
      const { task, timeMs, policy } = told.decision;
      expect({ task, timeMs, chosen: policy.chosen }).toEqual({
        task: row['task'],
        timeMs: Number(row['time_s']) * 1000,
        chosen: row['node'],
      });
    }
  });

  test.each(['ecs-binpack', 'kubernetes'])(
    'evictions and scale-downs when a fleet shrinks: %s',
    async (platform) => {
      const { records, list } = await finished('shop', platform, [['horizon', '12h']]);
      const { rows } = await list();
      const downs = rows.filter((row) => row['kind'] === 'scale-down').map((row) => row['node']);
      const leave = new Set(
        records.flatMap((record) =>
          record.kind === 'state' && ['draining', 'terminated'].includes(record.state)
            ? [record.instance]
            : [],
        ),
      );
      expect(downs.length).toBeGreaterThan(5);
      expect(new Set(downs).size).toBe(leave.size);
      expect(downs).toHaveLength(leave.size);
    },
  );

  test('only what lies in the stretch asked for', async () => {
    const { list } = await finished('tiny', 'kubernetes');
    const { rows } = await list();
    const cut = rows.map((row) => Number(row['time_s']) * 1000).find((timeMs) => timeMs > 0)!;
    const isLate = (row: (typeof rows)[number]) => Number(row['time_s']) * 1000 >= cut;
    expect((await list(cut, HOUR)).rows).toEqual(rows.filter(isLate));
    expect((await list(0, cut - 1)).rows).toEqual(rows.filter((row) => !isLate(row)));
  });
});
