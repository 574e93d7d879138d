import { firstThatFits, tried } from './i12-work-conserving.ts';
import type { Rule } from './rule.ts';

/**
 * A waiting task for which there is room starts within a bound: nothing is forgotten in a queue. Looks at the end of
 * every instant, so that room that comes and goes starts the wait anew. Off without a bound.
 */
export const liveness: Rule = {
  id: 'I-18',
  rule: 'a waiting task that fits starts within the given bound',
  create({ livenessMs }) {
    const fitsSince = new Map<number, number>();
    return {
      record(record, before, fail) {
        if (livenessMs === undefined || before.run === null || record.timeMs === before.nowMs) return;
        const { run } = before;
        const fitting = new Set<number>();
        for (const task of tried(before)) {
          if (task.class.constraints !== 'wishes') continue;
          const host = firstThatFits(run, before.instances.values(), task);
          if (host === null) continue;
          fitting.add(task.ordinal);
          const sinceMs = fitsSince.get(task.ordinal) ?? before.nowMs;
          fitsSince.set(task.ordinal, sinceMs);
          // Nothing happens until this record, so it fits until then.
          if (record.timeMs - sinceMs > livenessMs) {
            fail(`task ${task.ordinal} waits for ${record.timeMs - sinceMs} ms, though it fits somewhere`);
            fitsSince.set(task.ordinal, record.timeMs);
          }
        }
        for (const ordinal of fitsSince.keys()) if (!fitting.has(ordinal)) fitsSince.delete(ordinal);
      },
    };
  },
};
