import { expect, test } from 'vitest';
import {
  csiVolume,
  csiVolumesOf,
  readCsiSource,
  unmadeVolume,
} from '../../../src/schedulers/kubernetes/csi-volumes.ts';
import { Reader } from '../../../src/schedulers/kubernetes/reader.ts';

const EBS = 'ebs.csi.aws.com';

test.each([
  [{ csi: { driver: EBS, volumeHandle: 'vol-1' } }, csiVolume(EBS, 'vol-1')],
  [{ awsElasticBlockStore: { volumeID: 'vol-1' } }, csiVolume(EBS, 'vol-1')],
  [{ awsElasticBlockStore: { volumeID: 'aws://us-east-1a/vol-1' } }, csiVolume(EBS, 'vol-1')],
  [{ awsElasticBlockStore: { volumeID: 'aws:///vol-1' } }, csiVolume(EBS, 'vol-1')],
  [{ csi: { driver: EBS } }, null],
  [{ nfs: { server: 's' } }, null],
])('%#: readCsiSource finds the driver and its name for the volume', (spec, expected) => {
  const reader = new Reader();
  expect(readCsiSource(reader, spec, ['spec'])).toEqual(expected);
  expect(reader.problems).toEqual([]);
});

test('readCsiSource complains about wrong shapes at their place', () => {
  const reader = new Reader();
  readCsiSource(reader, { csi: { driver: 5, volumeHandle: 'v' } }, ['spec']);
  readCsiSource(reader, { csi: 'vol-1' }, ['spec']);
  expect(reader.problems.map(({ path }) => path.join('.'))).toEqual(['spec.csi.driver', 'spec.csi']);
});

test('unmadeVolume is one per claim, and none that exists', () => {
  const ids = [
    unmadeVolume(EBS, 'a', 'b'),
    unmadeVolume(EBS, 'a', 'c'),
    unmadeVolume(EBS, 'c', 'b'),
    unmadeVolume(EBS, 'a/b', ''),
    csiVolume(EBS, 'a/b'),
    unmadeVolume('other', 'a', 'b'),
  ].map(({ id }) => id);
  expect(new Set(ids).size).toBe(6);
  expect(unmadeVolume('kubernetes.io/aws-ebs', 'a', 'b')).toEqual(unmadeVolume(EBS, 'a', 'b'));
});

test('csiVolumesOf names each volume once, of claims and of EBS disks', () => {
  const disk = { id: 'vol-1', monitors: [], readOnly: false };
  const disks = [
    { ...disk, kind: 'awsElasticBlockStore' as const },
    { ...disk, kind: 'rbd' as const },
  ];
  const claims = [{ csi: csiVolume(EBS, 'vol-1') }, { csi: null }, { csi: csiVolume(EBS, 'vol-2') }];
  expect(csiVolumesOf(claims, disks)).toEqual([csiVolume(EBS, 'vol-1'), csiVolume(EBS, 'vol-2')]);
});
