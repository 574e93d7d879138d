import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog } from '../../src/cli/event-log-file.ts';
import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { sampledLog } from '../../src/telemetry/log-sample.ts';
import { HOUR } from '../../src/units.ts';
import type { Bench } from './bench.ts';
import { benchJobs, benchPlan, benchPlatform, benchType } from './worlds.ts';

const INSTANCES = 500;
/** A quarter of a million tasks, five records each. */
const HOURS = 7;
const SAMPLE = { tasks: 1, of: 100 };

/** One run with its event log in a file, or none: the checksum says that the log changes nothing. */
function logRow(policy: 'off' | 'ndjson' | 'binary' | 'binary 1/100'): Bench {
  const platform = benchPlatform('ecs', 'ecs', { placementStrategy: [{ type: 'binpack', field: 'memory' }] });
  const jobs = benchJobs(32 * INSTANCES, 0.7, HOUR / 6);
  const plan = benchPlan(benchType(32, 128), INSTANCES, { jobs }, HOURS * HOUR);
  const scheduler = findScheduler('ecs')!;
  return {
    suite: 'log',
    workload: `eight jobs, ${HOURS} hours`,
    policy,
    n: INSTANCES,
    unit: 'events/s',
    prepare: () => {
      const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
      process.once('exit', () => rmSync(folder, { recursive: true }));
      return () => () => {
        const file =
          policy === 'off' ? null : openEventLog('log', folder, policy === 'ndjson' ? 'ndjson' : 'binary');
        const sink = file?.sink;
        const log = sink !== undefined && policy === 'binary 1/100' ? sampledLog(sink, SAMPLE) : sink;
        const run = new ClusterRun({
          plan,
          platform,
          tables: new Map(),
          scheduler,
          ...(log === undefined ? {} : { log }),
        });
        run.run();
        file?.finish();
        const { kernel, tasks } = run;
        return { work: kernel.eventsProcessed, checksum: `${tasks.submittedCount}/${kernel.eventsDigest()}` };
      };
    },
  };
}

export const LOG_BENCHES: readonly Bench[] = (['off', 'ndjson', 'binary', 'binary 1/100'] as const).map(
  logRow,
);
