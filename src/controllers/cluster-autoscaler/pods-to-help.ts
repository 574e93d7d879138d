import type { Kernel } from '../../kernel/kernel.ts';
import type { ClusterAutoscalerSettings } from '../../model/autoscaler-plan.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { LANE } from '../../model/resources.ts';
import { SECOND } from '../../units.ts';
import type { PendingQueue } from '../pending-queue.ts';
import type { PodGroup } from './estimator.ts';
import { PodHints } from './pod-hints.ts';
import type { PodSimulator } from './pod-simulator.ts';

export interface PodsToHelpOptions {
  readonly kernel: Pick<Kernel, 'nowMs'>;
  readonly store: ClusterStore;
  readonly settings: Pick<ClusterAutoscalerSettings, 'newPodDelayMs'>;
  /** The waiting tasks that nodes may be launched for. */
  readonly queue: Pick<PendingQueue, 'waiting' | 'head' | 'line'>;
  /** Pods that come with every node need no other. */
  readonly isDaemon: (task: number) => boolean;
  /** Tasks that wait for others to leave a node for them. */
  readonly nominated: () => ReadonlySet<number>;
  readonly simulator: PodSimulator;
}

/** While the oldest pod is younger, more are likely to come: the loop waits for them. */
const YOUNG_MS = 2 * SECOND;
const YOUNG_GPU_MS = 30 * SECOND;
/** Pods below this priority get no node, and make room for others. */
export const EXPENDABLE_PRIORITY = -10;

/**
 * Which pods a new node would be for: those that wait, less those that fit onto nodes that are there or on their way.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 core/podlistprocessor, core/static_autoscaler.go
 */
export class PodsToHelp {
  readonly #options: PodsToHelpOptions;
  /** Where pods were packed before. */
  readonly #hints = new PodHints();

  constructor(options: PodsToHelpOptions) {
    this.#options = options;
  }

  /**
   * Tasks without a node, or about to lose it because it is `drained` (ids of instances), that fit no node of the
   * snapshot; the important ones are packed first, and those that fit stay in the snapshot.
   */
  find(drained: Iterable<number>): number[] {
    const { store, settings, kernel, simulator } = this.#options;
    const { snapshot } = simulator;
    const priorityOf = (task: number) => store.classes[store.taskClass[task]!]!.priority;
    const tasks = [...this.#waiting(), ...this.#moving(drained)]
      .filter((task) => priorityOf(task) >= EXPENDABLE_PRIORITY)
      .sort((a, b) => priorityOf(b) - priorityOf(a));
    const pods = tasks.map((task) => snapshot.addPod(store.taskClass[task]!, task));
    const left = simulator.scheduleAll(pods, this.#hints, () => true, false);
    this.#hints.dropOld();
    const oldMs = kernel.nowMs - settings.newPodDelayMs;
    return left.map((pod) => snapshot.realTask(pod)).filter((task) => store.taskSubmitMs(task) <= oldMs);
  }

  /** Is the oldest of them so young? Of those with GPUs, the oldest decides as well. False for none. */
  areYoung(tasks: readonly number[]): boolean {
    const { store, kernel } = this.#options;
    const isYoung = (some: readonly number[], youngMs: number) =>
      some.length > 0 && some.every((task) => store.taskSubmitMs(task) + youngMs > kernel.nowMs);
    const withGpus = tasks.filter((task) => store.classes[store.taskClass[task]!]!.requests[LANE.gpu]! > 0);
    return isYoung(tasks, YOUNG_MS) || isYoung(withGpus, YOUNG_GPU_MS);
  }

  /** Those that are alike together, in order of the first of each. */
  groupsOf(tasks: readonly number[]): PodGroup[] {
    const { store } = this.#options;
    const counts = new Map<number, number>();
    for (const task of tasks) {
      const classId = store.taskClass[task]!;
      counts.set(classId, (counts.get(classId) ?? 0) + 1);
    }
    return [...counts].map(([classId, count]) => ({ taskClass: store.classes[classId]!, count }));
  }

  /** By class. Daemons have their node, and room is being made for nominated ones. */
  #waiting(): number[] {
    const { store, queue, isDaemon } = this.#options;
    const waiting = store.classes
      .filter(({ id }) => queue.waiting(id) > 0 && !isDaemon(queue.head(id)))
      .flatMap(({ id }) => queue.line(id));
    const nominated = this.#options.nominated();
    return nominated.size === 0 ? waiting : waiting.filter((task) => !nominated.has(task));
  }

  /** As long as they were not told to go, nobody else has asked for room for them. */
  #moving(drained: Iterable<number>): number[] {
    const { store, isDaemon, simulator } = this.#options;
    const { snapshot } = simulator;
    const tasks: number[] = [];
    for (const id of drained) {
      const slot = snapshot.slotOf(id);
      if (slot < 0) continue;
      for (const pod of snapshot.podsOn(slot)) {
        const task = snapshot.realTask(pod);
        const isLeaving = store.classes[store.taskClass[task]!]!.evicted === true;
        if (!isLeaving && !isDaemon(task)) tasks.push(task);
      }
    }
    return tasks;
  }
}
