import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { endedRun } from '../../src/experiment/simulate.ts';
import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import { openScratchFile } from '../../src/io/scratch-file.ts';
import type { Overflow } from '../../src/model/overflow.ts';
import type { TracePlan } from '../../src/model/plan.ts';
import { TraceRows } from '../../src/model/trace-table.ts';
import { GIB, HOUR } from '../../src/units.ts';
import { group, instanceType, plan, platform, template } from '../support/plans.ts';
import { simulationInput } from '../support/play.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const MEMORY_ROWS = 4096;
const OVERFLOW: Overflow = { memoryRows: MEMORY_ROWS, open: () => openScratchFile() };
const KIBIBYTE = 2 ** 10;

/**
 * Bytes, of columns and of the heap, that a trace of so many tasks, a run of it and its result hold when all is over: a task
 * every 100 ms, each for 20 to 40 seconds, so that about 300 live.
 */
function bytesHeld(tasks: number): { readonly columns: number; readonly heap: number } {
  collectGarbage();
  collectGarbage();
  const before = process.memoryUsage();
  const rows = new TraceRows({ overflow: OVERFLOW });
  const shape = rows.shapeOf(500, GIB, null);
  for (let n = 0; n < tasks; n++) rows.add(n * 100, 20_000 + ((n * 7919) % 20_000), shape);
  const table = rows.finish(tasks, []);
  const on = platform('ecs', { placementStrategy: [{ type: 'binpack', field: 'memory' }] });
  const trace: TracePlan = {
    name: 'trace',
    format: 'csv',
    file: '',
    sha256: '',
    window: null,
    sample: 1,
    timeScale: 1,
    runtimeScale: 1,
    departures: 'trace',
    columns: new Map(),
    template: template(),
  };
  const world = plan(
    { traces: [trace] },
    { fleet: [group(50)], types: [instanceType(4, 16)], horizonMs: 4 * HOUR },
  );
  const input = simulationInput(world, on, { tables: new Map([['trace', table]]), overflow: OVERFLOW });
  const run = new ClusterRun(input);
  run.run();
  const result = endedRun(run, input, false);
  expect(result.summary.tasks.succeeded).toBe(tasks);
  collectGarbage();
  collectGarbage();
  const after = process.memoryUsage();
  let attempts = 0;
  for (const { outcome } of result.tasks()) if (outcome === 'succeeded') attempts += 1;
  expect([attempts, table.length, run.store.liveTasks]).toEqual([tasks, tasks, 0]);
  return {
    columns: after.arrayBuffers - before.arrayBuffers,
    heap: after.heapUsed - before.heapUsed,
  };
}

test('four times as many tasks that come and go hold no more memory, but for the values that exact quantiles are made of', () => {
  bytesHeld(MEMORY_ROWS);
  const small = bytesHeld(16_384);
  const large = bytesHeld(4 * 16_384);
  // Waits of all and of the one trace, responses and slowdowns: 8 bytes each, which are kept up to a million of each.
  const values = 4 * 8 * 3 * 16_384;
  expect(large.columns - small.columns - values).toBeLessThan(8 * KIBIBYTE);
  // A few words for every 4,096 rows in the file: where they lie.
  expect(large.heap - small.heap).toBeLessThan(32 * KIBIBYTE);
});
