import { FargatePlacement } from '../../controllers/ecs/fargate-placement.ts';
import type { Fleet } from '../../controllers/fleet.ts';
import type { TaskLife } from '../../controllers/task-life.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { capacityProviderOf } from './ecs-classes.ts';
import { fargateOf, machineOf } from './fargate-machines.ts';
import type { Placing } from './placing.ts';
import type { RunWorld } from './run-world.ts';

export interface FargatePlacingOptions {
  /** Of a platform on Fargate. */
  readonly world: RunWorld;
  readonly kernel: Kernel;
  readonly life: TaskLife;
  /** Made after the placing, which it tells of its machines. */
  readonly fleet: () => Fleet;
}

/** Tasks on Fargate: each is launched on a machine of its own, and no autoscaler looks on. */
export function createFargatePlacing({ world, kernel, life, fleet }: FargatePlacingOptions): Placing {
  const { platformPlan, groups, store } = world;
  const fargate = fargateOf(platformPlan)!;
  const providerOf = (taskClass: TaskClass) =>
    capacityProviderOf(taskClass) ?? fargate.strategy[0]!.capacityProvider;
  const placer = new FargatePlacement({
    ...fargate,
    kernel,
    store,
    fleet,
    machineOf: (taskClass) => machineOf(taskClass, providerOf(taskClass), groups),
    interruptionsPerHour: (group) =>
      groups[group]!.name === 'FARGATE_SPOT' ? fargate.interruptionsPerHour : 0,
    random: world.stream('fargate-spot', platformPlan.name),
    onPlaced: (task) => life.placed(task),
    onInterrupted: (task) => life.interrupt(task),
  });
  return { placer, demand: placer.queue, untried: new Set() };
}
