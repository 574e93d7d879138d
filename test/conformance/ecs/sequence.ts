import {
  amountOf,
  type ClusterState,
  type ContainerInstance,
  type PlacementRequest,
  setOf,
  withoutTask,
  withTask,
} from '../../../src/experiment/ecs/cluster-state.ts';
import { groupOf } from '../../../src/experiment/ecs/cluster-state.ts';
import { instanceNamed, placeTask } from '../../../src/experiment/ecs/place-task.ts';
import { type Caller, readRequest } from '../../../src/experiment/ecs/read-request.ts';
import { stopTasks } from '../../../src/experiment/ecs/stop-tasks.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase, lastPart } from './case.ts';

interface Service extends PlacementRequest {
  readonly serviceName: string;
}

interface SequenceInput extends Omit<ClusterState, 'tasks'> {
  readonly services: readonly Service[];
  readonly standalone: readonly PlacementRequest[];
  readonly steps: readonly Step[];
}

type Step =
  | { readonly op: 'service'; readonly service: string; readonly taskId: string }
  | { readonly op: 'run'; readonly task: number; readonly taskId: string }
  | { readonly op: 'stop'; readonly taskId: string }
  | { readonly op: 'scaleIn'; readonly service: string }
  | { readonly op: 'drain' | 'undrain' | 'connect' | 'disconnect' | 'leave'; readonly id: string }
  | { readonly op: 'join'; readonly containerInstance: ContainerInstance };

/** Kind `sequence`: tasks and instances come and go, one step after the other. */
export function runSequence({ in: input, out }: EcsCase<SequenceInput>): CaseOutcome {
  let state: ClusterState = { ...input, tasks: [] };
  const steps = input.steps.map((step) => {
    const [answer, after] = play(state, step, input);
    state = after;
    return answer;
  });
  return compare({ steps, final: Object.fromEntries(state.containerInstances.map(shown(state))) }, out);
}

function play(state: ClusterState, step: Step, input: SequenceInput): [unknown, ClusterState] {
  const serviceOf = (name: string) => input.services.find(({ serviceName }) => serviceName === name)!;
  switch (step.op) {
    case 'service':
      return start(state, serviceOf(step.service), 'service', step.taskId);
    case 'run':
      return start(state, input.standalone[step.task]!, 'runTask', step.taskId);
    case 'stop': {
      const task = state.tasks.find(({ taskArn }) => taskArn === step.taskId)!;
      return [{ freed: lastPart(task.containerInstanceArn!) }, withoutTask(state, task)];
    }
    case 'scaleIn': {
      const answer = stopTasks(state, step.service, serviceOf(step.service).placementStrategy ?? [], 1);
      if ('problems' in answer) throw new Error('a service with strategies that ECS refuses');
      return [{ stopped: answer.steps[0]?.stopped ?? null }, answer.state];
    }
    case 'drain':
      return [{}, altered(state, step.id, { status: 'DRAINING' })];
    case 'undrain':
      return [{}, altered(state, step.id, { status: 'ACTIVE' })];
    case 'connect':
      return [{}, altered(state, step.id, { agentConnected: true })];
    case 'disconnect':
      return [{}, altered(state, step.id, { agentConnected: false })];
    case 'join':
      return [{}, { ...state, containerInstances: [...state.containerInstances, step.containerInstance] }];
    case 'leave':
      return leave(state, step.id);
  }
}

function start(state: ClusterState, request: PlacementRequest, caller: Caller, taskId: string): [unknown, ClusterState] {
  const read = readRequest(state, request);
  const answer = placeTask(state, request, caller);
  if ('problems' in read || 'problems' in answer) throw new Error('a request that ECS refuses');
  const { chosen, closest } = answer;
  if (chosen === null) {
    return [{ chosen, ...(closest && { closest: closest.id, reason: closest.reason }) }, state];
  }
  const task = { taskArn: taskId, group: groupOf(request), desiredStatus: 'RUNNING', lastStatus: 'RUNNING', healthStatus: 'HEALTHY' };
  return [{ chosen }, withTask(state, instanceNamed(state, chosen), read.demands.resources, task)];
}

function altered(state: ClusterState, id: string, change: Partial<ContainerInstance>): ClusterState {
  const containerInstances = state.containerInstances.map((instance) =>
    lastPart(instance.containerInstanceArn) === id ? { ...instance, ...change } : instance,
  );
  return { ...state, containerInstances };
}

function leave(state: ClusterState, id: string): [unknown, ClusterState] {
  const { containerInstanceArn: gone } = instanceNamed(state, id);
  const lost = state.tasks.filter(({ containerInstanceArn }) => containerInstanceArn === gone);
  const containerInstances = state.containerInstances.filter((each) => each.containerInstanceArn !== gone);
  const tasks = state.tasks.filter((task) => !lost.includes(task));
  return [{ stopped: lost.map(({ taskArn }) => taskArn).sort() }, { ...state, containerInstances, tasks }];
}

function shown(state: ClusterState) {
  return (instance: ContainerInstance) => {
    const running = state.tasks.filter((task) => task.containerInstanceArn === instance.containerInstanceArn);
    const hasGpus = instance.remainingResources.some(({ name }) => name === 'GPU');
    return [
      lastPart(instance.containerInstanceArn),
      {
        running: running.length,
        CPU: amountOf(instance, 'CPU'),
        MEMORY: amountOf(instance, 'MEMORY'),
        ...(hasGpus && { GPU: [...setOf(instance, 'GPU')].sort() }),
        ...(setOf(instance, 'PORTS').includes('80') && { PORTS: [80] }),
      },
    ] as const;
  };
}
