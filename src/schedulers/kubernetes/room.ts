import type { ClusterView } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';

/**
 * Of the first `count` slots, those with room for what the class asks for on these lanes come first, and its devices;
 * returns how many they are. Lanes of which it wants nothing do not matter: a node may hold more than it offers.
 */
export function keepWithRoom(
  taskClass: TaskClass,
  lanes: ArrayLike<number>,
  slots: Int32Array,
  count: number,
  view: ClusterView,
): number {
  const { requests, gpu } = taskClass;
  let left = count;
  for (let i = 0; i < lanes.length; i++) {
    const request = requests[lanes[i]!]!;
    if (request > 0) left = keepWithFree(request, lanes[i]!, slots, left, view);
  }
  if (gpu === null) return left;
  return keep(slots, left, (slot) => view.gpuFits(slot, taskClass));
}

function keepWithFree(
  request: number,
  lane: number,
  slots: Int32Array,
  count: number,
  view: ClusterView,
): number {
  const allocatable = view.allocatable[lane]!;
  const requested = view.requested[lane]!;
  let left = 0;
  for (let i = 0; i < count; i++) {
    const slot = slots[i]!;
    if (request <= allocatable[slot]! - requested[slot]!) slots[left++] = slot;
  }
  return left;
}

/** Of the first `count` slots, those that pass come first; returns how many they are. */
export function keep(slots: Int32Array, count: number, passes: (slot: number) => boolean): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const slot = slots[i]!;
    if (passes(slot)) slots[left++] = slot;
  }
  return left;
}
