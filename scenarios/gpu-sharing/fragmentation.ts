import type { ClusterView } from 'stowage';
import { cpuLeft, devicesOf, gpuLeft, WHOLE } from './gpu-devices.ts';

/** A kind of pod, and how much of the workload it makes up. */
export interface TypicalPod {
  readonly cpuMilli: number;
  /** Devices, and thousandths of each; 0 for pods without GPUs. */
  readonly gpuCount: number;
  readonly gpuMilli: number;
  /** Models allowed; empty: any. */
  readonly models: readonly string[];
  /** All of them add up to 1. */
  readonly share: number;
}

/** The GPU pods that a model of device suits, in columns sorted by `milli`; the rest is lost on it in any case. */
interface Suited {
  readonly share: Float64Array;
  readonly cpuMilli: Float64Array;
  readonly gpuCount: Int32Array;
  /** Index into `millis`. */
  readonly milli: Int32Array;
  /** Different sizes of shares, ascending. */
  readonly millis: Float64Array;
  /** Share of the workload that cannot use the device: without GPUs, or for other models. */
  readonly others: number;
}

/** Devices of one node with their room, as counted per size of share. */
interface Rooms {
  /** Devices with at least this much. */
  readonly enough: Int32Array;
  /** Room on devices with less. */
  readonly wasted: Float64Array;
}

/**
 * Fragmentation of a node: the GPU room that a pod drawn from the workload could not use, on average.
 * F = sum over typical pods of share * (all idle room, if the pod wants no GPU, another model, more CPU or more devices
 * than there are; else the room on devices that have too little for it). Thousandths of a device.
 * Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 4
 */
export class Fragmentation {
  readonly #typical: readonly TypicalPod[];
  readonly #ofModel = new Map<string, Suited>();
  readonly #roomsOfModel = new Map<string, Rooms>();
  /** By slot: F, and the revision of the node that it belongs to. */
  readonly #known: number[] = [];
  readonly #revisions: number[] = [];

  constructor(typical: readonly TypicalPod[]) {
    this.#typical = typical;
  }

  /** Of the node as it is. */
  of(view: ClusterView, slot: number): number {
    if (this.#revisions[slot] !== view.revision[slot]) {
      this.#revisions[slot] = view.revision[slot]!;
      const suited = this.#suited(view, slot);
      this.#known[slot] = sumOf(
        suited,
        this.#rooms(view, slot, suited),
        cpuLeft(view, slot),
        gpuLeft(view, slot),
      );
    }
    return this.#known[slot]!;
  }

  /** After `count` free devices went to a pod that leaves `cpu`. */
  afterWhole(view: ClusterView, slot: number, cpu: number, count: number): number {
    const suited = this.#suited(view, slot);
    const rooms = this.#rooms(view, slot, suited);
    for (let k = 0; k < suited.millis.length; k++) rooms.enough[k]! -= count;
    return sumOf(suited, rooms, cpu, gpuLeft(view, slot) - count * WHOLE);
  }

  /** After a share of `milli` was taken from a device with this `room`. */
  afterShare(view: ClusterView, slot: number, cpu: number, room: number, milli: number): number {
    const suited = this.#suited(view, slot);
    const { millis } = suited;
    const rooms = this.#rooms(view, slot, suited);
    const left = room - milli;
    for (let k = 0; k < millis.length; k++) {
      if (room < millis[k]!) rooms.wasted[k]! -= milli;
      else if (left < millis[k]!) {
        rooms.enough[k]! -= 1;
        rooms.wasted[k]! += left;
      }
    }
    return sumOf(suited, rooms, cpu, gpuLeft(view, slot) - milli);
  }

  /** Counted afresh; the columns are reused. */
  #rooms(view: ClusterView, slot: number, { millis }: Suited): Rooms {
    const rooms = this.#roomsOfModel.get(modelOf(view, slot))!;
    rooms.enough.fill(0);
    rooms.wasted.fill(0);
    for (let device = 0; device < devicesOf(view, slot); device++) {
      const room = view.gpuFree(slot, device);
      for (let k = 0; k < millis.length; k++) {
        if (room >= millis[k]!) rooms.enough[k]! += 1;
        else rooms.wasted[k]! += room;
      }
    }
    return rooms;
  }

  #suited(view: ClusterView, slot: number): Suited {
    const model = modelOf(view, slot);
    let suited = this.#ofModel.get(model);
    if (suited === undefined) {
      suited = suitedTo(model, this.#typical);
      this.#ofModel.set(model, suited);
      const sizes = suited.millis.length;
      this.#roomsOfModel.set(model, { enough: new Int32Array(sizes), wasted: new Float64Array(sizes) });
    }
    return suited;
  }
}

function modelOf(view: ClusterView, slot: number): string {
  return view.shapes[view.shapeOf[slot]!]!.gpuModel;
}

function suitedTo(model: string, typical: readonly TypicalPod[]): Suited {
  const pods = typical.filter(
    ({ gpuCount, models }) => gpuCount > 0 && (models.length === 0 || models.includes(model)),
  );
  const millis = [...new Set(pods.map(({ gpuMilli }) => gpuMilli))].sort((a, b) => a - b);
  return {
    share: Float64Array.from(pods, ({ share }) => share),
    cpuMilli: Float64Array.from(pods, ({ cpuMilli }) => cpuMilli),
    gpuCount: Int32Array.from(pods, ({ gpuCount }) => gpuCount),
    milli: Int32Array.from(pods, ({ gpuMilli }) => millis.indexOf(gpuMilli)),
    millis: Float64Array.from(millis),
    others: typical.reduce((sum, pod) => (pods.includes(pod) ? sum : sum + pod.share), 0),
  };
}

function sumOf(suited: Suited, { enough, wasted }: Rooms, cpu: number, idle: number): number {
  const { share, cpuMilli, gpuCount, milli } = suited;
  let sum = suited.others * idle;
  for (let i = 0; i < share.length; i++) {
    const size = milli[i]!;
    const isHosted = cpuMilli[i]! <= cpu && gpuCount[i]! <= enough[size]!;
    sum += share[i]! * (isHosted ? wasted[size]! : idle);
  }
  return sum;
}

/**
 * The argument `typicalPods` of the plugin: a list of `{ cpuMilli, gpuCount, gpuMilli, models?, share }`. Throws an
 * Error that says what is wrong with it.
 */
export function readTypicalPods(args: unknown): readonly TypicalPod[] {
  const { typicalPods } = (args ?? {}) as { readonly typicalPods?: unknown };
  if (!Array.isArray(typicalPods) || typicalPods.length === 0) {
    throw new Error('typicalPods must be a list of pods with their shares of the workload');
  }
  return (typicalPods as Partial<TypicalPod>[]).map((pod, index) => {
    const { cpuMilli, gpuCount, gpuMilli, models = [], share } = pod;
    const amounts = [cpuMilli, gpuCount, gpuMilli, share];
    if (!amounts.every((amount) => typeof amount === 'number' && amount >= 0) || !Array.isArray(models)) {
      throw new Error(`typicalPods[${index}] needs cpuMilli, gpuCount, gpuMilli and share, as numbers`);
    }
    return { cpuMilli: cpuMilli!, gpuCount: gpuCount!, gpuMilli: gpuMilli!, models, share: share! };
  });
}
