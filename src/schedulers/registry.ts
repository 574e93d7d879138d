import { assert } from '../errors.ts';
import { bestFit } from './baselines/best-fit.ts';
import { dotProduct } from './baselines/dot-product.ts';
import { firstFit } from './baselines/first-fit.ts';
import { randomFit } from './baselines/random.ts';
import { worstFit } from './baselines/worst-fit.ts';
import { ecs } from './ecs/ecs-scheduler.ts';
import { kubernetesScheduler } from './kubernetes/kubernetes-scheduler.ts';
import type { SchedulerDefinition } from './scheduler.ts';

export { ecsSchedulerWith } from './ecs/ecs-scheduler.ts';
export { kubernetesSchedulerWith } from './kubernetes/kubernetes-scheduler.ts';
export { isKubernetesPlugin, type KubernetesPluginDefinition } from './kubernetes/out-of-tree.ts';
export { isStartTaskDefinition, type StartTaskDefinition } from './start-task-scheduler.ts';
export { PLUGIN_NAMES } from './kubernetes/profile.ts';

// biome-ignore lint/suspicious/noExplicitAny: options are read and used by the same definition, and seen by no one else.
type AnyDefinition = SchedulerDefinition<any>;

/** Every scheduler that scenarios can name, one line each. */
const SCHEDULERS: ReadonlyMap<string, AnyDefinition> = registryOf([
  ecs,
  kubernetesScheduler,
  firstFit,
  bestFit,
  worstFit,
  dotProduct,
  randomFit,
]);

export const SCHEDULER_NAMES: readonly string[] = [...SCHEDULERS.keys()];

/** The definition named `name`, or undefined; `SCHEDULER_NAMES` lists the valid ones. */
export function findScheduler(name: string): SchedulerDefinition | undefined {
  return SCHEDULERS.get(name);
}

/** Definitions by name; two with the same name are a bug. */
export function registryOf(definitions: readonly AnyDefinition[]): ReadonlyMap<string, AnyDefinition> {
  const byName = new Map<string, AnyDefinition>();
  for (const definition of definitions) {
    assert(!byName.has(definition.name), 'two schedulers have the same name');
    byName.set(definition.name, definition);
  }
  return byName;
}
