import type { PlacedRecord, RunRecord } from '../log-record.ts';
import type { Fail, Rule } from './rule.ts';
import type { WorldInstance, WorldTask } from './world.ts';

/** A placement, with everything in it known. */
export interface Placement {
  readonly record: PlacedRecord;
  readonly run: RunRecord;
  /** Before it. */
  readonly task: WorldTask;
  readonly instance: WorldInstance;
}

/** The check of a rule that looks at single placements alone; who the log does not know is the business of others. */
export function atPlacement(check: (placement: Placement, fail: Fail) => void): Rule['create'] {
  return () => ({
    record(record, { run, tasks, instances }, fail) {
      if (record.kind !== 'placed' || run === null) return;
      const task = tasks.get(record.task);
      const instance = instances.get(record.instance);
      if (task !== undefined && instance !== undefined) check({ record, run, task, instance }, fail);
    },
  });
}
