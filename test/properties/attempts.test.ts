import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterRun, type ClusterRunInput } from '../../src/experiment/run/cluster-run.ts';
import { simulate } from '../../src/experiment/simulate.ts';
import { freeSpace } from '../../src/telemetry/free-space.ts';
import { MINUTE } from '../../src/units.ts';
import { attemptsOf } from '../support/attempts.ts';
import { arbitraryEcsWorld, type EcsWorld } from '../support/ecs-worlds.ts';
import { plainFacts, plainFreeSpace } from '../support/oracles/plain-attempts.ts';
import { bytesInMemory } from '../support/overflow.ts';
import { simulationInput } from '../support/play.ts';
import { arbitraryRichPlan } from '../support/rich-plan.ts';
import { SIMPLE_SCHEDULER_NAMES } from '../support/simple-world.ts';

const TARGET_MS = 2 * MINUTE;

/** The run at its end. */
function ended({ plan, platform, scheduler }: EcsWorld, rest: Partial<ClusterRunInput>): ClusterRun {
  const slo = { waitMs: TARGET_MS, objectiveMillionths: 900_000 };
  const run = new ClusterRun({ plan: { ...plan, slo }, platform, scheduler, tables: new Map(), ...rest });
  run.run();
  run.tasks.finish(plan.horizonMs);
  run.instances.finish(plan.horizonMs);
  return run;
}

function spaceOf({ tasks, store, instances, platform, input }: ClusterRun) {
  return freeSpace({
    stays: tasks.attempts.stays,
    tasksOf: tasks.attempts.facts.tasksOf,
    records: instances.records,
    classes: store.classes,
    shapes: store.shapes,
    resources: platform.resources,
    endMs: input.plan.horizonMs,
  });
}

function factsOf({ tasks, store }: ClusterRun) {
  const { restarts, late, lateMs, firstWaitsMs, waitedMs, lostMs, tasksOf } = tasks.attempts.facts;
  return {
    ...{ restarts, late, lateMs, firstWaitsMs },
    waitedMs: tasks.groups.map((_, group) => waitedMs[group] ?? 0),
    lostMs: store.classes.map(({ id }) => lostMs.of(id)),
    tasksOf: store.classes.map(({ id }) => tasksOf[id] ?? 0),
  };
}

test('what is counted as attempts end, and what is read from their rows with 8 of them in memory, is what all rows at once say', () => {
  const seen = { restarts: 0, late: 0, lost: 0n, spilled: 0 };
  const agree = (world: EcsWorld) => {
    const run = ended(world, { overflow: bytesInMemory(8) });
    const { horizonMs } = world.plan;
    const facts = factsOf(run);
    expect(facts).toEqual(plainFacts(run, horizonMs, TARGET_MS));
    expect(spaceOf(run)).toEqual(plainFreeSpace(run, horizonMs));
    const inMemory = ended(world, {});
    expect(attemptsOf(run.tasks.attempts.rows)).toEqual(attemptsOf(inMemory.tasks.attempts.rows));
    expect(spaceOf(run)).toEqual(spaceOf(inMemory));
    seen.restarts += facts.restarts;
    seen.late += facts.late;
    seen.lost += facts.lostMs.reduce((sum, ms) => sum + ms, 0n);
    seen.spilled += run.tasks.attempts.rows.length > 8 ? 1 : 0;
  };
  fc.assert(fc.property(arbitraryEcsWorld, agree), { seed: 6, numRuns: 30, endOnFailure: true });
  // The worlds are such that every part counts.
  expect(Math.min(seen.restarts, seen.late, Number(seen.lost), seen.spilled)).toBeGreaterThan(10);
});

test('a result is the same to the byte however few attempts memory holds, a warm-up left out or not', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SIMPLE_SCHEDULER_NAMES).chain(arbitraryRichPlan),
      fc.constantFrom({}, { warmUp: 'auto' as const }, { warmUp: { fromMs: 5 * MINUTE } }),
      (plan, warmUp) => {
        const [one, other] = [bytesInMemory(8), undefined].map((overflow) => {
          const rest = overflow === undefined ? warmUp : { overflow, ...warmUp };
          const result = simulate(simulationInput(plan, plan.platforms[0]!, rest));
          return JSON.stringify({ ...result, tasks: [...result.tasks()] });
        });
        expect(one).toBe(other);
      },
    ),
    { seed: 7, numRuns: 30 },
  );
});
