import { assert } from '../errors.ts';
import { grown } from './grown.ts';
import type { GpuRequest } from './task-class.ts';

/** The largest instances have 16 accelerators; a task's devices fit into a 16-bit mask. */
const MAX_DEVICES = 16;
const WHOLE = 1000;

/**
 * Free thousandths of each GPU device: `free[slot * 16 + device]`. A fractional request takes the device with the
 * least room that is enough, lowest index on ties (best fit); whole devices are taken from the lowest index up.
 */
export class GpuDevices {
  #free = new Int16Array(0);

  grow(slots: number): void {
    this.#free = grown(Int16Array, this.#free, slots * MAX_DEVICES);
  }

  /** A fresh instance with `devices` whole devices. */
  install(slot: number, devices: number): void {
    assert(devices <= MAX_DEVICES, 'more GPU devices on an instance than supported');
    const base = slot * MAX_DEVICES;
    this.#free.fill(0, base, base + MAX_DEVICES).fill(WHOLE, base, base + devices);
  }

  free(slot: number, device: number): number {
    return this.#free[slot * MAX_DEVICES + device]!;
  }

  fits(slot: number, request: GpuRequest): boolean {
    const base = slot * MAX_DEVICES;
    let enough = 0;
    for (let device = 0; device < MAX_DEVICES; device++) {
      if (this.#free[base + device]! >= request.milli) enough += 1;
    }
    return enough >= request.count;
  }

  /** Takes devices that `fits` found, or those of `wanted`, a bit mask; returns the mask of what it took. */
  take(slot: number, request: GpuRequest, wanted?: number): number {
    return wanted === undefined ? this.#takeBest(slot, request) : this.#takeWanted(slot, request, wanted);
  }

  #takeWanted(slot: number, request: GpuRequest, wanted: number): number {
    let left = request.count;
    for (let device = 0; device < MAX_DEVICES; device++) {
      if ((wanted & (1 << device)) === 0) continue;
      const index = slot * MAX_DEVICES + device;
      assert(this.#free[index]! >= request.milli, 'a chosen GPU device has not the room');
      this.#free[index]! -= request.milli;
      left -= 1;
    }
    assert(left === 0, 'not as many GPU devices were chosen as asked for');
    return wanted;
  }

  #takeBest(slot: number, request: GpuRequest): number {
    const base = slot * MAX_DEVICES;
    let mask = 0;
    for (let taken = 0; taken < request.count; taken++) {
      let best = -1;
      for (let device = 0; device < MAX_DEVICES; device++) {
        const room = this.#free[base + device]!;
        if (room < request.milli || (mask & (1 << device)) !== 0) continue;
        if (best < 0 || room < this.#free[base + best]!) best = device;
      }
      assert(best >= 0, 'no GPU device left for the request');
      this.#free[base + best]! -= request.milli;
      mask |= 1 << best;
    }
    return mask;
  }

  release(slot: number, request: GpuRequest, mask: number): void {
    const base = slot * MAX_DEVICES;
    for (let device = 0; device < MAX_DEVICES; device++) {
      if ((mask & (1 << device)) === 0) continue;
      const room = this.#free[base + device]! + request.milli;
      assert(room <= WHOLE, 'a GPU device has more room than its size');
      this.#free[base + device] = room;
    }
  }
}
