import { NO_INSTANCE } from '../../schedulers/scheduler.ts';
import type { FilterRun } from '../../schedulers/kubernetes/filter-run.ts';
import { type ClusterSnapshot, NO_TASK } from './cluster-snapshot.ts';
import type { PodHints } from './pod-hints.ts';

/**
 * Puts pods of a snapshot onto nodes that kube-scheduler's filters let them onto: the first one that will do, going
 * round from behind the one that took the last pod. Nothing is scored, nobody is preempted.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 simulator/clustersnapshot/predicate/plugin_runner.go,
 * simulator/scheduling/hinting_simulator.go
 */
export class PodSimulator {
  readonly snapshot: ClusterSnapshot;
  readonly filters: FilterRun;
  /** Position in the order of the nodes where the next search begins. */
  #next = 0;

  constructor(snapshot: ClusterSnapshot, filters: FilterRun) {
    this.snapshot = snapshot;
    this.filters = filters;
  }

  /** Would the node take a pod of the class? */
  fits(classId: number, slot: number): boolean {
    return this.snapshot.isReady(slot) && this.filters.begin(classId) && this.filters.passes(slot);
  }

  /** Puts the pod onto the node; false: its filters refuse. */
  schedule(task: number, slot: number): boolean {
    if (!this.fits(this.snapshot.store.taskClass[task]!, slot)) return false;
    this.snapshot.put(task, slot);
    return true;
  }

  /**
   * Puts the pod onto a node that will do, of those that stand in the order from position `first` on; returns its slot,
   * or `NO_INSTANCE`.
   */
  scheduleOnAny(task: number, willDo: (slot: number) => boolean, first = 0): number {
    const { snapshot, filters } = this;
    const { order } = snapshot;
    const count = order.length - first;
    if (count === 0 || !filters.begin(snapshot.store.taskClass[task]!)) return NO_INSTANCE;
    const start = Math.max(0, this.#next - first);
    for (let step = 0; step < count; step++) {
      const position = first + ((start + step) % count);
      const slot = order[position]!;
      if (!willDo(slot) || !snapshot.isReady(slot) || !filters.passes(slot)) continue;
      snapshot.put(task, slot);
      this.#next = (position + 1) % order.length;
      return slot;
    }
    return NO_INSTANCE;
  }

  /**
   * Finds nodes for all the pods, each on the node of its hint if that will do, else on any. Of pods of one class none is
   * tried any more once one has found nothing. Ends with the first that finds nothing if `needsAll`. Returns those that
   * found nothing.
   */
  scheduleAll(
    tasks: readonly number[],
    hints: PodHints,
    willDo: (slot: number) => boolean,
    needsAll: boolean,
  ): number[] {
    const { store } = this.snapshot;
    const hopeless = new Set<number>();
    const left: number[] = [];
    for (const task of tasks) {
      const classId = store.taskClass[task]!;
      let slot = this.#scheduleByHint(task, hints, willDo);
      if (slot === NO_INSTANCE && !hopeless.has(classId)) {
        slot = this.scheduleOnAny(task, willDo);
        if (slot === NO_INSTANCE) hopeless.add(classId);
      }
      if (slot !== NO_INSTANCE) this.#remember(task, slot, hints);
      else if (left.push(task) > 0 && needsAll) break;
    }
    return left;
  }

  #scheduleByHint(task: number, hints: PodHints, willDo: (slot: number) => boolean): number {
    const { snapshot } = this;
    const hinted = hints.nodeOf(snapshot.realTask(task));
    const slot = hinted === undefined ? NO_INSTANCE : snapshot.slotOf(hinted);
    if (slot === NO_INSTANCE || !willDo(slot)) return NO_INSTANCE;
    return this.schedule(task, slot) ? slot : NO_INSTANCE;
  }

  #remember(task: number, slot: number, hints: PodHints): void {
    const { snapshot } = this;
    const realTask = snapshot.realTask(task);
    const node = snapshot.realId(slot);
    if (realTask !== NO_TASK && node >= 0) hints.set(realTask, node);
  }
}
