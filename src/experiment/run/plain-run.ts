import { Services, type ServicesOptions } from '../../controllers/services.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { PlatformRun } from './platform-run.ts';

/**
 * A platform without controllers of its own: services keep their number, and an instance that drains loses all of its
 * tasks at once, as by kubectl drain without disruption budgets.
 */
export class PlainRun implements PlatformRun {
  readonly retries = false;
  readonly scaler = null;
  readonly #options: ServicesOptions;
  readonly #services: Services;

  constructor(options: ServicesOptions) {
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
    const { store, life } = this.#options;
    while (store.taskCount[slot]! > 0) life.interrupt(store.firstTask[slot]!);
  }

  instanceIdle(): void {}
}
