import { type ClusterView, INSTANCE_STATE, type InstanceState } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import type { Recorder } from '../model/recorder.ts';
import { LANE } from '../model/resources.ts';
import { MIB } from '../units.ts';
import { DurationSums } from './duration-sums.ts';
import type { GroupUse } from './group-usage.ts';
import { HeldRoom } from './held-room.ts';
import type { RunSeries } from './run-series.ts';

/** An instance from its request to its end; times are NaN until reached. */
export interface InstanceRecord {
  readonly id: number;
  readonly name: string;
  readonly zone: string;
  /** Index into the view's shapes. */
  readonly shape: number;
  readonly requestedMs: number;
  /** Billing starts. */
  runningMs: number;
  readyMs: number;
  /** Since when it takes no new tasks, if it does not. */
  drainingMs: number;
  endMs: number;
  /** By group id: Σ request × time held. CPU in the platform's units, memory in MiB, both times milliseconds. */
  readonly usage: ReadonlyMap<number, GroupUse>;
}

/**
 * Lifetimes of instances, who used how much of each, and for how long they were ready and not empty. Integrals over
 * all instances follow exactly: whole milliseconds per shape, multiplied once with what the shape offers.
 */
export class InstanceTelemetry implements Recorder {
  readonly records: InstanceRecord[] = [];
  /** By shape: milliseconds from ready to terminated, and of those with at least one task. */
  readonly readyMs = new DurationSums();
  readonly busyMs = new DurationSums();
  readonly #view: ClusterView;
  readonly #series: RunSeries;
  readonly #priceE10: (typeName: string, slot: number) => number;
  /** By slot: what the instance there adds to the cost rate. */
  readonly #rateE10: number[] = [];
  #busySince = new Float64Array(0);
  readonly #held: HeldRoom;

  /** `priceE10`: price per hour of the instance in a slot at this moment, for the cost rate over time. */
  constructor(view: ClusterView, series: RunSeries, priceE10: (typeName: string, slot: number) => number) {
    this.#view = view;
    this.#series = series;
    this.#priceE10 = priceE10;
    this.#held = new HeldRoom(() => view.classes);
  }

  instance(nowMs: number, slot: number, state: InstanceState): void {
    const view = this.#view;
    const shape = view.shapeOf[slot]!;
    if (state === INSTANCE_STATE.requested) {
      const unknown = {
        runningMs: Number.NaN,
        readyMs: Number.NaN,
        drainingMs: Number.NaN,
        endMs: Number.NaN,
      };
      const zone = view.strings.name(view.zone[slot]!);
      const id = view.instanceId[slot]!;
      const held = this.#held;
      this.records.push({
        ...{ id, name: view.instanceName(slot), zone, shape, requestedMs: nowMs, ...unknown },
        get usage() {
          return held.of(id);
        },
      });
      return;
    }
    const record = this.#record(slot);
    const { allocatable } = view.shapes[shape]!;
    if (state === INSTANCE_STATE.booting) {
      record.runningMs = nowMs;
      this.#series.instances.change(nowMs, 1);
      this.#rateE10[slot] = 0;
      this.repriced(nowMs, slot);
    } else if (state === INSTANCE_STATE.ready) {
      record.drainingMs = Number.NaN;
      if (!Number.isNaN(record.readyMs)) return;
      record.readyMs = nowMs;
      this.#allocatableChanges(nowMs, allocatable, 1);
    } else if (state === INSTANCE_STATE.draining) {
      record.drainingMs = nowMs;
    } else if (state === INSTANCE_STATE.terminated) {
      record.endMs = nowMs;
      if (!Number.isNaN(record.runningMs)) {
        this.#series.instances.change(nowMs, -1);
        this.#series.priceE10PerHour.change(nowMs, -this.#rateE10[slot]!);
      }
      if (!Number.isNaN(record.readyMs)) {
        this.#allocatableChanges(nowMs, allocatable, -1);
        this.readyMs.add(shape, nowMs - record.readyMs);
      }
    }
  }

  /** The price of the running instance in `slot` may have changed. */
  repriced(nowMs: number, slot: number): void {
    const view = this.#view;
    const rateE10 = this.#priceE10(view.shapes[view.shapeOf[slot]!]!.typeName, slot);
    this.#series.priceE10PerHour.change(nowMs, rateE10 - this.#rateE10[slot]!);
    this.#rateE10[slot] = rateE10;
  }

  submitted(): void {}
  running(): void {}

  placed(nowMs: number, _task: number, slot: number): void {
    if (this.#view.taskCount[slot] !== 1) return;
    if (slot >= this.#busySince.length) {
      this.#busySince = grown(
        Float64Array,
        this.#busySince,
        Math.max(16, this.#busySince.length * 2, slot + 1),
      );
    }
    this.#busySince[slot] = nowMs;
  }

  requeued(nowMs: number, task: number, slot: number, heldSinceMs: number): void {
    this.#released(nowMs, task, slot, heldSinceMs);
  }

  ended(nowMs: number, task: number, slot: number, _end: number, heldSinceMs: number): void {
    if (slot >= 0) this.#released(nowMs, task, slot, heldSinceMs);
  }

  #released(nowMs: number, task: number, slot: number, heldSinceMs: number): void {
    this.#use(task, slot, nowMs - heldSinceMs);
    if (this.#view.taskCount[slot] === 0) {
      this.busyMs.add(this.#view.shapeOf[slot]!, nowMs - this.#busySince[slot]!);
    }
  }

  #use(task: number, slot: number, durationMs: number): void {
    this.#held.add(this.#view.instanceId[slot]!, this.#view.taskClass[task]!, durationMs);
  }

  /** Counts what is still there when the run ends. */
  finish(endMs: number): void {
    const view = this.#view;
    for (let slot = 0; slot < view.slotCount; slot++) {
      if (view.state[slot]! < INSTANCE_STATE.ready) continue;
      this.readyMs.add(view.shapeOf[slot]!, endMs - this.#record(slot).readyMs);
      if (view.taskCount[slot]! === 0) continue;
      this.busyMs.add(view.shapeOf[slot]!, endMs - this.#busySince[slot]!);
      for (let task = view.firstTask[slot]!; task >= 0; task = view.nextTask[task]!) {
        this.#use(task, slot, endMs - view.taskSinceMs(task));
      }
    }
  }

  #record(slot: number): InstanceRecord {
    return this.records[this.#view.instanceId[slot]! - 1]!;
  }

  #allocatableChanges(nowMs: number, allocatable: readonly number[], sign: 1 | -1): void {
    this.#series.cpuAllocatable.change(nowMs, sign * allocatable[LANE.cpu]!);
    this.#series.memoryAllocatableMiB.change(nowMs, (sign * allocatable[LANE.memory]!) / MIB);
    this.#series.gpuAllocatable.change(nowMs, sign * allocatable[LANE.gpu]!);
  }
}
