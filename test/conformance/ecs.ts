import type { EcsCase } from './ecs/case.ts';
import { runScheduledAction, runStepScaling, runTargetTracking } from './ecs/autoscaling.ts';
import { runCpStrategy } from './ecs/capacity-providers.ts';
import { runAsgVictims, runCapacityMetric, runManagedScaling } from './ecs/managed-scaling.ts';
import { runPlace } from './ecs/placement.ts';
import { runAzRebalance } from './ecs/rebalance.ts';
import { runSchedule } from './ecs/schedules.ts';
import {
  runCircuitBreaker,
  runDaemonWaves,
  runDeploymentBounds,
  runPlacementRetry,
  runRollout,
  runServicePass,
  runStartFailureDelay,
} from './ecs/services.ts';
import type { CaseOutcome } from './run.ts';

/** Who answers which kind of case. */
const KINDS: Readonly<Record<string, (testCase: never) => CaseOutcome>> = {
  place: runPlace,
  cpStrategy: runCpStrategy,
  capacityMetric: runCapacityMetric,
  managedScaling: runManagedScaling,
  asgVictims: runAsgVictims,
  deploymentBounds: runDeploymentBounds,
  servicePass: runServicePass,
  rollout: runRollout,
  circuitBreaker: runCircuitBreaker,
  daemonWaves: runDaemonWaves,
  placementRetry: runPlacementRetry,
  startFailureDelay: runStartFailureDelay,
  azRebalance: runAzRebalance,
  targetTracking: runTargetTracking,
  stepScaling: runStepScaling,
  scheduledAction: runScheduledAction,
  schedule: runSchedule,
};

/** One recorded question of any kind; kinds that nobody answers are unsupported. */
export function runCase(testCase: EcsCase): CaseOutcome {
  const answer = Object.hasOwn(KINDS, testCase.kind) ? KINDS[testCase.kind] : undefined;
  return answer === undefined ? 'unsupported' : answer(testCase as never);
}
