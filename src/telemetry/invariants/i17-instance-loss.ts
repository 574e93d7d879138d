import type { Rule } from './rule.ts';

/**
 * An instance that ends has ended or requeued each task it hosted before, once: nothing is left on it, and whatever
 * an attempt's last record names is the instance that hosted it.
 */
export const instanceLoss: Rule = {
  id: 'I-17',
  rule: 'the end of an instance ends each attempt on it once, and requeues each of their tasks at most once',
  create: () => ({
    record(record, before, fail) {
      if (record.kind === 'state' && record.state === 'terminated') {
        const left = before.instances.get(record.instance)?.tasks.keys() ?? [];
        for (const task of left) fail(`instance ${record.instance} ends and leaves task ${task} behind`);
      } else if ('attempt' in record && record.kind !== 'placed') {
        const task = before.tasks.get(record.task);
        if (task === undefined) return;
        const host = task.instance?.facts.instance ?? null;
        if (host !== record.instance) {
          fail(
            `task ${record.task} is ${record.kind} on instance ${record.instance}, but its host is ${host}`,
          );
        }
      }
    },
  }),
};
