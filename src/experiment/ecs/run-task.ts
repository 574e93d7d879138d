import type { EcsProblem } from '../../model/ecs/task-definition.ts';
import {
  MAX_GROUP_LENGTH,
  MAX_RUN_TASK_COUNT,
  MAX_START_TASK_INSTANCES,
  MAX_STARTED_BY_LENGTH,
} from '../../model/ecs/request-limits.ts';
import { judgeInstances } from '../../schedulers/ecs/judge-instances.ts';
import { type ClusterState, groupOf, type PlacementRequest, withTask } from './cluster-state.ts';
import { instanceNamed, placeTask, questionOf } from './place-task.ts';
import { type Demands, readRequest } from './read-request.ts';
import { nameOf } from './store-of.ts';

export interface RunTaskRequest extends PlacementRequest {
  /** 1 to 10. Default 1. */
  readonly count?: number;
  /** Whether spread counts the tasks that the same call placed. Default sequential (chosen: AWS does not say). */
  readonly placementBatch?: 'sequential' | 'snapshot';
}

export interface StartTaskRequest extends PlacementRequest {
  /** By id or ARN, in order; 1 to 10. */
  readonly containerInstances: readonly string[];
}

export interface RunTaskAnswer {
  /** Names of the instances of the tasks that were placed, in order. */
  readonly placed: readonly string[];
  readonly failures: readonly Failure[];
  /** The cluster with the tasks that were placed. */
  readonly state: ClusterState;
}

export interface Failure {
  /** Name of the instance that the reason is about. */
  readonly arn?: string;
  readonly reason: string;
}

type Refused = { readonly problems: readonly EcsProblem[] };

/**
 * RunTask: tasks one by one, each seeing those before it. One that finds no instance is a failure with the reason of the
 * closest match, and is not tried again; the others are placed all the same.
 * Sources: AWS ECS API reference, RunTask; AWS ECS developer guide, API failure reasons; one failure per task is chosen.
 */
export function runTask(state: ClusterState, request: RunTaskRequest): RunTaskAnswer | Refused {
  const { count = 1 } = request;
  const problems = commonProblems(request, MAX_STARTED_BY_LENGTH.runTask);
  if (!Number.isInteger(count) || count < 1 || count > MAX_RUN_TASK_COUNT) {
    problems.push(
      invalid('count', `Cannot run ${count} tasks in a call: allowed are 1 to ${MAX_RUN_TASK_COUNT}`),
    );
  }
  const active = state.containerInstances.filter(({ status }) => status === 'ACTIVE');
  if (active.length === 0)
    problems.push(invalid('cluster', 'No Container Instances were found in your cluster.'));
  const read = readRequest(state, request);
  if ('problems' in read) problems.push(...read.problems);
  if ('problems' in read || problems.length > 0) return { problems };

  let after = state;
  const placed: string[] = [];
  const failures: Failure[] = [];
  for (let n = 0; n < count; n++) {
    const counted = request.placementBatch === 'snapshot' ? state : after;
    const answer = placeTask(after, request, 'runTask', counted);
    if ('problems' in answer) return answer;
    if (answer.chosen === null) {
      const { closest } = answer;
      failures.push(
        closest === null ? { reason: 'NO ACTIVE INSTANCES' } : { arn: closest.id, reason: closest.reason },
      );
      continue;
    }
    placed.push(answer.chosen);
    after = started(after, request, read.demands, answer.chosen);
  }
  return { placed, failures, state: after };
}

/**
 * StartTask: one task on each named instance, in order. Strategies and constraints do not count: the caller has decided.
 * Sources: AWS ECS API reference, StartTask; AWS ECS developer guide, API failure reasons. That every status but ACTIVE
 * is INACTIVE, and the order of the checks, is chosen.
 */
export function startTask(state: ClusterState, request: StartTaskRequest): RunTaskAnswer | Refused {
  const wanted = request.containerInstances;
  const problems = commonProblems(request, MAX_STARTED_BY_LENGTH.startTask);
  if (wanted.length < 1 || wanted.length > MAX_START_TASK_INSTANCES) {
    const message = `Cannot start on ${wanted.length} instances: allowed are 1 to ${MAX_START_TASK_INSTANCES}`;
    problems.push(invalid('containerInstances', message));
  }
  const read = readRequest(state, request);
  if ('problems' in read) problems.push(...read.problems);
  if ('problems' in read || problems.length > 0) return { problems };

  let after = state;
  const placed: string[] = [];
  const failures: Failure[] = [];
  for (const name of wanted.map(nameOf)) {
    const reason = whyNotThere(after, request, read.demands, name);
    if (reason === undefined) {
      placed.push(name);
      after = started(after, request, read.demands, name);
    } else failures.push({ arn: name, reason });
  }
  return { placed, failures, state: after };
}

function whyNotThere(
  state: ClusterState,
  request: PlacementRequest,
  demands: Demands,
  name: string,
): string | undefined {
  const instance = state.containerInstances.find((each) => nameOf(each.containerInstanceArn) === name);
  if (instance === undefined) return 'MISSING';
  if (instance.status !== 'ACTIVE') return 'INACTIVE';
  const { described, taskClass, policy } = questionOf(state, request, demands, 'runTask');
  const { store, register } = described;
  const bare = { ...policy, memberOf: [], distinctInstance: false, capacityProvider: null, instance: name };
  const judged = judgeInstances(store, taskClass, bare, register);
  return judged.find(({ slot }) => store.instanceName(slot) === name)?.failures[0];
}

function started(
  state: ClusterState,
  request: PlacementRequest,
  { resources }: Demands,
  name: string,
): ClusterState {
  return withTask(state, instanceNamed(state, name), resources, {
    taskArn: `task/${String(state.tasks.length + 1).padStart(5, '0')}`,
    group: groupOf(request),
    desiredStatus: 'RUNNING',
    lastStatus: 'PENDING',
  });
}

function commonProblems(
  { group = '', startedBy = '' }: PlacementRequest,
  maxStartedBy: number,
): EcsProblem[] {
  const problems: EcsProblem[] = [];
  if (group.length > MAX_GROUP_LENGTH) {
    problems.push(
      invalid('group', `Cannot take a group of ${group.length} characters: allowed are ${MAX_GROUP_LENGTH}`),
    );
  }
  if (startedBy.length > maxStartedBy) {
    const message = `Cannot take startedBy of ${startedBy.length} characters: allowed are ${maxStartedBy}`;
    problems.push(invalid('startedBy', message));
  }
  return problems;
}

function invalid(key: string, message: string): EcsProblem {
  return { exception: 'InvalidParameterException', path: [key], message };
}
