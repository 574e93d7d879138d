import { type ClusterView, LANE } from 'stowage';

/** Thousandths of a whole device, and the largest node of the trace: what scores are relative to. */
export const WHOLE = 1000;
export const MAX_CPU_MILLI = 128_000;
export const MAX_GPU_MILLI = 8 * WHOLE;

export function devicesOf(view: ClusterView, slot: number): number {
  return view.shapes[view.shapeOf[slot]!]!.gpuDevices;
}

export function cpuLeft(view: ClusterView, slot: number): number {
  return view.allocatable[LANE.cpu]![slot]! - view.requested[LANE.cpu]![slot]!;
}

/** Idle thousandths of all devices together. */
export function gpuLeft(view: ClusterView, slot: number): number {
  return view.allocatable[LANE.gpu]![slot]! - view.requested[LANE.gpu]![slot]!;
}
