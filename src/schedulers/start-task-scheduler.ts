import type { RandomDraws } from './scheduler.ts';

/** Amounts as Amazon ECS counts them: CPU in units of 1/1024 vCPU, memory in MiB, whole GPUs and network interfaces. */
export interface EcsAmounts {
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
  readonly interfaces: number;
}

/** A task on an instance whose desired status is RUNNING, as DescribeTasks shows it. */
export interface HostedTask {
  /** Name of its service, job or trace. */
  readonly group: string;
  readonly amounts: EcsAmounts;
}

/** A container instance, as DescribeContainerInstances shows it. */
export interface ReadInstance {
  /** What StartTask names it by. */
  readonly name: string;
  readonly status: 'ACTIVE' | 'DRAINING';
  readonly agentConnected: boolean;
  /** `ecs.availability-zone`, `ecs.instance-type` and so on. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly registered: EcsAmounts;
  /** What was free when the cluster was read, less what `takeRoom` has put there since. */
  remaining: EcsAmounts;
  /** Host ports in use, like `TCP/80`, those of the system included. */
  readonly ports: Set<string>;
  /** In order of placement. */
  readonly tasks: HostedTask[];
}

/** A task that waits for the scheduler to start it. */
export interface WaitingTask extends HostedTask {
  /** Counts all tasks of the run in order of submission, from 0. */
  readonly id: number;
  /** Since when it waits. */
  readonly sinceMs: number;
  /** Host ports that it asks for, like `TCP/80`. */
  readonly ports: readonly string[];
  /** Attributes that its instance must have, with their values. StartTask looks at none of them: the scheduler does. */
  readonly where: ReadonlyMap<string, string>;
  /** It wants no other task of its group beside it. */
  readonly distinctInstance: boolean;
  /** How often StartTask has failed for it. */
  readonly failures: number;
}

/** What a scheduler decides on: the cluster as it was read a while ago, and what waits now. */
export interface StartTaskRound {
  readonly nowMs: number;
  /** When the cluster was read. Others have placed tasks since. */
  readonly readAtMs: number;
  /** In order of registration. */
  readonly instances: readonly ReadInstance[];
  /** The longest waiting first. Tasks in back-off are not among them. */
  readonly waiting: readonly WaitingTask[];
  readonly random: RandomDraws;
}

/** A StartTask call for one task: it starts on that instance, or the call fails. */
export interface StartTaskWish {
  readonly task: WaitingTask;
  readonly instance: ReadInstance;
}

/**
 * A scheduler of one's own on Amazon ECS. It reads the state of the cluster now and then, decides on what it has read, and
 * calls StartTask, which ECS checks against the state as it is then. Of several schedulers that took the same room the
 * first wins; the others get a failure and try again: shared state, optimistic concurrency.
 * Source: AWS ECS developer guide, scheduling tasks; W. Vogels, "Under the hood of Amazon EC2 Container Service" (2015).
 */
export interface StartTaskDefinition {
  /** Name in messages. */
  readonly name: string;
  /** A scheduler for one run. What it remembers of earlier rounds is its own business; it looks at nothing but the round. */
  create(): (round: StartTaskRound) => Iterable<StartTaskWish>;
}

const BRAND = Symbol.for('stowage.start-task-scheduler');

/**
 * A scheduler for `startTask` of an ECS platform: the default export of the file that `use` names.
 *
 * @example
 * export default defineStartTaskScheduler({
 *   name: 'first-fit',
 *   create: () => ({ instances, waiting }) =>
 *     waiting.flatMap((task) => {
 *       const instance = instances.find((each) => canHost(each, task));
 *       if (instance === undefined) return [];
 *       takeRoom(instance, task);
 *       return [{ task, instance }];
 *     }),
 * });
 */
export function defineStartTaskScheduler(definition: StartTaskDefinition): StartTaskDefinition {
  return Object.assign({ [BRAND]: true }, definition);
}

/** Was it made by `defineStartTaskScheduler`, of whatever copy of the library? */
export function isStartTaskDefinition(value: unknown): value is StartTaskDefinition {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * Would StartTask succeed if the cluster still was as it was read: is the instance ACTIVE, its agent connected, with room
 * and ports, and does it meet what the task wants?
 */
export function canHost(instance: ReadInstance, task: WaitingTask): boolean {
  const { status, agentConnected, attributes, remaining, ports, tasks } = instance;
  if (status !== 'ACTIVE' || !agentConnected || !holds(remaining, task.amounts)) return false;
  if (task.ports.some((port) => ports.has(port))) return false;
  if (task.distinctInstance && tasks.some(({ group }) => group === task.group)) return false;
  for (const [name, value] of task.where) if (attributes.get(name) !== value) return false;
  return true;
}

/** Notes in what was read that the task goes there, so that the next one of the round finds its room taken. */
export function takeRoom(instance: ReadInstance, task: WaitingTask): void {
  instance.remaining = less(instance.remaining, task.amounts);
  instance.tasks.push(task);
  for (const port of task.ports) instance.ports.add(port);
}

/** Is there enough of everything? */
export function holds(room: EcsAmounts, wanted: EcsAmounts): boolean {
  return (
    wanted.cpu <= room.cpu &&
    wanted.memory <= room.memory &&
    wanted.gpus <= room.gpus &&
    wanted.interfaces <= room.interfaces
  );
}

/** What is left of the room. */
export function less(room: EcsAmounts, taken: EcsAmounts): EcsAmounts {
  return {
    cpu: room.cpu - taken.cpu,
    memory: room.memory - taken.memory,
    gpus: room.gpus - taken.gpus,
    interfaces: room.interfaces - taken.interfaces,
  };
}
