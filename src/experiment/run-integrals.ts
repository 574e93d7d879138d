import { fraction, toNumber } from '../billing/money.ts';
import type { InstanceRecord } from '../telemetry/instance-telemetry.ts';
import type { ClusterRun } from './run/cluster-run.ts';

/** Exact integrals of one lane over the run, in units × milliseconds. */
export interface LaneIntegrals {
  readonly requested: bigint;
  readonly allocatable: bigint;
  /** Of instances while they had tasks. */
  readonly allocatableBusy: bigint;
}

/** ∫ requested and ∫ allocatable of a lane: whole milliseconds per class and shape, times what each asks or offers. */
export function laneIntegrals(run: ClusterRun, lane: number): LaneIntegrals {
  const { store, tasks, instances } = run;
  let requested = 0n;
  for (const { id, requests } of store.classes) requested += BigInt(requests[lane]!) * tasks.heldMs.of(id);
  let allocatable = 0n;
  let allocatableBusy = 0n;
  store.shapes.forEach((shape, id) => {
    const offers = BigInt(shape.allocatable[lane]!);
    allocatable += offers * instances.readyMs.of(id);
    allocatableBusy += offers * instances.busyMs.of(id);
  });
  return { requested, allocatable, allocatableBusy };
}

/** How long an instance ran, booting and draining included; one that was only requested did not. */
export function runningMs({ runningMs: since, endMs: ended }: InstanceRecord, endMs: number): number {
  return Number.isNaN(since) ? 0 : (Number.isNaN(ended) ? endMs : ended) - since;
}

/** Running instances × milliseconds. */
export function instanceMs(run: ClusterRun, endMs: number): number {
  return run.instances.records.reduce((sum, record) => sum + runningMs(record, endMs), 0);
}

/** Ready and draining instances × milliseconds. Telemetry must have finished. */
export function readyMs({ store, instances }: ClusterRun): number {
  return Number(store.shapes.reduce((sum, _shape, id) => sum + instances.readyMs.of(id), 0n));
}

/** The quotient of two exact integrals as a number; null where there is nothing to divide by. */
export function ratio(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : toNumber(fraction(part, whole));
}
