import type { SchedulerDefinition } from './scheduler.ts';

/**
 * Every scheduler by the name that scenarios use. One line each; a duplicate is a bug.
 */
const DEFINITIONS: readonly SchedulerDefinition<never>[] = [];

export const SCHEDULER_NAMES: readonly string[] = DEFINITIONS.map((definition) => definition.name);

/** The definition named `name`, or undefined; `SCHEDULER_NAMES` lists the valid ones. */
export function findScheduler(name: string): SchedulerDefinition | undefined {
  return DEFINITIONS.find((definition) => definition.name === name) as SchedulerDefinition | undefined;
}
