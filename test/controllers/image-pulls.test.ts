import { describe, expect, test } from 'vitest';
import { ImagePulls, type Layer, type PullRates } from '../../src/controllers/image-pulls.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import { PHASE } from '../../src/model/phases.ts';

/** 1000 bytes a second for each instance; unpacking takes no time worth mentioning. */
const RATES: PullRates = {
  instanceBytesPerSecond: 1000,
  registryBytesPerSecond: null,
  unpackBytesPerSecond: 1e12,
};
const layer = (name: string, sizeBytes: number): Layer => ({ name, sizeBytes });

interface Wanted {
  readonly atMs: number;
  readonly slot: number;
  readonly layers: readonly Layer[];
}

/** When each pull was done, in order of the list; null: never. */
function play(pulls: readonly Wanted[], rates: Partial<PullRates> = {}, gone?: readonly [number, number]) {
  const kernel = new Kernel();
  const images = new ImagePulls(kernel, { ...RATES, ...rates });
  const doneMs: (number | null)[] = pulls.map(() => null);
  const begin = kernel.defineKind('begin', PHASE.arrival, (index) => {
    const { slot, layers } = pulls[index]!;
    images.pull(slot, layers, () => {
      doneMs[index] = kernel.nowMs;
    });
  });
  pulls.forEach(({ atMs }, index) => {
    kernel.at(atMs, begin, index);
  });
  const leave = kernel.defineKind('leave', PHASE.failure, (slot) => images.drop(slot));
  if (gone !== undefined) kernel.at(gone[0], leave, gone[1]);
  kernel.run({ untilMs: 1e9 });
  return { doneMs, images };
}

const A = layer('a', 6000);
const B = layer('b', 2000);

describe('pull() is done when the last layer is there', () => {
  test.each([
    // 6000 bytes at 1000 a second: 6 s, and the unpacking's millisecond.
    { name: 'one layer', pulls: [{ atMs: 0, slot: 0, layers: [A] }], doneMs: [6001] },
    { name: 'nothing to pull', pulls: [{ atMs: 5, slot: 0, layers: [] }], doneMs: [5] },
    // 500 a second each: b is there at 4 s, with 4000 bytes of a left, which then has all: 8 s.
    { name: 'two layers share the instance', pulls: [{ atMs: 0, slot: 0, layers: [A, B] }], doneMs: [8001] },
    {
      // a alone until 2 s (4000 left), both at 500 until 6 s (b there, 2000 of a left), a there at 8 s.
      name: 'a later pull takes its share',
      pulls: [
        { atMs: 0, slot: 0, layers: [A] },
        { atMs: 2000, slot: 0, layers: [B] },
      ],
      doneMs: [8001, 6001],
    },
    {
      name: 'other instances have bandwidth of their own',
      pulls: [
        { atMs: 0, slot: 0, layers: [A] },
        { atMs: 0, slot: 1, layers: [A] },
      ],
      doneMs: [6001, 6001],
    },
    {
      name: 'who wants a layer that is on its way waits for it',
      pulls: [
        { atMs: 0, slot: 0, layers: [A] },
        { atMs: 3000, slot: 0, layers: [A] },
      ],
      doneMs: [6001, 6001],
    },
    {
      name: 'a layer that is there is not pulled again',
      pulls: [
        { atMs: 0, slot: 0, layers: [A] },
        { atMs: 9000, slot: 0, layers: [A] },
      ],
      doneMs: [6001, 9000],
    },
  ])('$name', ({ pulls, doneMs }) => {
    expect(play(pulls).doneMs).toEqual(doneMs);
  });

  test('instances share what the registry gives, and no instance gets more than it can take', () => {
    const pulls = [0, 1, 2].map((slot) => ({
      atMs: 0,
      slot,
      layers: [layer('a', slot === 2 ? 2000 : 6000)],
    }));
    // 1500 / 3 = 500 each until 4 s: slot 2 is done, 4000 left for the two others at 750 each: 4 + 5.334 s.
    const shared = play(pulls, { registryBytesPerSecond: 1500 });
    expect(shared.doneMs).toEqual([9335, 9335, 4001]);
    // 10,000 / 3 is more than the 1000 that an instance can take.
    expect(play(pulls, { registryBytesPerSecond: 10_000 }).doneMs).toEqual([6001, 6001, 2001]);
  });

  test('unpacking comes after the pull of each layer and takes nothing of the bandwidth', () => {
    // b arrives at 4 s and is unpacked by 6 s; a arrives at 8 s, unpacked by 14 s.
    const pulls = [{ atMs: 0, slot: 0, layers: [A, B] }];
    expect(play(pulls, { unpackBytesPerSecond: 1000 }).doneMs).toEqual([14_000]);
  });
});

test('drop() forgets the layers, frees the share of the registry and tells nobody', () => {
  const pulls = [
    { atMs: 0, slot: 0, layers: [A] },
    { atMs: 0, slot: 1, layers: [A] },
    { atMs: 20_000, slot: 0, layers: [A] },
  ];
  // 500 each until 2 s; then slot 1 has 5000 left at 1000 a second. Slot 0 starts again from nothing.
  const { doneMs } = play(pulls, { registryBytesPerSecond: 1000 }, [2000, 0]);
  expect(doneMs).toEqual([null, 7001, 26_001]);
});

test('what was pulled and what was shared is counted', () => {
  const { images } = play([
    { atMs: 0, slot: 0, layers: [A, B] },
    { atMs: 1000, slot: 0, layers: [B] },
    { atMs: 20_000, slot: 0, layers: [A] },
  ]);
  const { pulledBytes, pulledLayers, sharedLayers } = images;
  expect({ pulledBytes, pulledLayers, sharedLayers }).toEqual({
    pulledBytes: 8000,
    pulledLayers: 2,
    sharedLayers: 2,
  });
});
