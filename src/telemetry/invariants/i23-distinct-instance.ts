import type { Rule } from './rule.ts';
import { ServiceTerms } from './service-terms.ts';

/** distinctInstance of a service, whoever asks for it: the service, its tasks or the platform. Tasks that stop count no more. */
export const distinctInstance: Rule = {
  id: 'I-23',
  rule: 'a service with distinctInstance has no two tasks on an instance',
  create() {
    const terms = new ServiceTerms();
    return {
      record(record, before, fail) {
        terms.note(record);
        if (record.kind !== 'placed') return;
        const task = before.tasks.get(record.task);
        if (task === undefined || terms.of(task.class.group)?.distinctInstance !== true) return;
        for (const other of before.instances.get(record.instance)?.tasks.values() ?? []) {
          if (other.class.group !== task.class.group) continue;
          fail(
            `tasks ${other.ordinal} and ${record.task} of service ${task.class.group} share instance ${record.instance}`,
          );
        }
      },
    };
  },
};
