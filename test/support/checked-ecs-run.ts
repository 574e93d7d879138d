import { expect } from 'vitest';
import type { Plan, PlatformPlan } from '../../src/model/plan.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { plan, platform } from './plans.ts';
import { runToEnd } from './run-to-end.ts';

type EcsPlatform = Extract<PlatformPlan, { kind: 'ecs' }>;

/** Runs a workload on an ECS platform with the given settings, to the end; no invariant may be broken. */
export function checkedEcsRun(
  workload: Partial<Plan['workload']>,
  settings: Partial<EcsPlatform>,
  rest: Partial<Plan>,
) {
  const ecs: EcsPlatform = { ...(platform('ecs') as EcsPlatform), ...settings };
  const played = runToEnd(plan(workload, { platforms: [ecs], ...rest }), ecs);
  expect(checkLog(played.log.records)).toEqual([]);
  return played;
}
