import { expect, test } from 'vitest';
import { simulate } from '../../src/experiment/simulate.ts';
import { RandomStreams } from '../../src/kernel/random-streams.ts';
import type { TracePlan } from '../../src/model/plan.ts';
import { TraceRows } from '../../src/model/trace-table.ts';
import { MIB, SECOND } from '../../src/units.ts';
import { type SingleSlotJob, singleSlotStarts } from '../support/oracles/single-slot.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { template } from '../support/plans.ts';
import { simulationInput } from '../support/play.ts';
import { type SimpleScheduler, slotWorld, toPlan } from '../support/simple-world.ts';

/** How many cases with each number of servers from 1 to 20: 1,000 in all. */
const CASES = 50;
const MOST_SERVERS = 20;
const MOST_JOBS = 300;

/** A case: a burst or a trickle of jobs, two of a millisecond now and then. Shorter ones are more frequent. */
function randomJobs(servers: number, number: number): SingleSlotJob[] {
  const draws = new RandomStreams(number, servers).stream('jobs');
  const share = draws.double();
  const count = 1 + Math.floor(share * share * share * share * MOST_JOBS);
  const longestMs = 1 + draws.below(30_000);
  // From half to four times as much work as the servers can do in the time.
  const spanMs = Math.ceil((count * longestMs) / servers / (1 + 7 * draws.double()));
  return Array.from({ length: count }, () => ({
    submitMs: draws.below(spanMs),
    runtimeMs: 1 + draws.below(longestMs),
  })).sort((a, b) => a.submitMs - b.submitMs);
}

const TRACE: TracePlan = {
  ...{ name: 'jobs', format: 'csv', file: '', sha256: '', window: null, sample: 1 },
  ...{ timeScale: 1, runtimeScale: 1, departures: 'trace', columns: new Map(), template: template() },
};

/**
 * First come first served on single-slot servers has an exact answer. The cases with one number of servers are served one
 * after the other in one run, each when the one before is over, so that a scheduler's memory of earlier ones has to be
 * without consequence.
 */
test.each(
  ['ecs-binpack', 'ecs-spread', 'ecs-random', 'kubernetes'].flatMap((scheduler) =>
    (['apart', 'together'] as const).map((layout) => ({ scheduler: scheduler as SimpleScheduler, layout })),
  ),
)(
  '1,000 cases start to the millisecond as the recursion says: $scheduler, slots $layout',
  ({ scheduler, layout }) => {
    let tasks = 0;
    for (let servers = 1; servers <= MOST_SERVERS; servers++) {
      const rows = new TraceRows();
      const shape = rows.shapeOf(1000, 256 * MIB, null);
      const expected: number[] = [];
      let fromMs = 0;
      for (let number = 0; number < CASES; number++) {
        const jobs = randomJobs(servers, number).map(({ submitMs, runtimeMs }) => {
          return { submitMs: fromMs + submitMs, runtimeMs };
        });
        const starts = singleSlotStarts(servers, jobs);
        for (const { submitMs, runtimeMs } of jobs) rows.add(submitMs, runtimeMs, shape);
        expected.push(...starts);
        fromMs = Math.max(...jobs.map(({ runtimeMs }, index) => starts[index]! + runtimeMs)) + SECOND;
      }
      const plan = toPlan(slotWorld({ servers, jobs: [] }, layout, scheduler));
      const world = { ...plan, horizonMs: fromMs, workload: { ...plan.workload, traces: [TRACE] } };
      const [on] = plan.platforms;
      const got = new Array<number>(expected.length).fill(-1);
      simulate({
        ...simulationInput(world, on, { scheduler: findScheduler(on!.scheduler.name)! }),
        tables: new Map([['jobs', rows.finish(rows.length, [])]]),
        log: {
          write(record) {
            if (record.kind === 'placed') got[record.task] = record.timeMs;
          },
        },
      });
      expect(got, `${servers} servers`).toEqual(expected);
      tasks += got.length;
    }
    expect(tasks).toBeGreaterThan(50_000);
  },
);
