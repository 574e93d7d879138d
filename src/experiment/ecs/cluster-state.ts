import { assert } from '../../errors.ts';
import type { Attribute, PlacementConstraint, PlacementStrategy } from '../../model/ecs/task-definition.ts';
import type { TaskDefinition, TaskOverride } from '../../model/ecs/task-definition.ts';
import type { TaskResources } from '../../model/ecs/task-resources.ts';
import type { InstanceFacts } from '../../schedulers/ecs/query/evaluate.ts';
import { readTime, readVersion } from '../../schedulers/ecs/query/ordered-values.ts';

/**
 * A cluster in Amazon ECS's own shapes: `describe-container-instances` and `describe-tasks`, as far as placement looks
 * at them. Never changed in place: `withTask` and `withoutTask` give the cluster after a task came or went.
 */
export interface ClusterState {
  readonly containerInstances: readonly ContainerInstance[];
  readonly tasks: readonly Task[];
  /** Zone of each subnet. */
  readonly subnets?: Readonly<Record<string, string>>;
  /** Services whose tasks every matching instance keeps room for. */
  readonly daemonServices?: readonly PlacementRequest[];
}

export interface ContainerInstance {
  readonly containerInstanceArn: string;
  readonly ec2InstanceId: string;
  readonly capacityProviderName?: string;
  readonly status: string;
  readonly agentConnected: boolean;
  readonly versionInfo?: { readonly agentVersion?: string };
  readonly registeredAt?: string;
  readonly runningTasksCount: number;
  /** CPU, MEMORY and GPU: what is free; PORTS and PORTS_UDP: what is taken. */
  readonly remainingResources: readonly InstanceResource[];
  readonly attributes: readonly Attribute[];
  /** Not in ECS's shape, as it shows it nowhere: tasks with an interface of their own. Absent: no limit. */
  readonly awsvpcTasks?: { readonly limit: number; readonly used: number };
}

export interface InstanceResource {
  readonly name: string;
  readonly type?: string;
  readonly integerValue?: number;
  readonly stringSetValue?: readonly string[];
}

export interface Task {
  readonly taskArn: string;
  readonly group: string;
  /** Absent: it has no instance yet. */
  readonly containerInstanceArn?: string;
  readonly desiredStatus: string;
  readonly lastStatus: string;
  readonly healthStatus?: string;
  /** Not in ECS's shape: what it holds, as far as known; and scale-in protection. */
  readonly need?: TaskNeed;
  readonly protected?: boolean;
}

export type TaskNeed = Pick<TaskResources, 'cpu' | 'memory'> &
  Partial<Pick<TaskResources, 'tcp' | 'udp' | 'eni'>> & { readonly gpuIds?: readonly string[] };

/** What RunTask, StartTask or a service asks placement for. */
export interface PlacementRequest {
  readonly taskDefinition: TaskDefinition;
  readonly overrides?: TaskOverride;
  readonly placementStrategy?: readonly PlacementStrategy[];
  readonly placementConstraints?: readonly PlacementConstraint[];
  readonly networkConfiguration?: {
    readonly awsvpcConfiguration?: { readonly subnets?: readonly string[] } | null;
  } | null;
  /** The one that was selected; absent: launch type EC2, all instances. */
  readonly capacityProvider?: string;
  /** Of a service: its tasks are the group `service:NAME`. */
  readonly serviceName?: string;
  readonly group?: string;
  readonly startedBy?: string;
}

/** The task group of the request's tasks. Source: AWS ECS developer guide, task groups. */
export function groupOf({ serviceName, group, taskDefinition }: PlacementRequest): string {
  if (serviceName !== undefined) return `service:${serviceName}`;
  return group ?? `family:${taskDefinition.family ?? ''}`;
}

/** A whole amount of a resource; 0 when it is not listed. */
export function amountOf({ remainingResources }: ContainerInstance, name: 'CPU' | 'MEMORY'): number {
  return remainingResources.find((resource) => resource.name === name)?.integerValue ?? 0;
}

/** A set of a resource; empty when it is not listed. */
export function setOf(
  { remainingResources }: ContainerInstance,
  name: 'PORTS' | 'PORTS_UDP' | 'GPU',
): readonly string[] {
  return remainingResources.find((resource) => resource.name === name)?.stringSetValue ?? [];
}

/** Tasks on the instance that are not told to stop: the others hold nothing any more. */
export function liveTasksOn(
  state: ClusterState,
  { containerInstanceArn }: ContainerInstance,
): readonly Task[] {
  return state.tasks.filter(
    (task) => task.containerInstanceArn === containerInstanceArn && task.desiredStatus !== 'STOPPED',
  );
}

/** The instance as expressions ask about it. */
export function factsOf(state: ClusterState, instance: ContainerInstance): InstanceFacts {
  return {
    attribute(wanted) {
      const found = instance.attributes.find(({ name }) => name === wanted);
      return found === undefined ? undefined : (found.value ?? '');
    },
    agentConnected: instance.agentConnected,
    ec2InstanceId: instance.ec2InstanceId,
    agentVersion: readVersion(instance.versionInfo?.agentVersion ?? ''),
    registeredAt: readTime(instance.registeredAt ?? ''),
    runningTasksCount: () => instance.runningTasksCount,
    hasTaskOf: (wanted) => liveTasksOn(state, instance).some(({ group }) => wanted(group)),
  };
}

/** A task that was just placed: it takes the GPUs with the lowest ids, by code unit. */
export function withTask(
  state: ClusterState,
  instance: ContainerInstance,
  resources: TaskResources,
  task: Omit<Task, 'containerInstanceArn' | 'need'>,
): ClusterState {
  const free = [...setOf(instance, 'GPU')].sort();
  assert(free.length >= resources.gpu, 'a task was placed where GPUs are missing');
  const need = { ...resources, gpuIds: free.slice(0, resources.gpu) };
  const { containerInstanceArn } = instance;
  return {
    ...state,
    containerInstances: replaced(state, instance, held(instance, need, 1)),
    tasks: [...state.tasks, { ...task, containerInstanceArn, need }],
  };
}

/** The cluster without the task; its room is free at once. */
export function withoutTask(state: ClusterState, task: Task): ClusterState {
  const instance = state.containerInstances.find(
    ({ containerInstanceArn }) => containerInstanceArn === task.containerInstanceArn,
  );
  const tasks = state.tasks.filter((other) => other !== task);
  if (instance === undefined) return { ...state, tasks };
  const freed = held(instance, task.need ?? { cpu: 0, memory: 0 }, -1);
  return { ...state, containerInstances: replaced(state, instance, freed), tasks };
}

function replaced(
  { containerInstances }: ClusterState,
  instance: ContainerInstance,
  by: ContainerInstance,
): readonly ContainerInstance[] {
  return containerInstances.map((other) => (other === instance ? by : other));
}

/** The instance after a task took (1) or gave back (-1) what it needs. */
function held(instance: ContainerInstance, need: TaskNeed, sign: 1 | -1): ContainerInstance {
  const takes = (listed: readonly string[], own: readonly (string | number)[]) => {
    const names = own.map(String);
    return sign === 1 ? [...listed, ...names] : listed.filter((each) => !names.includes(each));
  };
  const gives = (free: readonly string[], own: readonly string[]) =>
    sign === 1 ? free.filter((id) => !own.includes(id)) : [...free, ...own];
  const others = instance.remainingResources.filter(
    ({ name }) => !['CPU', 'MEMORY', 'PORTS', 'PORTS_UDP', 'GPU'].includes(name),
  );
  const integer = (name: 'CPU' | 'MEMORY', amount: number) => ({
    name,
    type: 'INTEGER',
    integerValue: amountOf(instance, name) - sign * amount,
  });
  const set = (name: string, stringSetValue: readonly string[]) => ({
    name,
    type: 'STRINGSET',
    stringSetValue,
  });
  const gpus = instance.remainingResources.some(({ name }) => name === 'GPU');
  const { awsvpcTasks } = instance;
  return {
    ...instance,
    runningTasksCount: instance.runningTasksCount + sign,
    remainingResources: [
      integer('CPU', need.cpu),
      integer('MEMORY', need.memory),
      set('PORTS', takes(setOf(instance, 'PORTS'), need.tcp ?? [])),
      set('PORTS_UDP', takes(setOf(instance, 'PORTS_UDP'), need.udp ?? [])),
      ...(gpus ? [set('GPU', gives(setOf(instance, 'GPU'), need.gpuIds ?? []))] : []),
      ...others,
    ],
    ...(awsvpcTasks && {
      awsvpcTasks: { ...awsvpcTasks, used: awsvpcTasks.used + sign * (need.eni ?? 0) },
    }),
  };
}
