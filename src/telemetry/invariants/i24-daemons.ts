import type { ClassRecord, TermsRecord } from '../log-record.ts';
import { reasonAgainst } from './feasible.ts';
import type { Rule } from './rule.ts';
import { ServiceTerms } from './service-terms.ts';
import type { World, WorldInstance } from './world.ts';

/** A daemon that found no room, or no agent, is tried again every 10 s: well within this it must be there. */
const COVERAGE_MS = 30_000;

/**
 * A daemon has one task on each instance that takes tasks and has room for it. Only instances where something came free are
 * looked at, at the end of each instant. Says nothing of classes whose constraints the log does not state in full.
 */
export const daemons: Rule = {
  id: 'I-24',
  rule: 'a daemon has a task on every ready instance with room for it, and nowhere two',
  create({ coverageMs = COVERAGE_MS }) {
    const terms = new ServiceTerms();
    const gained = new Set<number>();
    /** Class of the newest task of each daemon. */
    const latest = new Map<string, number>();
    /** By daemon and instance: since when it should be there and is not. */
    const missing = new Map<string, number>();
    return {
      record(record, before, fail) {
        if (record.timeMs > before.nowMs && terms.size > 0) {
          for (const term of terms.all()) if (term.daemon) look(before, term, record.timeMs, fail);
          gained.clear();
        }
        terms.note(record);
        if (record.kind === 'state' || record.kind === 'agent') gained.add(record.instance);
        const task =
          'task' in record && typeof record.task === 'number' ? before.tasks.get(record.task) : undefined;
        if (record.kind === 'submitted') {
          const group = before.classes.get(record.class)?.group;
          if (group !== undefined) latest.set(group, record.class);
        } else if ((record.kind === 'ended' || record.kind === 'requeued') && task?.instance) {
          gained.add(task.instance.facts.instance);
        } else if (record.kind === 'placed' && terms.of(task?.class.group ?? '')?.daemon === true) {
          const host = before.instances.get(record.instance);
          if (host !== undefined && hasTask(host, task!.class.group))
            fail(`daemon ${task!.class.group} has two tasks on instance ${record.instance}`);
        }
      },
    };

    function look(world: World, term: TermsRecord, nextMs: number, fail: (message: string) => void): void {
      const taskClass = world.classes.get(latest.get(term.service) ?? term.class);
      if (taskClass === undefined || taskClass.constraints !== 'wishes') return;
      const prefix = `${term.service} `;
      const suspects = new Set(gained);
      for (const key of missing.keys())
        if (key.startsWith(prefix)) suspects.add(Number(key.slice(prefix.length)));
      for (const id of suspects) {
        const key = `${prefix}${id}`;
        const host = world.instances.get(id);
        if (host === undefined || !isDue(world, host, taskClass)) {
          missing.delete(key);
          continue;
        }
        const sinceMs = missing.get(key) ?? world.nowMs;
        // Nothing happened since the last record, so it has been missing until this one.
        const isLate = nextMs - sinceMs > coverageMs;
        if (isLate)
          fail(
            `daemon ${term.service} has had no task on instance ${id} for ${nextMs - sinceMs} ms, though it fits`,
          );
        missing.set(key, isLate ? nextMs : sinceMs);
      }
    }
  },
};

function isDue({ run }: World, host: WorldInstance, taskClass: ClassRecord): boolean {
  return run !== null && !hasTask(host, taskClass.group) && reasonAgainst(run, host, taskClass) === null;
}

function hasTask({ tasks }: WorldInstance, group: string): boolean {
  for (const task of tasks.values()) if (task.class.group === group) return true;
  return false;
}
