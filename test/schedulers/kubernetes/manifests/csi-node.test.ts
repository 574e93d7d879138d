import { expect, test } from 'vitest';
import { volumeLimitsFrom } from '../../../../src/schedulers/kubernetes/manifests/csi-node.ts';
import { ManifestSet } from '../../../../src/schedulers/kubernetes/manifests/manifest-set.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';

function read(drivers: unknown) {
  const reader = new Reader();
  const object = { kind: 'CSINode', metadata: { name: 'n' }, spec: { drivers } };
  const limits = volumeLimitsFrom(reader, { kind: 'CSINode', name: 'n', namespace: '', object });
  const problems = reader.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { limits: Object.fromEntries(limits), problems };
}

test('volumeLimitsFrom reads the count of each driver that has one', () => {
  const drivers = [
    { name: 'ebs.csi.aws.com', nodeID: 'i-1', allocatable: { count: 25 } },
    { name: 'none', allocatable: { count: 0 } },
    { name: 'any', allocatable: {} },
    { name: 'efs.csi.aws.com' },
  ];
  expect(read(drivers)).toEqual({ limits: { 'ebs.csi.aws.com': 25, none: 0 }, problems: [] });
  expect(read(undefined)).toEqual({ limits: {}, problems: [] });
});

test('volumeLimitsFrom reports what the API server would refuse', () => {
  const drivers = [{ name: 'a' }, { name: 'a' }, {}, { name: 'b', allocatable: { count: -1 } }];
  expect(read(drivers).problems).toEqual([
    'spec.drivers.1.name: the driver a is here twice',
    'spec.drivers.2: a driver of a CSINode needs a name',
    'spec.drivers.3.allocatable.count: must be a whole number from 0 to 2147483647',
  ]);
  expect(read('none').problems).toEqual(['spec.drivers: must be a list']);
});

test('a set of manifests has the limits by node', () => {
  const drivers = [{ name: 'ebs.csi.aws.com', allocatable: { count: 25 } }];
  const set = new ManifestSet([
    { kind: 'CSINode', metadata: { name: 'n' }, spec: { drivers } },
    { kind: 'CSINode', metadata: { name: 'm' }, spec: { drivers: 5 } },
  ]);
  expect(set.volumeLimits).toEqual({ n: { 'ebs.csi.aws.com': 25 }, m: {} });
  expect(set.leftOut).toEqual([]);
  expect(set.problems).toMatchObject([{ index: 1, path: ['spec', 'drivers'] }]);
});
