import { expect, test } from 'vitest';
import { createFixture } from '../fixture.ts';
import { mounting, volumeObjects } from '../volumes.ts';

const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
const OLD_ZONE = 'failure-domain.beta.kubernetes.io/zone';

const NODES = [
  { name: 'z1', zone: 'z1' },
  { name: 'z2', zone: 'z2' },
  { name: 'region only', labels: { [REGION]: 'r' } },
  { name: 'old z1', labels: { [OLD_ZONE]: 'z1' } },
  { name: 'bare' },
];

test.each<{ promise: string; labels: Readonly<Record<string, string>>; refused: readonly string[] }>([
  {
    promise: 'takes nodes of its zone, and nodes without any',
    labels: { [ZONE]: 'z1' },
    refused: ['old z1', 'region only', 'z2'],
  },
  { promise: 'takes any zone of a list', labels: { [ZONE]: 'z1__z2' }, refused: ['old z1', 'region only'] },
  {
    promise: 'accepts the label of today for one of old',
    labels: { [OLD_ZONE]: 'z1' },
    refused: ['region only', 'z2'],
  },
  {
    promise: 'wants zone and region',
    labels: { [ZONE]: 'z1', [REGION]: 'r' },
    refused: ['old z1', 'region only', 'z1', 'z2'],
  },
  { promise: 'passes over a label that cannot be read', labels: { [ZONE]: 'z1__' }, refused: [] },
  { promise: 'takes every node without labels', labels: {}, refused: [] },
])('VolumeZone $promise', ({ labels, refused }) => {
  const fixture = createFixture(NODES, {}, volumeObjects({ data: { labels } }));
  const { refusals, resolvable, cycle } = fixture.examine(mounting('data'));
  expect(Object.keys(refusals).sort()).toEqual(refused);
  for (const reasons of Object.values(refusals))
    expect(reasons).toEqual(['node(s) had no available volume zone']);
  expect(resolvable).toEqual([]);
  const hasLabels = Object.values(labels).some((value) => !value.endsWith('_'));
  expect(cycle.preFilterSkipped.includes('VolumeZone')).toBe(!hasLabels);
});
