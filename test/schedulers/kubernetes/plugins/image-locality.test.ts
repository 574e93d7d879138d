import { describe, expect, test } from 'vitest';
import { MIB } from '../../../../src/units.ts';
import { imageScore } from '../../../../src/schedulers/kubernetes/plugins/image-locality.ts';
import { createFixture } from '../fixture.ts';

test.each([
  // floor(100 * (500 - 23) / (1000 - 23)) = 48
  { mib: 500, containers: 1, score: 48 },
  // floor(100 * (800 - 23) / (2000 - 23)) = 39
  { mib: 800, containers: 2, score: 39 },
  { mib: 1000, containers: 1, score: 100 },
  { mib: 5000, containers: 1, score: 100 },
  { mib: 23, containers: 1, score: 0 },
  { mib: 0, containers: 1, score: 0 },
])('imageScore() of $mib MiB in $containers containers is $score', ({ mib, containers, score }) => {
  expect(imageScore(mib * MIB, containers)).toBe(score);
});

describe('ImageLocality', () => {
  const nodesWith = (count: number, mib: number) =>
    Array.from({ length: 10 }, (_, i) => ({
      name: `n${i}`,
      ...(i < count ? { images: { 'web:latest': mib * MIB } } : {}),
    }));
  const web = { spec: { containers: [{ image: 'web' }] } };

  test('an image counts for as much as it is spread', () => {
    // floor(262144000 * 0.3) = 78643200 bytes; (78643200 - 24117248) * 100 / (1048576000 - 24117248) = 5
    const scores = createFixture(nodesWith(3, 250)).examine(web).scores('ImageLocality');
    expect(scores['n0']).toEqual([5, 5, 5]);
    expect(scores['n3']).toEqual([0, 0, 0]);
  });

  test('a draining instance is still a node, one that is not ready yet is none', () => {
    const { store, examine } = createFixture(nodesWith(10, 500));
    const shape = store.shapes[0]!;
    const booting = store.addInstance({ shape, zone: '', labels: new Map() }, 0);
    store.addImage(booting, 'web:latest');
    // 10 of 10 nodes, not 11: floor(100 * (500 - 23) / 977) = 48
    expect(examine(web).scores('ImageLocality')['n0']![0]).toBe(48);
    store.setInstanceState(9, 4, 0);
    expect(examine(web).scores('ImageLocality')['n0']![0]).toBe(48);
  });

  test('image volumes count in 1.36, not in 1.34', () => {
    const pod = { spec: { containers: [{ image: 'app:1' }], volumes: [{ image: { reference: 'web' } }] } };
    const score = (version: string) =>
      createFixture(nodesWith(10, 500), { version }).examine(pod).scores('ImageLocality')['n0']![0];
    expect([score('1.36'), score('1.34')]).toEqual([48, 0]);
  });
});
