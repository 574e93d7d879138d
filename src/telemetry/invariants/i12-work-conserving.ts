import type { Rule } from './rule.ts';
import { WaitingFits } from './waiting-fits.ts';

/**
 * After a pass nothing that waits fits anywhere, by brute force. Only for schedulers whose refusal is a proof, and for
 * classes whose constraints the log states in full. In a strict queue only the first task was tried.
 */
export const workConserving: Rule = {
  id: 'I-12',
  rule: 'after a complete pass no waiting task fits on any instance',
  create() {
    const waiting = new WaitingFits();
    return {
      record(record, before, fail) {
        waiting.note(record, before);
        if (record.kind !== 'pass' || before.run?.complete !== true) return;
        for (const { task, host } of waiting.look(before)) {
          fail(`task ${task.ordinal} waits after a pass, though it fits on instance ${host.facts.instance}`);
        }
      },
    };
  },
};
