import { expect } from 'vitest';
import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import type { Plan, PlatformPlan } from '../../src/model/plan.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import { plan, platform } from './plans.ts';

type EcsPlatform = Extract<PlatformPlan, { kind: 'ecs' }>;

/** Runs a workload on an ECS platform with the given settings, to the end; no invariant may be broken. */
export function checkedEcsRun(
  workload: Partial<Plan['workload']>,
  settings: Partial<EcsPlatform>,
  rest: Partial<Plan>,
) {
  const log = new MemoryLog();
  const ecs: EcsPlatform = { ...(platform('ecs') as EcsPlatform), ...settings };
  const given = plan(workload, { platforms: [ecs], ...rest });
  const scheduler = findScheduler('ecs')!;
  const run = new ClusterRun({ plan: given, platform: ecs, tables: new Map(), scheduler, log });
  run.run();
  const { pending, running } = run.tasks.finish(given.horizonMs);
  const [, succeeded, failed, stopped, rejected] = [...run.tasks.ends];
  const submitted = run.tasks.submittedCount;
  const counts = { submitted, succeeded, failed, stopped, rejected, pending, running };
  run.endLog(given.horizonMs, counts as Parameters<ClusterRun['endLog']>[1], {
    requested: [],
    instanceMs: null,
    pendingMs: null,
    hostedMs: null,
  });
  expect(checkLog(log.records)).toEqual([]);
  return { run, log };
}
