import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryRichPlan } from '../support/rich-plan.ts';
import {
  type RunEngine,
  SIMPLE_SCHEDULER_NAMES,
  type SimpleScheduler,
  toPlan,
} from '../support/simple-world.ts';
import { defineMetamorphic } from './metamorphic-properties.ts';
import { defineBounds, defineOracles } from './oracle-properties.ts';
import { defineRegressions } from './regression-properties.ts';
import { checkedRun, forEachWorld, type Suite } from './suite.ts';

export interface EnginePropertiesOptions {
  /** Default: all. */
  readonly schedulers?: readonly SimpleScheduler[];
  /** Random worlds per property and scheduler; default 10. The long form of the night takes 1000. */
  readonly numRuns?: number;
}

/** Every property of a whole engine that needs nothing but its plan, its log and its summary. */
export function defineEngineProperties(runEngine: RunEngine, options: EnginePropertiesOptions = {}): void {
  const nightly = process.env['STOWAGE_NIGHTLY'] !== undefined;
  const schedulers = options.schedulers ?? SIMPLE_SCHEDULER_NAMES;
  const parameters = { seed: 1, numRuns: nightly ? 1000 : (options.numRuns ?? 10) };
  const suite: Suite = { run: checkedRun(runEngine), schedulers, parameters };
  describe('invariants', () => defineInvariants(suite));
  describe('oracles', () => defineOracles(suite));
  describe('bounds and anomalies', () => defineBounds(suite));
  describe('metamorphic relations', () => defineMetamorphic(suite));
  describe('observers and repetition', () => defineObservers(suite, runEngine));
  describe('regressions', () => defineRegressions(suite));
}

function defineInvariants({ run, schedulers, parameters }: Suite): void {
  test.each(schedulers)(
    'random hours of services, jobs and autoscaled fleets keep every invariant: %s',
    (scheduler) => {
      fc.assert(
        fc.property(arbitraryRichPlan(scheduler), (plan) => {
          const { log, summary } = run(plan);
          const told = log.filter(({ kind }) => kind === 'submitted').length;
          expect(summary.tasks.submitted).toBe(told);
          expect(summary.metrics['instances.launched']).toBe(
            log.filter(({ kind }) => kind === 'instance').length,
          );
        }),
        { ...parameters, numRuns: 4 * parameters.numRuns },
      );
    },
  );
}

function defineObservers(suite: Suite, runEngine: RunEngine): void {
  const { run } = suite;

  forEachWorld(suite, 'two runs of one plan are equal, record by record', (world) => {
    expect(run(toPlan(world))).toEqual(run(toPlan(world)));
  });

  forEachWorld(suite, 'MR-12 who looks on changes nothing: with a log and without', (world) => {
    const silent = runEngine(toPlan(world), { log: false });
    expect(silent.log).toEqual([]);
    expect(silent.summary).toEqual(run(toPlan(world)).summary);
  });
}
