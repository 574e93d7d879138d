import type { TaskClass } from '../../model/task-class.ts';
import type { ClusterInRows } from './framework.ts';
import type { Amounts } from './node-rows.ts';

/**
 * Of the first `count` slots, those with room for what the class asks for on these lanes come first, and its devices;
 * returns how many they are. Lanes of which it wants nothing do not matter: a node may hold more than it offers.
 */
export function keepWithRoom(
  taskClass: TaskClass,
  lanes: ArrayLike<number>,
  slots: Int32Array,
  count: number,
  { view, rows }: ClusterInRows,
): number {
  const { requests, gpu } = taskClass;
  let left = count;
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i]!;
    const request = requests[lane]!;
    if (request === 0) continue;
    left = keepWithFree(request, rows.allocatable[lane]!, rows.requested[lane]!, slots, left);
  }
  if (gpu === null) return left;
  return keep(slots, left, (slot) => view.gpuFits(slot, taskClass));
}

function keepWithFree(
  request: number,
  allocatable: Amounts,
  requested: Amounts,
  slots: Int32Array,
  count: number,
): number {
  const { values: offered, stride: offeredStride, offset: offeredAt } = allocatable;
  const { values: taken, stride: takenStride, offset: takenAt } = requested;
  let left = 0;
  for (let i = 0; i < count; i++) {
    const slot = slots[i]!;
    const free = offered[slot * offeredStride + offeredAt]! - taken[slot * takenStride + takenAt]!;
    if (request <= free) slots[left++] = slot;
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
