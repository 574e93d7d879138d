import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, TASK_STATE } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import { API_PAGE_SIZE } from '../../model/start-task-plan.ts';
import type { HostPort, TaskClass } from '../../model/task-class.ts';
import type {
  EcsAmounts,
  HostedTask,
  ReadInstance,
  WaitingTask,
} from '../../schedulers/start-task-scheduler.ts';
import { MIB } from '../../units.ts';

/** The cluster as a scheduler of one's own reads it, and what the read cost. */
export interface ClusterRead {
  readonly readAtMs: number;
  readonly instances: readonly ReadInstance[];
  /** By what was read: the slot, and the id of the instance that was in it. */
  readonly places: ReadonlyMap<ReadInstance, Place>;
  /** List and Describe calls, of instances and of tasks. */
  readonly calls: number;
}

export interface Place {
  readonly slot: number;
  readonly instanceId: number;
  /** Free at the time of the read, whatever the scheduler notes in its copy. */
  room: EcsAmounts;
}

/** Everything that ListContainerInstances, DescribeContainerInstances, ListTasks and DescribeTasks show now. */
export function readCluster(store: ClusterStore, nowMs: number, system: readonly HostPort[]): ClusterRead {
  const slots: number[] = [];
  for (let slot = 0; slot < store.slotCount; slot++) {
    const state = store.state[slot];
    if (state === INSTANCE_STATE.ready || state === INSTANCE_STATE.draining) slots.push(slot);
  }
  slots.sort((a, b) => store.instanceId[a]! - store.instanceId[b]!);
  const places = new Map<ReadInstance, Place>();
  let tasks = 0;
  const instances = slots.map((slot) => {
    const instance = readInstance(store, slot, system);
    places.set(instance, { slot, instanceId: store.instanceId[slot]!, room: instance.remaining });
    tasks += instance.tasks.length;
    return instance;
  });
  const pages = (count: number) => Math.max(1, Math.ceil(count / API_PAGE_SIZE));
  return { readAtMs: nowMs, instances, places, calls: 2 * pages(instances.length) + 2 * pages(tasks) };
}

/** A task that waits, as its scheduler sees it. */
export function readWaiting(store: ClusterStore, task: number, failures: number): WaitingTask {
  const taskClass = store.classes[store.taskClass[task]!]!;
  const { wishes, hostPorts } = taskClass;
  return {
    ...hosted(taskClass),
    id: store.taskOrdinal(task),
    sinceMs: store.taskSinceMs(task),
    ports: hostPorts.map(portText),
    where: wishes.where,
    distinctInstance: wishes.distinctInstance,
    failures,
  };
}

function readInstance(store: ClusterStore, slot: number, system: readonly HostPort[]): ReadInstance {
  const tasks: HostedTask[] = [];
  const ports = new Set(system.map(portText));
  for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
    if (store.taskState[task] === TASK_STATE.free) continue;
    const taskClass = store.classes[store.taskClass[task]!]!;
    tasks.push(hosted(taskClass));
    for (const port of taskClass.hostPorts) ports.add(portText(port));
  }
  const shape = store.shapes[store.shapeOf[slot]!]!;
  const attributes = new Map<string, string>(shape.labels);
  for (const key of store.labelKeys) {
    const value = store.label(slot, key);
    if (value !== undefined) attributes.set(key, value);
  }
  const free = (lane: number) => store.allocatable[lane]![slot]! - store.requested[lane]![slot]!;
  return {
    name: store.instanceName(slot),
    status: store.state[slot] === INSTANCE_STATE.ready ? 'ACTIVE' : 'DRAINING',
    agentConnected: store.state[slot] !== INSTANCE_STATE.ready || store.accepts[slot] === 1,
    attributes,
    registered: amounts((lane) => store.allocatable[lane]![slot]!),
    remaining: amounts(free),
    ports,
    tasks,
  };
}

function hosted({ groupName, requests }: TaskClass): HostedTask {
  return { group: groupName, amounts: amounts((lane) => requests[lane]!) };
}

function amounts(of: (lane: number) => number): EcsAmounts {
  return {
    cpu: of(LANE.cpu),
    memory: of(LANE.memory) / MIB,
    gpus: of(LANE.gpu) / 1000,
    interfaces: of(LANE.eni),
  };
}

function portText({ protocol, port }: HostPort): string {
  return `${protocol}/${port}`;
}
