import type { InstanceShape } from '../model/cluster-view.ts';
import { LANE, type ResourceTable } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import type { TypicalTask } from './typical-tasks.ts';

export interface RoomMeasures {
  readonly typical: readonly TypicalTask[];
  /** By lane. */
  readonly median: readonly number[];
  readonly resources: ResourceTable;
}

const WHOLE = 1000;

/**
 * The free room of one instance, and what it is good for.
 *
 * Holes: tasks of the median request that fit into it. Stranded: what is free of a resource while less than the median
 * request is free of another. Fragmentation: F = Σ over typical tasks of share × (all free, if the task does not fit;
 * else what it cannot use of it). Of CPU a task that fits can use everything; of GPUs not the room on devices that have
 * too little for it, and nothing if it wants none, or none of this model.
 * Source: Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent",
 * USENIX ATC 2023, section 4, for GPUs; the same with CPU as the scarce resource
 */
export class FreeRoom {
  /** By lane. */
  readonly free: Float64Array;
  holes = 0;
  fragmentedCpu = 0;
  fragmentedGpu = 0;
  /** Bit 0: CPU is stranded; bit 1: memory; bit 2: GPUs. */
  strandedLanes = 0;
  readonly #shape: InstanceShape;
  readonly #devices: Float64Array;
  readonly #measures: RoomMeasures;
  /** Lanes that some typical or median task asks for. */
  readonly #lanes: Int32Array;

  constructor(shape: InstanceShape, measures: RoomMeasures) {
    const { typical, median, resources } = measures;
    this.#shape = shape;
    this.#measures = measures;
    this.free = Float64Array.from(shape.allocatable);
    this.#devices = new Float64Array(shape.gpuDevices).fill(WHOLE);
    this.#lanes = Int32Array.from(
      [...shape.allocatable.keys()].filter(
        (lane) =>
          resources.limited[lane] === 1 &&
          (median[lane]! > 0 || typical.some(({ requests }) => requests[lane]! > 0)),
      ),
    );
  }

  /** Everything is free again. */
  clear(): void {
    this.free.set(this.#shape.allocatable);
    this.#devices.fill(WHOLE);
  }

  take(taskClass: TaskClass, gpuMask: number): void {
    this.#change(taskClass, gpuMask, -1);
  }

  release(taskClass: TaskClass, gpuMask: number): void {
    this.#change(taskClass, gpuMask, 1);
  }

  #change({ requests, gpu }: TaskClass, gpuMask: number, sign: 1 | -1): void {
    const { free } = this;
    for (let lane = 0; lane < free.length; lane++) free[lane]! += sign * requests[lane]!;
    if (gpu === null) return;
    for (let device = 0; device < this.#devices.length; device++) {
      if ((gpuMask & (1 << device)) !== 0) this.#devices[device]! += sign * gpu.milli;
    }
  }

  /** Measures the room as it is. */
  look(): void {
    const { free } = this;
    const { typical, median } = this.#measures;
    let holes = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) {
      const asked = median[lane]!;
      if (asked > 0) holes = Math.min(holes, Math.floor(free[lane]! / asked));
    }
    this.holes = Number.isFinite(holes) ? Math.max(holes, 0) : 0;
    this.strandedLanes = this.#strandedLanes();
    let cpu = 0;
    let gpu = 0;
    for (const task of typical) {
      const fits = this.#fits(task);
      if (!fits) cpu += task.share * free[LANE.cpu]!;
      if (this.#devices.length > 0) gpu += task.share * this.#uselessGpu(task, fits);
    }
    this.fragmentedCpu = cpu;
    this.fragmentedGpu = gpu;
  }

  #strandedLanes(): number {
    const { free } = this;
    const { median } = this.#measures;
    const noCpu = free[LANE.cpu]! < median[LANE.cpu]!;
    const noMemory = free[LANE.memory]! < median[LANE.memory]!;
    const noGpu = free[LANE.gpu]! < median[LANE.gpu]!;
    return (noMemory || noGpu ? 1 : 0) | (noCpu || noGpu ? 2 : 0) | (noCpu || noMemory ? 4 : 0);
  }

  #fits({ requests, gpu }: TypicalTask): boolean {
    const { free } = this;
    for (const lane of this.#lanes) if (requests[lane]! > free[lane]!) return false;
    if (gpu === null) return true;
    return this.#suits(gpu.models) && this.#devicesWith(gpu.milli) >= gpu.count;
  }

  #suits(models: readonly string[]): boolean {
    return models.length === 0 || models.includes(this.#shape.gpuModel);
  }

  #devicesWith(milli: number): number {
    let count = 0;
    for (const free of this.#devices) if (free >= milli) count += 1;
    return count;
  }

  /** Thousandths that the task could not use. */
  #uselessGpu({ gpu }: TypicalTask, fits: boolean): number {
    let useless = 0;
    for (const free of this.#devices) {
      if (gpu === null || !fits || free < gpu.milli) useless += free;
    }
    return useless;
  }
}
