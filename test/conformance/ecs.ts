import type { EcsCase } from './ecs/case.ts';
import { runScheduledAction, runStepScaling, runTargetTracking } from './ecs/autoscaling.ts';
import { runCpStrategy } from './ecs/capacity-providers.ts';
import { runDaemonPass, runDeployment, runProvisioningQueue } from './ecs/deployments.ts';
import { runAsgVictims, runCapacityMetric, runManagedScaling } from './ecs/managed-scaling.ts';
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
import {
  runAgentQueue,
  runEniLimit,
  runFargateFit,
  runFargateSize,
  runHealthyAt,
  runRegisteredResources,
  runTaskResources,
} from './ecs/machine.ts';
import { runConstraints, runPlace } from './ecs/placement.ts';
import { runQuery } from './ecs/query.ts';
import { runRunTask, runStartTask, runStopSelection } from './ecs/requests.ts';
import { runSequence } from './ecs/sequence.ts';
import type { CaseOutcome } from './run.ts';

/** Who answers which kind of case. */
const KINDS: Readonly<Record<string, (testCase: never) => CaseOutcome>> = {
  taskResources: runTaskResources,
  cql: runQuery,
  constraints: runConstraints,
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
  daemonPass: runDaemonPass,
  deployment: runDeployment,
  provisioningQueue: runProvisioningQueue,
  placementRetry: runPlacementRetry,
  startFailureDelay: runStartFailureDelay,
  azRebalance: runAzRebalance,
  targetTracking: runTargetTracking,
  stepScaling: runStepScaling,
  scheduledAction: runScheduledAction,
  schedule: runSchedule,
  runTask: runRunTask,
  startTask: runStartTask,
  eniLimit: runEniLimit,
  stopSelection: runStopSelection,
  sequence: runSequence,
  agentQueue: runAgentQueue,
  registeredResources: runRegisteredResources,
  fargateSize: runFargateSize,
  fargateFit: runFargateFit,
  healthyAt: runHealthyAt,
};

/** One recorded question of any kind; kinds that nobody answers are unsupported. */
export function runCase(testCase: EcsCase): CaseOutcome {
  const answer = Object.hasOwn(KINDS, testCase.kind) ? KINDS[testCase.kind] : undefined;
  return answer === undefined ? 'unsupported' : answer(testCase as never);
}
