import type { EventHandle, EventKind, Kernel } from '../kernel/kernel.ts';
import { PHASE } from '../model/phases.ts';

/** Part of an image as it is pulled: compressed. */
export interface Layer {
  /** Equal layers of several images have the same name. */
  readonly name: string;
  readonly sizeBytes: number;
}

export interface PullRates {
  readonly instanceBytesPerSecond: number;
  /** Null: no limit. */
  readonly registryBytesPerSecond: number | null;
  readonly unpackBytesPerSecond: number;
}

interface Transfer {
  readonly on: Instance;
  readonly layer: Layer;
  leftBytes: number;
  /** Told when the layer is there. */
  readonly waiters: (() => void)[];
  /** While it is unpacked. */
  event: EventHandle | null;
}

interface Instance {
  readonly slot: number;
  /** Names of the layers that are there. */
  readonly layers: Set<string>;
  /** Layers under way, in the order in which they were asked for. */
  transfers: Transfer[];
  /** Until when `leftBytes` is right. */
  sinceMs: number;
  event: EventHandle | null;
  readonly unpacking: Set<Transfer>;
}

/**
 * Images on their way from a registry to instances, layer by layer. A layer that is there, or on its way, is not
 * pulled again. The layers that one instance pulls at a time share its bandwidth evenly; the instances that pull at a time
 * share the registry's. Whenever a share changes, what is left is worked out in whole bytes, rounded up. Nothing of it
 * is random.
 */
export class ImagePulls {
  readonly #kernel: Kernel;
  readonly #rates: PullRates;
  readonly #arrived: EventKind;
  readonly #unpacked: EventKind;
  /** By slot. */
  readonly #instances = new Map<number, Instance>();
  /** Those with transfers. */
  readonly #pulling = new Set<Instance>();
  readonly #unpacking = new Map<number, Transfer>();
  #unpackingEver = 0;
  /** Bytes and layers that were pulled, and layers that needed no pull: they were there or on their way. */
  pulledBytes = 0;
  pulledLayers = 0;
  sharedLayers = 0;

  constructor(kernel: Kernel, rates: PullRates) {
    this.#kernel = kernel;
    this.#rates = rates;
    this.#arrived = kernel.defineKind('layer-arrived', PHASE.release, (slot) => this.#finish(slot));
    this.#unpacked = kernel.defineKind('layer-unpacked', PHASE.release, (id) => this.#isThere(id));
  }

  /** Brings every layer to the instance that is not there yet; `done` is called when all are, perhaps at once. */
  pull(slot: number, layers: readonly Layer[], done: () => void): void {
    const instance = this.#instance(slot);
    let missing = 1;
    const arrived = () => {
      missing -= 1;
      if (missing === 0) done();
    };
    for (const layer of layers) {
      if (instance.layers.has(layer.name)) {
        this.sharedLayers += 1;
        continue;
      }
      missing += 1;
      this.#join(instance, layer, arrived);
    }
    arrived();
  }

  /** Is every layer there? */
  hasAll(slot: number, layers: readonly Layer[]): boolean {
    const there = this.#instances.get(slot)?.layers;
    return layers.every(({ name }) => there?.has(name) === true);
  }

  /** The layers are there without a pull: they came with the instance. */
  add(slot: number, layers: readonly Layer[]): void {
    const instance = this.#instance(slot);
    for (const { name } of layers) instance.layers.add(name);
  }

  /** The layers are not there any more; those on their way still come. */
  remove(slot: number, layers: readonly Layer[]): void {
    const there = this.#instances.get(slot)?.layers;
    for (const { name } of layers) there?.delete(name);
  }

  /** The instance is gone, with its layers and everything on its way to it. Nobody is told. */
  drop(slot: number): void {
    const instance = this.#instances.get(slot);
    if (instance === undefined) return;
    this.#instances.delete(slot);
    for (const { event } of instance.unpacking) if (event !== null) this.#kernel.cancel(event);
    for (const [id, { on }] of this.#unpacking) if (on === instance) this.#unpacking.delete(id);
    if (!this.#pulling.has(instance)) return;
    this.#settle(instance);
    if (instance.event !== null) this.#kernel.cancel(instance.event);
    this.#pulling.delete(instance);
    this.#reschedule(instance);
  }

  #instance(slot: number): Instance {
    const known = this.#instances.get(slot);
    if (known !== undefined) return known;
    const instance: Instance = {
      slot,
      layers: new Set(),
      transfers: [],
      sinceMs: 0,
      event: null,
      unpacking: new Set(),
    };
    this.#instances.set(slot, instance);
    return instance;
  }

  #join(instance: Instance, layer: Layer, waiter: () => void): void {
    const underway = [...instance.transfers, ...instance.unpacking].find(
      (transfer) => transfer.layer.name === layer.name,
    );
    if (underway !== undefined) {
      this.sharedLayers += 1;
      underway.waiters.push(waiter);
      return;
    }
    this.#settle(instance);
    if (instance.transfers.length === 0) instance.sinceMs = this.#kernel.nowMs;
    const leftBytes = layer.sizeBytes;
    instance.transfers.push({ on: instance, layer, leftBytes, waiters: [waiter], event: null });
    this.#pulling.add(instance);
    this.pulledBytes += layer.sizeBytes;
    this.pulledLayers += 1;
    this.#reschedule(instance);
  }

  /** Whose shares change with the transfers of an instance: with a limit of the registry everybody's. */
  #sharing(instance: Instance): Iterable<Instance> {
    if (this.#rates.registryBytesPerSecond !== null) return this.#pulling;
    return this.#pulling.has(instance) ? [instance] : [];
  }

  /** Bytes a second for each transfer of the instance. */
  #rate({ transfers }: Instance): number {
    const { instanceBytesPerSecond, registryBytesPerSecond } = this.#rates;
    const share =
      registryBytesPerSecond === null
        ? instanceBytesPerSecond
        : Math.min(instanceBytesPerSecond, registryBytesPerSecond / this.#pulling.size);
    return share / transfers.length;
  }

  /** Accounts for what has arrived since the shares last changed; call before they change again. */
  #settle(changing: Instance): void {
    const { nowMs } = this.#kernel;
    for (const instance of this.#sharing(changing)) {
      const bytes = Math.floor(((nowMs - instance.sinceMs) * this.#rate(instance)) / 1000);
      for (const transfer of instance.transfers) {
        transfer.leftBytes = Math.max(0, transfer.leftBytes - bytes);
      }
      instance.sinceMs = nowMs;
    }
  }

  /** The next arrival of each whose share has changed. */
  #reschedule(changed: Instance): void {
    const { nowMs } = this.#kernel;
    for (const instance of this.#sharing(changed)) {
      if (instance.event !== null) this.#kernel.cancel(instance.event);
      const least = instance.transfers.reduce((bytes, { leftBytes }) => Math.min(bytes, leftBytes), Infinity);
      const atMs = nowMs + Math.ceil((least * 1000) / this.#rate(instance));
      instance.event = this.#kernel.at(atMs, this.#arrived, instance.slot);
    }
  }

  /** At least one layer of the instance has arrived. */
  #finish(slot: number): void {
    const instance = this.#instances.get(slot)!;
    instance.event = null;
    this.#settle(instance);
    // Rounding down what has arrived may leave a byte, which is there too.
    const arrived = instance.transfers.filter(({ leftBytes }) => leftBytes <= 1);
    instance.transfers = instance.transfers.filter(({ leftBytes }) => leftBytes > 1);
    if (instance.transfers.length === 0) this.#pulling.delete(instance);
    this.#reschedule(instance);
    for (const transfer of arrived) {
      const unpackMs = Math.ceil((transfer.layer.sizeBytes * 1000) / this.#rates.unpackBytesPerSecond);
      const id = this.#unpackingEver++;
      transfer.event = this.#kernel.after(unpackMs, this.#unpacked, id);
      this.#unpacking.set(id, transfer);
      instance.unpacking.add(transfer);
    }
  }

  #isThere(id: number): void {
    const transfer = this.#unpacking.get(id)!;
    const { on, layer, waiters } = transfer;
    this.#unpacking.delete(id);
    on.unpacking.delete(transfer);
    on.layers.add(layer.name);
    for (const waiter of waiters) waiter();
  }
}
