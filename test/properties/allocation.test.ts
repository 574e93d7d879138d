import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Kernel } from '../../src/kernel/kernel.ts';
import { PHASE } from '../../src/model/phases.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { GIB } from '../../src/units.ts';
import { BinaryLog } from '../../src/telemetry/binary-log.ts';
import { EventLog, type LogSink } from '../../src/telemetry/event-log.ts';
import { engineParts } from '../support/engine-parts.ts';
import { platform, template } from '../support/plans.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Kernel, store, queue, scheduler and lives of tasks on 100 instances: each arrival submits a task of one of eight classes and
 * schedules the next, so that about 60 % of the CPU is busy. Returns a function that runs so many events more. What a run
 * keeps for its result (waiting times, a row per task) is not part of this.
 */
function engineOf(plan: PlatformPlan, log: LogSink | null = null): (events: number) => void {
  const { kernel, store, life, classOf } = engineParts(plan, 100, new Kernel({ digest: false }));
  if (log !== null) store.recorder = new EventLog(store, log, life);
  const classes = [500, 1000].flatMap((cpuMilli) =>
    [1, 2, 3, 4].map((gib) =>
      classOf(`${cpuMilli}-${gib}`, 'service', template({ cpuMilli, memoryBytes: gib * GIB })),
    ),
  );
  let submitted = 0;
  // 240 of 400 vCPUs: 0.75 vCPU a task, 320 s on average, one task a second.
  const arrive = kernel.defineKind('arrive', PHASE.arrival, () => {
    const n = submitted++;
    life.submit(classes[n % 8]!, 20_000 + ((n * 7919) % 600) * 1000, 0);
    kernel.after(1000, arrive, 0);
  });
  kernel.at(0, arrive, 0);
  let target = 0;
  const end = { untilMs: Number.POSITIVE_INFINITY, shouldStop: () => kernel.eventsProcessed >= target };
  return (events) => {
    target = kernel.eventsProcessed + events;
    kernel.run({ ...end, stopCheckEvery: 1000 });
  };
}

test.each([
  platform('ecs', { placementStrategy: [{ type: 'binpack', field: 'memory' }] }, { name: 'ecs binpack' }),
  platform('ecs', {}, { name: 'ecs spread of services' }),
  platform('kubernetes', {}, { name: 'kubernetes' }),
  platform('bare', {}, { name: 'best fit', scheduler: 'best-fit' }),
])('$name: 100,000 events leave less than 1 kB behind', (plan) => {
  const run = engineOf(plan);
  run(200_000);
  expect(heapOver(() => run(100_000))).toMatchObject({ isFlat: true });
});

test('ecs with a binary event log: 100,000 events leave less than 1 kB behind', () => {
  let bytes = 0;
  const log = new BinaryLog((block) => {
    bytes += block.length;
  });
  const run = engineOf(platform('ecs', { placementStrategy: [{ type: 'binpack', field: 'memory' }] }), log);
  run(200_000);
  expect(heapOver(() => run(100_000))).toMatchObject({ isFlat: true });
  // Four records for each third of the events, of ten bytes or so.
  expect(bytes).toBeGreaterThan(1e6);
});

test('a small object left behind by every hundredth event would be seen', () => {
  const left: object[] = [];
  const run = () => {
    for (let event = 0; event < 100_000; event++) if (event % 100 === 0) left.push({ event });
  };
  expect(heapOver(run)).toMatchObject({ isFlat: false });
});

/** Calls of one look at the heap, and looks at most. */
const CALLS = 5;
const LOOKS = 6;

/**
 * Does the heap come back to where it was? Its lowest size after some calls is compared with that after as many more, until
 * each has left less than 1 kB behind: from call to call it goes up and down by tens of kB, with what the state of the
 * engine takes at that moment and what the compiler keeps and gives up, more and later on a busy machine. A leak only
 * goes up; one of a few kB may be hidden.
 */
function heapOver(run: () => void): { readonly isFlat: boolean; readonly lowest: readonly number[] } {
  const lowest: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const sizes = Array.from({ length: CALLS }, () => {
      run();
      collectGarbage();
      return process.memoryUsage().heapUsed;
    });
    lowest.push(Math.min(...sizes));
    if (look > 0 && lowest[look]! - lowest[look - 1]! < CALLS * 1024) return { isFlat: true, lowest };
  }
  return { isFlat: false, lowest };
}
