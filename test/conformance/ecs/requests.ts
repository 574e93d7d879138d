import { type ClusterState, amountOf, setOf } from '../../../src/experiment/ecs/cluster-state.ts';
import { instanceNamed } from '../../../src/experiment/ecs/place-task.ts';
import {
  type RunTaskAnswer,
  type RunTaskRequest,
  type StartTaskRequest,
  runTask,
  startTask,
} from '../../../src/experiment/ecs/run-task.ts';
import { stopTasks } from '../../../src/experiment/ecs/stop-tasks.ts';
import type { EcsProblem, PlacementStrategy } from '../../../src/model/ecs/task-definition.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';
import { errorOf } from './placement.ts';

type Input<Request> = ClusterState & { readonly request: Request };

/** Kind `runTask`. */
export function runRunTask({ in: { request, ...state }, out }: EcsCase<Input<RunTaskRequest>>): CaseOutcome {
  return compare(shown(runTask(state, request)), out);
}

/** Kind `startTask`. */
export function runStartTask({ in: { request, ...state }, out }: EcsCase<Input<StartTaskRequest>>): CaseOutcome {
  return compare(shown(startTask(state, request)), out);
}

interface StopInput extends ClusterState {
  readonly serviceName: string;
  readonly placementStrategy?: readonly PlacementStrategy[];
  readonly stop: number;
}

/** Kind `stopSelection`. */
export function runStopSelection({ in: input, out }: EcsCase<StopInput>): CaseOutcome {
  const answer = stopTasks(input, input.serviceName, input.placementStrategy ?? [], input.stop);
  return compare('problems' in answer ? errorOf(answer.problems) : { steps: answer.steps }, out);
}

function shown(answer: RunTaskAnswer | { readonly problems: readonly EcsProblem[] }): unknown {
  if ('problems' in answer) return errorOf(answer.problems);
  const { placed, failures, state } = answer;
  const remaining = [...new Set(placed)].map((name) => {
    const instance = instanceNamed(state, name);
    const numbers = (listed: readonly string[]) => listed.map(Number).sort((a, b) => a - b);
    const hasGpus = instance.remainingResources.some((resource) => resource.name === 'GPU');
    return [
      name,
      {
        CPU: amountOf(instance, 'CPU'),
        MEMORY: amountOf(instance, 'MEMORY'),
        PORTS: numbers(setOf(instance, 'PORTS')),
        PORTS_UDP: numbers(setOf(instance, 'PORTS_UDP')),
        ...(hasGpus && { GPU: [...setOf(instance, 'GPU')].sort() }),
      },
    ];
  });
  return { placed, failures, remaining: Object.fromEntries(remaining) };
}
