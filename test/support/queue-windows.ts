import { expect } from 'vitest';
import { simulate } from '../../src/experiment/simulate.ts';
import type { Distribution, Plan, PlatformPlan } from '../../src/model/plan.ts';
import { meanInterval } from '../../src/statistics/intervals.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import { SECOND } from '../../src/units.ts';
import { drawn, found, type Queue, SERVICE_MS, stationaryStart, stream } from './oracles/queue-runs.ts';
import { type SingleSlotJob, singleSlotStarts } from './oracles/single-slot.ts';
import { group, plan, platform } from './plans.ts';
import { simulationInput } from './play.ts';

/** Windows of a queue with different seeds, and intervals over them; see test/properties/queueing.test.ts. */
const WINDOWS = 20;
const LEVEL = 0.999;

export const EXPONENTIAL: Distribution = { kind: 'exponential', meanMs: SERVICE_MS };
export const CONSTANT: Distribution = { kind: 'constant', valueMs: SERVICE_MS };
/** Half or one and a half times the mean, equally often: C² = 0.25. */
export const TWO_POINTS: Distribution = {
  kind: 'empirical',
  points: [
    { valueMs: SERVICE_MS / 2, weight: 1 },
    { valueMs: (SERVICE_MS * 3) / 2, weight: 1 },
  ],
};
export const hyper = (squaredVariation: number): Distribution => ({
  kind: 'hyperexponential',
  meanMs: SERVICE_MS,
  squaredVariation,
});

export const ECS = platform('ecs', {
  placementStrategy: [{ type: 'binpack', field: 'cpu' }],
  tieBreak: 'lowestId',
});
export const KUBERNETES = platform('kubernetes');

/** When tasks of the engine start, in order of submission; null: never. */
export function engineStarts(
  jobs: Plan['workload']['jobs'],
  servers: number,
  untilMs: number,
  on: PlatformPlan,
) {
  const log = new MemoryLog();
  const world = plan({ jobs }, { fleet: [group(servers)], horizonS: untilMs / 1000, seed: 1 });
  const { summary } = simulate(simulationInput(world, on, { log }));
  const starts: (number | null)[] = [];
  for (const record of log.records) {
    if (record.kind === 'submitted') starts[record.task] = null;
    if (record.kind === 'placed') starts[record.task] = record.timeMs;
  }
  return { starts, summary };
}

/** Means of what `of` gives for each window, with half the width of the interval. */
export function overWindows<Name extends string>(of: (seed: number) => Record<Name, number>) {
  const windows = Array.from({ length: WINDOWS }, (_, index) => of(index + 1));
  return (name: Name) =>
    meanInterval(
      windows.map((values) => values[name]),
      LEVEL,
    );
}

/** The interval holds the value, and is at most so wide on each side, as a share of it. */
export function expectHolds(
  { mean, halfWidth }: { mean: number; halfWidth: number },
  value: number,
  width: number,
) {
  const told = `${mean} ± ${halfWidth} for ${value}`;
  expect(Math.abs(mean - value), told).toBeLessThanOrEqual(halfWidth);
  expect(halfWidth, told).toBeLessThanOrEqual(width * Math.abs(value));
}

export interface Measured extends Queue {
  /** Customers of all windows together. */
  readonly customers: number;
  /** Services that a window which starts empty leaves out; absent: it starts in the stationary state. */
  readonly warmUp?: number;
  /** A wait and a time in system, in services, whose excess is counted. */
  readonly waitAbove?: number;
  readonly sojournAbove?: number;
}

/** Of one window: mean wait, share of those who wait, and wait or stay longer than asked, mean number in the system. */
export function measured(
  { customers, warmUp = 0, waitAbove = 0, sojournAbove = 0, ...queue }: Measured,
  seed: number,
) {
  const fromMs = warmUp * SERVICE_MS;
  const lengthMs = Math.ceil((customers / WINDOWS / queue.lambda) * SERVICE_MS);
  const there = warmUp > 0 ? [] : stationaryStart(queue, seed);
  const jobs: SingleSlotJob[] = [
    ...there.map((runtimeMs) => ({ submitMs: 0, runtimeMs })),
    ...drawn(stream(queue), seed, fromMs + lengthMs),
  ];
  const starts = singleSlotStarts(queue.servers, jobs);
  let [count, waited, delayed, longWaits, longStays, stayed] = [0, 0, 0, 0, 0, 0];
  for (let index = there.length; index < jobs.length; index++) {
    const { submitMs, runtimeMs } = jobs[index]!;
    if (submitMs < fromMs) continue;
    const wait = (starts[index]! - submitMs) / SERVICE_MS;
    const stay = wait + runtimeMs / SERVICE_MS;
    count += 1;
    waited += wait;
    stayed += stay;
    if (wait > 0) delayed += 1;
    if (wait > waitAbove) longWaits += 1;
    if (stay > sojournAbove) longStays += 1;
  }
  return {
    wait: waited / count,
    delayed: delayed / count,
    longWaits: longWaits / count,
    longStays: longStays / count,
    inSystem: stayed / (lengthMs / SERVICE_MS),
  };
}

/** The engine serves the first 150 customers of the window with seed 1 as the recursion does. */
export function expectServedAlike(queue: Queue, on: PlatformPlan, isStationary = true): void {
  const there = found(isStationary ? stationaryStart(queue, 1) : []);
  const customers = stream(queue);
  const untilMs = wholeSeconds((150 / queue.lambda) * SERVICE_MS);
  const { starts } = engineStarts([...there, customers], queue.servers, untilMs, on);
  const jobs = [
    ...there.map(({ runtime }) => ({ submitMs: 0, runtimeMs: (runtime as { valueMs: number }).valueMs })),
    ...drawn(customers, 1, untilMs),
  ];
  const expected = singleSlotStarts(queue.servers, jobs).map((startMs) =>
    startMs <= untilMs ? startMs : null,
  );
  expect(jobs.length).toBeGreaterThan(100);
  expect(starts).toEqual(expected);
}

function wholeSeconds(timeMs: number): number {
  return Math.ceil(timeMs / SECOND) * SECOND;
}
