import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../src/errors.ts';
import { GpuDevices } from '../../src/model/gpu-devices.ts';

const SLOT = 1;

function devicesWith(free: readonly number[]): GpuDevices {
  const devices = new GpuDevices();
  devices.grow(2);
  devices.install(SLOT, free.length);
  // whole devices first, so that each fraction lands on the device meant for it
  free.forEach((room, device) => {
    if (room === 1000) return;
    const mask = devices.take(SLOT, { count: 1, milli: 1000 - room, models: [] });
    expect(mask, 'the fixture fills its devices from the lowest index').toBe(1 << device);
  });
  return devices;
}

const freeOf = (devices: GpuDevices, count: number) =>
  Array.from({ length: count }, (_, device) => devices.free(SLOT, device));

describe('fits()', () => {
  test.each([
    { free: [300, 600, 1000], count: 1, milli: 1000, fits: true },
    { free: [300, 600, 1000], count: 2, milli: 1000, fits: false },
    // both have exactly enough: 600 and 1000
    { free: [300, 600, 1000], count: 2, milli: 600, fits: true },
    // 300 + 600 free thousandths are no 900 on one device
    { free: [300, 600], count: 1, milli: 900, fits: false },
    { free: [], count: 1, milli: 1, fits: false },
  ])('$count of $milli in $free: $fits', ({ free, count, milli, fits }) => {
    expect(devicesWith(free).fits(SLOT, { count, milli, models: [] })).toBe(fits);
  });

  test('an instance without devices does not borrow from its neighbours', () => {
    const devices = new GpuDevices();
    devices.grow(3);
    devices.install(0, 16);
    devices.install(2, 16);
    expect(devices.fits(1, { count: 1, milli: 1, models: [] })).toBe(false);
  });
});

describe('take() and release()', () => {
  test.each([
    // a fraction goes to the device with least room that is enough
    { free: [300, 600, 1000], request: { count: 1, milli: 500 }, mask: 0b010, left: [300, 100, 1000] },
    { free: [300, 600, 1000], request: { count: 1, milli: 300 }, mask: 0b001, left: [0, 600, 1000] },
    // equal room: the lowest index
    { free: [1000, 1000, 1000], request: { count: 1, milli: 500 }, mask: 0b001, left: [500, 1000, 1000] },
    // whole devices from the lowest index up, each once
    { free: [300, 1000, 1000], request: { count: 2, milli: 1000 }, mask: 0b110, left: [300, 0, 0] },
  ])('$request of $free leaves $left, and all of it comes back', ({ free, request, mask, left }) => {
    const devices = devicesWith(free);
    const gpu = { ...request, models: [] };
    expect(devices.take(SLOT, gpu)).toBe(mask);
    expect(freeOf(devices, free.length)).toEqual(left);
    devices.release(SLOT, gpu, mask);
    expect(freeOf(devices, free.length)).toEqual(free);
  });

  test('a request that does not fit, and a device fuller than whole, are bugs', () => {
    const devices = devicesWith([1000]);
    expect(() => devices.take(SLOT, { count: 2, milli: 1000, models: [] })).toThrow(/no GPU device/);
    const fresh = devicesWith([1000]);
    expect(() => fresh.release(SLOT, { count: 1, milli: 1, models: [] }, 1)).toThrow(/more room/);
  });

  test('install() allows 16 devices and forgets what stood in the slot before', () => {
    const devices = devicesWith([0, 0, 0]);
    devices.install(SLOT, 1);
    expect(freeOf(devices, 3)).toEqual([1000, 0, 0]);
    expect(() => devices.install(SLOT, 17)).toThrow(/more GPU devices/);
    devices.install(SLOT, 16);
    expect(devices.take(SLOT, { count: 16, milli: 1000, models: [] })).toBe(0xffff);
  });
});

describe('take() of chosen devices', () => {
  test('takes those and no others, and says which', () => {
    const devices = devicesWith([300, 600, 1000]);
    // 300 would be the best fit
    expect(devices.take(SLOT, { count: 1, milli: 200, models: [] }, 0b010)).toBe(0b010);
    expect(freeOf(devices, 3)).toEqual([300, 400, 1000]);
    devices.release(SLOT, { count: 1, milli: 200, models: [] }, 0b010);
    expect(freeOf(devices, 3)).toEqual([300, 600, 1000]);
  });

  test.each([
    ['a device without the room', 0b001, 1],
    ['too few', 0b100, 2],
    ['too many', 0b110, 1],
  ])('stops the run for %s', (_name, mask, count) => {
    const devices = devicesWith([300, 600, 1000]);
    expect(() => devices.take(SLOT, { count, milli: 500, models: [] }, mask)).toThrow(InvariantError);
  });
});
