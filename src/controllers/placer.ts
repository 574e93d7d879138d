import type { KubernetesInput } from '../schedulers/kubernetes/kubernetes-scheduler.ts';
import type { PendingQueue } from './pending-queue.ts';

/**
 * Finds room for waiting tasks: is told of everything that could matter to one, and decides when to ask the scheduler.
 * `Placement` tries them all again whenever room comes free; `KubernetesPlacement` has kube-scheduler's queue.
 */
export interface Placer {
  /** Every task that waits. */
  readonly queue: PendingQueue;
  /** Decisions asked of the scheduler. */
  readonly attempts: number;
  /** Why a waiting task is not tried at all, in the platform's own words; empty when it is. */
  heldBack(task: number): string;
  /** What the scheduler is told beside the cluster and the task, as of now; nothing on most platforms. */
  context(): Pick<KubernetesInput, 'nominations' | 'budgets'>;
  /** Removes a scheduling gate of a waiting task, all of them when none is named. Nothing where there are none. */
  removeGate(task: number, gate?: string): void;
  /** The task waits for room from now on. */
  enqueue(task: number): void;
  /** It waits no longer: it is about to leave. */
  withdraw(task: number): void;
  /** A task of this class has room that this placer did not find for it. */
  roomTaken(classId: number): void;
  /** A task of this class has given its room on the instance back. */
  roomFreed(slot: number, classId: number): void;
  /** The instance takes tasks from now on. */
  instanceReady(slot: number): void;
  /** The instance is about to be gone: its tasks are off it, its columns can still be read. */
  instanceGone(slot: number): void;
}
