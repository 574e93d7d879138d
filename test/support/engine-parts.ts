import { Placement } from '../../src/controllers/placement.ts';
import { TaskLife } from '../../src/controllers/task-life.ts';
import { createPlatform } from '../../src/experiment/platforms/index.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import { ClusterStore } from '../../src/model/cluster-store.ts';
import { INSTANCE_STATE } from '../../src/model/cluster-view.ts';
import type { PlatformPlan, TaskTemplate } from '../../src/model/plan.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { createDraws } from './draws.ts';
import { group, TYPE } from './plans.ts';

/** Kernel, store, queue, scheduler and lives of tasks on so many ready instances in three zones; nothing is measured. */
export function engineParts(plan: PlatformPlan, instances: number, kernel = new Kernel()) {
  const made = createPlatform(plan, {
    types: new Map([[TYPE.name, TYPE]]),
    region: 'us-east-1',
    extended: [],
  });
  const store = new ClusterStore({ resources: made.resources, hostPorts: made.reservedPorts });
  const shape = made.shape(group(instances), TYPE.name);
  for (let n = 0; n < instances; n++) {
    const slot = store.addInstance(made.instance(shape, ['a', 'b', 'c'][n % 3]!, undefined), 0);
    store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
  }
  const definition = findScheduler(plan.scheduler.name)!;
  const read = definition.readOptions(plan.scheduler.options);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const life = new TaskLife(kernel, store);
  const placement = new Placement({
    kernel,
    store,
    scheduler: definition.create(read.options),
    random: createDraws(1),
    discipline: 'skip',
    onPlaced: (task) => life.placed(task),
    onLeftWaiting: () => {},
  });
  life.attach(placement);
  const classOf = (name: string, kind: 'job' | 'service', one: TaskTemplate): number =>
    store.internClass(made.taskClass(one, { group: name, kind, spread: 'none', amounts: one })).id;
  return { kernel, store, life, classOf };
}
