import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { checkLog, formatViolation } from '../../src/telemetry/check-log.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import {
  arbitraryWorld,
  type EngineRun,
  type RunEngine,
  type SimpleScheduler,
  type SimpleWorld,
  type Stay,
} from '../support/simple-world.ts';

/** What the properties of an engine share. */
export interface Suite {
  readonly run: (plan: Plan) => EngineRun;
  readonly schedulers: readonly SimpleScheduler[];
  readonly parameters: { readonly seed: number; readonly numRuns: number };
}

/** Runs the plan, and proves its log right: every property below is also a test of every invariant. */
export function checkedRun(runEngine: RunEngine): (plan: Plan) => EngineRun {
  return (plan) => {
    const run = runEngine(plan, { log: true });
    expect(checkLog(run.log, { livenessMs: 0 }).map(formatViolation)).toEqual([]);
    return run;
  };
}

export function forEachWorld(
  { schedulers, parameters }: Suite,
  title: string,
  check: (world: SimpleWorld) => void,
  only: readonly SimpleScheduler[] = schedulers,
): void {
  test.each(only.filter((name) => schedulers.includes(name)))(`${title}: %s`, (scheduler) => {
    fc.assert(fc.property(arbitraryWorld(scheduler), check), parameters);
  });
}

export function starts(stays: readonly Stay[]): (number | null)[] {
  return stays.map((stay) => stay?.startMs ?? null);
}

export function moved(stay: Stay, move: (timeMs: number) => number): Stay {
  return (
    stay && { ...stay, startMs: move(stay.startMs), endMs: stay.endMs === null ? null : move(stay.endMs) }
  );
}

export function lastEnd(stays: readonly Stay[]): number {
  return Math.max(0, ...stays.map((stay) => stay?.endMs ?? 0));
}

/** What happened, without how the log begins and ends. */
export function story(log: readonly LogRecord[]): readonly LogRecord[] {
  return log.filter(({ kind }) => kind !== 'run' && kind !== 'end');
}

export function cost({ summary }: EngineRun): number {
  return summary.metrics['cost.instances']!;
}
