import { Services, type ServicesOptions } from '../../controllers/services.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { PlatformRun } from './platform-run.ts';

export interface PlainRunOptions extends ServicesOptions {
  /** A task must leave its instance and waits again. */
  readonly evict: (task: number) => void;
}

/**
 * A platform without controllers of its own: services keep their number, and an instance that drains loses all of its
 * tasks at once, as by kubectl drain without disruption budgets.
 */
export class PlainRun implements PlatformRun {
  readonly retries = false;
  readonly scaler = null;
  readonly #options: PlainRunOptions;
  readonly #services: Services;

  constructor(options: PlainRunOptions) {
    this.#options = options;
    this.#services = new Services(options);
  }

  start(): void {
    this.#services.start();
  }

  classForNextTask(classId: number): number {
    return classId;
  }

  roomFor(_taskClass: TaskClass, shape: InstanceShape): InstanceShape {
    return shape;
  }

  leavesOnDrain(): boolean {
    return true;
  }

  instanceReady(): void {}

  instanceDraining(slot: number): void {
    const { store, evict } = this.#options;
    while (store.taskCount[slot]! > 0) evict(store.firstTask[slot]!);
  }

  instanceIdle(): void {}
}
