import type { EcsProblem } from '../../../src/model/ecs/task-definition.ts';
import type { ClusterState, PlacementRequest } from '../../../src/experiment/ecs/cluster-state.ts';
import { judgeConstraints, optionsOf, placeTask, questionOf } from '../../../src/experiment/ecs/place-task.ts';
import { type Caller, readRequest } from '../../../src/experiment/ecs/read-request.ts';
import { ecs } from '../../../src/schedulers/ecs/ecs-scheduler.ts';
import { constantDraws } from '../../support/draws.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';

interface PlaceInput extends ClusterState {
  readonly caller: Caller;
  readonly request: PlacementRequest;
}

/** Kind `place`: one task, with every verdict, every survivor and the closest match; `decide` must choose the same. */
export function runPlace({ in: { caller, request, ...state }, out }: EcsCase<PlaceInput>): CaseOutcome {
  const answer = placeTask(state, request, caller);
  if ('problems' in answer) return compare(errorOf(answer.problems), out);
  const decided = decide(state, request, caller);
  if (decided !== answer.chosen) {
    return { agree: false, difference: `decide takes ${decided}, explain ${answer.chosen}` };
  }
  return compare(answer, out);
}

/** Kind `constraints`: which instances satisfy the constraints alone. */
export function runConstraints({ in: { request, caller: _, ...state }, out }: EcsCase<PlaceInput>): CaseOutcome {
  const answer = judgeConstraints(state, request);
  return compare('problems' in answer ? errorOf(answer.problems) : answer, out);
}

/** The exception that ECS throws. */
export function errorOf(problems: readonly EcsProblem[]): { readonly error: string } {
  return { error: problems[0]!.exception };
}

/** What the scheduler of simulated clusters decides, by its columns. */
function decide(state: ClusterState, request: PlacementRequest, caller: Caller): string | null {
  const read = readRequest(state, request);
  if ('problems' in read) throw new Error('the request was read before');
  const { described, taskClass } = questionOf(state, request, read.demands, caller);
  const { store } = described;
  const task = store.addTask(taskClass.id, 0);
  const scheduler = ecs.create(optionsOf(described));
  const slot = scheduler.decide({ view: store, task, random: constantDraws(0), nowMs: 0 });
  return slot < 0 ? null : store.instanceName(slot);
}
