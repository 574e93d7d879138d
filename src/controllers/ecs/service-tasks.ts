import type { EventHandle } from '../../kernel/kernel.ts';
import type { HealthChange } from '../../model/ecs/container-health.ts';
import type { TaskCounts } from './service-pass.ts';

/** What a deployment puts on instances. */
export interface Revision {
  /** Counts from 1. */
  readonly number: number;
  /** The class of its tasks, in a capacity provider (null: wherever they may go) and zone (null: any). */
  readonly classId: (provider: string | null, zone: string | null) => number;
  readonly startupMs: () => number;
  /** What is found about the health of a task with this fate, from RUNNING on, in order. Draws the same for every fate. */
  readonly healthOf: (fate: ServiceTask['fate']) => readonly HealthChange[];
  /** Draws whether the next task fails to start, or never becomes healthy. */
  readonly fate: () => 'good' | 'failsToStart' | 'staysUnhealthy';
}

/** A task of a service, as the service scheduler keeps it. */
export interface ServiceTask {
  readonly task: number;
  readonly revision: Revision;
  /** Index into the capacity provider strategy. */
  readonly provider: number;
  fate: ReturnType<Revision['fate']>;
  health: keyof TaskCounts;
  /** What will be found about its health while it runs, the next of it first. */
  changes: readonly HealthChange[];
  /** When it began to run, and the pending finding about its health, or null. */
  runningMs: number;
  timer: EventHandle | null;
  /** It has found no room and waits in no queue until the next attempt. */
  isShelved: boolean;
}

/** Tasks of one side of a deployment by what is known of them, oldest first. */
export type TasksByHealth = Readonly<Record<keyof TaskCounts, ServiceTask[]>>;

/** No tasks. */
export function noTasks(): TasksByHealth {
  return { healthy: [], starting: [], unhealthy: [] };
}

/** How many there are of each. */
export function countTasks(tasks: TasksByHealth): TaskCounts {
  return {
    healthy: tasks.healthy.length,
    starting: tasks.starting.length,
    unhealthy: tasks.unhealthy.length,
  };
}
