import type { Rule } from './rule.ts';
import { WaitingFits } from './waiting-fits.ts';

/**
 * A waiting task for which there is room starts within a bound: nothing is forgotten in a queue. Looks at the end of
 * every instant, so that room that comes and goes starts the wait anew. Off without a bound.
 */
export const liveness: Rule = {
  id: 'I-18',
  rule: 'a waiting task that fits starts within the given bound',
  create({ livenessMs }) {
    if (livenessMs === undefined) return { record() {} };
    const waiting = new WaitingFits();
    let fitsSince = new Map<number, number>();
    return {
      record(record, before, fail) {
        if (record.timeMs > before.nowMs) {
          const still = new Map<number, number>();
          for (const { task } of waiting.look(before)) {
            const sinceMs = fitsSince.get(task.ordinal) ?? before.nowMs;
            // Nothing happened since the last record, so it fits until this one.
            const late = record.timeMs - sinceMs > livenessMs;
            if (late) fail(`task ${task.ordinal} waits for ${record.timeMs - sinceMs} ms, though it fits`);
            still.set(task.ordinal, late ? record.timeMs : sinceMs);
          }
          fitsSince = still;
        }
        waiting.note(record, before);
      },
    };
  },
};
