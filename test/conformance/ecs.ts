import type { EcsCase } from './ecs/case.ts';
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
