import { nextProvider } from '../../controllers/ecs/capacity-provider-strategy.ts';
import type { StrategyItem } from '../../model/capacity-provider-strategy.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { CAPACITY_PROVIDER_ATTRIBUTE } from '../platforms/ecs.ts';
import { AVAILABILITY_ZONE } from '../../schedulers/ecs/strategies/step.ts';

/**
 * Task classes bound to a capacity provider or a zone: the same class with one more attribute that its instance must
 * have. ECS knows no fallback, so a task stays with the provider that it was given.
 */
export class EcsClasses {
  readonly #store: ClusterStore;
  readonly #strategyOf: (taskClass: TaskClass) => readonly StrategyItem[];
  /** What it has answered, by class id. */
  readonly #strategies: (readonly StrategyItem[] | undefined)[] = [];
  readonly #bound = new Map<string, number>();
  /** By class id: tasks per provider so far. */
  readonly #counts = new Map<number, number[]>();

  /** `strategyOf`: the capacity provider strategy of tasks that RunTask places; empty: they go wherever there is room. */
  constructor(store: ClusterStore, strategyOf: (taskClass: TaskClass) => readonly StrategyItem[]) {
    this.#store = store;
    this.#strategyOf = strategyOf;
  }

  /** The class, with its provider and zone; null leaves either open. */
  bound(classId: number, provider: string | null, zone: string | null): number {
    if (provider === null && zone === null) return classId;
    const key = JSON.stringify([classId, provider, zone]);
    const known = this.#bound.get(key);
    if (known !== undefined) return known;
    const taskClass = this.#store.classes[classId]!;
    const where = new Map(taskClass.wishes.where);
    if (provider !== null) where.set(CAPACITY_PROVIDER_ATTRIBUTE, provider);
    if (zone !== null) where.set(AVAILABILITY_ZONE, zone);
    const { id } = this.#store.internClass({
      ...taskClass,
      group: taskClass.groupName,
      requests: [...taskClass.requests],
      wishes: { ...taskClass.wishes, where },
    });
    this.#bound.set(key, id);
    return id;
  }

  /**
   * The class for the next task that RunTask places, whose provider follows the strategy. Bases and weights count
   * over all tasks of a class that the run has submitted (chosen: AWS says nothing of single tasks).
   */
  forNextTask(classId: number): number {
    this.#strategies[classId] ??= this.#strategyOf(this.#store.classes[classId]!);
    const strategy = this.#strategies[classId];
    if (strategy.length === 0) return classId;
    const counts = this.#counts.get(classId) ?? strategy.map(() => 0);
    this.#counts.set(classId, counts);
    const provider = nextProvider(strategy, counts);
    counts[provider]! += 1;
    return this.bound(classId, strategy[provider]!.capacityProvider, null);
  }
}

/** The provider that a class is bound to. */
export function capacityProviderOf(taskClass: TaskClass): string | null {
  return taskClass.wishes.where.get(CAPACITY_PROVIDER_ATTRIBUTE) ?? null;
}
