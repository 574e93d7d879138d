import { wishAgainst } from './feasible.ts';
import type { Rule } from './rule.ts';

/**
 * At the moment of placement every constraint of the class holds on the chosen instance, judged from scratch:
 * labels, taints, distinct instances, GPU models. Native constraints are not in the log; the platforms' own
 * conformance vectors judge those.
 */
export const constraints: Rule = {
  id: 'I-03',
  rule: 'at placement every constraint of the task holds on the chosen instance',
  create: () => ({
    record(record, before, fail) {
      if (record.kind !== 'placed' || before.run === null) return;
      const task = before.tasks.get(record.task);
      const instance = before.instances.get(record.instance);
      if (task === undefined || instance === undefined) return;
      const { gpu, constraints } = task.class;
      const where = `task ${record.task} may not be on instance ${record.instance}`;
      if (gpu !== null && gpu.models.length > 0 && !gpu.models.includes(instance.facts.gpuModel)) {
        fail(`${where}: its GPU is a '${instance.facts.gpuModel}'`);
      }
      // Another scheduler is held to no wish: StartTask looks at room and attributes alone.
      if (constraints === 'native' || constraints === 'left-to-others') return;
      const against = wishAgainst(before.run, instance, task.class);
      if (against !== null) fail(`${where}: ${against}`);
    },
  }),
};
