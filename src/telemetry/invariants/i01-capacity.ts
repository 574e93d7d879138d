import { atPlacement } from './at-placement.ts';
import { shortLane } from './feasible.ts';
import type { Rule } from './rule.ts';

/** Lanes that count things rather than amounts; I-02 watches them. */
export const COUNTED_RESOURCES: ReadonlySet<string> = new Set(['slots', 'eni', 'gpu']);

/**
 * The sum of requests on an instance stays within what is allocatable, in every limited lane, at every instant.
 * Room shrinks by placements alone, so it is enough to look at those.
 */
export const capacity: Rule = {
  id: 'I-01',
  rule: 'requests on an instance stay within what is allocatable, in every limited resource',
  create: atPlacement(({ record, run, task, instance }, fail) => {
    const short = shortLane(run, instance, task.class, (name) => !COUNTED_RESOURCES.has(name));
    if (short !== null) fail(`task ${record.task} overfills instance ${record.instance}: ${short}`);
  }),
};
