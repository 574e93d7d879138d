import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  leftOutOfNodeClass,
  nodeClassesIn,
  nodeClassFrom,
} from '../../../../src/schedulers/kubernetes/manifests/node-class.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';
import { GIB, MIB } from '../../../../src/units.ts';

const nodeClass = (spec: object) => ({ kind: 'EC2NodeClass', metadata: { name: 'default' }, spec });
const read = (spec: object) => {
  const reader = new Reader();
  const value = nodeClassFrom(reader, { name: 'default', object: nodeClass(spec) });
  return { ...value, problems: reader.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) };
};
const device = (deviceName: string, ebs: object, more: object = {}) => ({ deviceName, ebs, ...more });
const leftOut = (spec: object) => leftOutOfNodeClass(nodeClass(spec)).map(({ what }) => what);

describe('the root volume of an EC2NodeClass', () => {
  const gp3 = { type: 'gp3', iops: 3000, throughputMiBps: 125 };
  test.each([
    {
      name: 'the only one',
      spec: { blockDeviceMappings: [device('/dev/sda1', { volumeSize: '50Gi', volumeType: 'gp3' })] },
      volume: { ...gp3, sizeGiB: 50 },
    },
    {
      name: 'with what is provisioned',
      spec: {
        blockDeviceMappings: [device('/dev/xvda', { volumeSize: '100Gi', iops: 6000, throughput: 500 })],
      },
      volume: { type: 'gp3', sizeGiB: 100, iops: 6000, throughputMiBps: 500 },
    },
    // 3 IOPS for each GiB
    {
      name: 'of gp2, as fast as it is large',
      spec: { blockDeviceMappings: [device('/dev/xvda', { volumeSize: '200Gi', volumeType: 'gp2' })] },
      volume: { type: 'gp2', sizeGiB: 200, iops: 600, throughputMiBps: 250 },
    },
    {
      name: 'the one marked so',
      spec: {
        blockDeviceMappings: [
          device('/dev/xvda', { volumeSize: '4Gi' }),
          device('/dev/xvdc', { volumeSize: '80Gi' }, { rootVolume: true }),
        ],
      },
      volume: { ...gp3, sizeGiB: 80 },
    },
    {
      name: 'the second device of Bottlerocket',
      spec: {
        amiSelectorTerms: [{ alias: 'bottlerocket@latest' }],
        blockDeviceMappings: [
          device('/dev/xvdb', { volumeSize: '60Gi' }),
          device('/dev/xvda', { volumeSize: '4Gi' }),
        ],
      },
      volume: { ...gp3, sizeGiB: 60 },
    },
    { name: 'none that is named', spec: {}, volume: null },
    {
      name: 'none as large as a snapshot',
      spec: { blockDeviceMappings: [device('/dev/xvda', {})] },
      volume: null,
    },
  ])('is $name', ({ spec, volume }) => {
    expect(read(spec)).toMatchObject({ rootVolume: volume, problems: [] });
  });
});

test('the kubelet of an EC2NodeClass has its bounds, reserves and thresholds', () => {
  const { kubelet, problems } = read({
    kubelet: {
      maxPods: 30,
      podsPerCore: 0,
      kubeReserved: { cpu: '200m', memory: '500Mi', 'ephemeral-storage': '2Gi', pid: '10' },
      systemReserved: { cpu: 0.1 },
      evictionHard: { 'memory.available': '5%', 'nodefs.available': '1Gi' },
      clusterDNS: ['10.0.0.10'],
    },
  });
  expect(problems).toEqual([]);
  expect(kubelet).toEqual({
    maxPods: 30,
    kubeReserved: { cpuMilli: 200, memoryBytes: 500 * MIB, ephemeralBytes: 2 * GIB },
    systemReserved: { cpuMilli: 100 },
    memoryAvailable: { percent: 5 },
    nodefsAvailable: { bytes: GIB },
  });
  expect(read({}).kubelet).toBeNull();
});

test('what is wrong with an EC2NodeClass is told with its place', () => {
  const { problems } = read({
    blockDeviceMappings: [device('/dev/xvda', { volumeSize: '4Ti', volumeType: 'gp9', iops: 0 }), 'disk'],
    kubelet: { maxPods: -1, kubeReserved: { cpu: 'much' }, evictionHard: { 'memory.available': '120%' } },
  });
  expect(problems).toEqual([
    "spec.blockDeviceMappings.0.ebs.volumeType: 'gp9' is none of gp2, gp3, io1, io2, st1, sc1, standard",
    'spec.blockDeviceMappings.0.ebs.iops: must be a whole number from 1 to 1000000',
    'spec.blockDeviceMappings.1: must be a mapping',
    'spec.kubelet.maxPods: must be a whole number from 0 to 10000',
    'spec.kubelet.evictionHard.memory.available: is more than 100%',
    'spec.kubelet.kubeReserved.cpu: must be a quantity such as 500m or 1Gi',
  ]);
  const slow = read({ blockDeviceMappings: [device('/dev/xvda', { volumeSize: '10Gi', iops: 9000 })] });
  expect(slow.problems).toEqual([
    'spec.blockDeviceMappings.0.ebs: a gp3 volume of 10 GiB has at most 5000 IOPS, not 9000',
  ]);
});

test('leftOutOfNodeClass() names what changes cost or room in the real cluster and nothing here', () => {
  expect(
    leftOut({ role: 'nodes', subnetSelectorTerms: [{ tags: { a: 'b' } }], tags: { team: 'a' } }),
  ).toEqual([]);
  expect(
    leftOut({
      blockDeviceMappings: [
        device('/dev/xvda', { volumeSize: '10Gi', volumeType: 'io2', iops: 1000 }),
        device('/dev/xvdb', { volumeSize: '10Gi' }),
      ],
      instanceStorePolicy: 'RAID0',
      capacityReservationSelectorTerms: [{ id: 'cr-1' }],
      kubelet: { evictionSoft: { 'memory.available': '1Gi' } },
    }),
  ).toEqual(
    [
      'further volumes',
      'a root volume of type io2',
      'instance stores',
      'capacity reservations',
      'soft eviction',
    ].map((what) => `${what} of EC2NodeClasses`),
  );
});

test('nodeClassesIn() finds the classes among other objects, by name', () => {
  const objects = [{ kind: 'NodePool', metadata: { name: 'p' } }, nodeClass({ kubelet: { maxPods: 9 } })];
  expect([...nodeClassesIn(objects)].map(([name, { kubelet }]) => [name, kubelet?.maxPods])).toEqual([
    ['default', 9],
  ]);
});

test('whatever stands in an EC2NodeClass is read, or a problem', () => {
  const odd = fc.jsonValue({ maxDepth: 2 });
  const part = (record: Record<string, fc.Arbitrary<unknown>>) => fc.oneof(odd, fc.record(record));
  const ebs = part({
    volumeSize: odd,
    volumeType: fc.constantFrom('gp2', 'gp3', 7),
    iops: odd,
    throughput: odd,
  });
  const amounts = part({ cpu: odd, memory: odd });
  const spec = part({
    blockDeviceMappings: fc.oneof(odd, fc.array(part({ deviceName: odd, ebs, rootVolume: odd }))),
    amiSelectorTerms: odd,
    kubelet: part({ maxPods: odd, kubeReserved: amounts, evictionHard: part({ 'memory.available': odd }) }),
  });
  fc.assert(
    fc.property(spec, (drawn) => {
      const { problems } = read(drawn as object);
      expect(problems.every((text) => text.startsWith('spec'))).toBe(true);
      expect(leftOutOfNodeClass(nodeClass(drawn as object)).every(({ path }) => path[0] === 'spec')).toBe(
        true,
      );
    }),
    { seed: 3, numRuns: 300 },
  );
});
