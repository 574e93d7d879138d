import { expect, test } from 'vitest';
import { LANE } from '../../../../src/model/resources.ts';
import { nodeFacts, nodeInstance } from '../../../../src/schedulers/kubernetes/manifests/node-manifest.ts';
import { kubernetesResourceTable } from '../../../../src/schedulers/kubernetes/resource-names.ts';
import { unwrap } from '../fixture.ts';

const TABLE = kubernetesResourceTable([]);
const NODE = {
  metadata: {
    name: 'n',
    labels: {
      'node.kubernetes.io/instance-type': 'm5.large',
      'failure-domain.beta.kubernetes.io/zone': 'us-east-1a',
    },
  },
  spec: { unschedulable: true, taints: [{ key: 'x', effect: 'NoSchedule' }] },
  status: {
    capacity: { cpu: '2', memory: '8Gi', pods: '29' },
    allocatable: { cpu: '1930m', memory: '7Gi', pods: '29' },
    images: [{ names: ['web:1', 'web@sha256:0a'], sizeBytes: 7 }],
  },
};

test('nodeFacts() are type, zone by either label, and capacity', () => {
  expect(unwrap(nodeFacts(NODE, TABLE))).toEqual({
    name: 'n',
    typeName: 'm5.large',
    zone: 'us-east-1a',
    capacity: { cpuMilli: 2000, memoryBytes: 8 * 2 ** 30 },
    gpus: null,
  });
});

test('nodeFacts() wants to know what the node offers', () => {
  const status = { allocatable: { cpu: '1', memory: '1Gi' } };
  expect(nodeFacts({ ...NODE, status }, TABLE)).toEqual({
    problems: [
      { path: ['status', 'allocatable'], message: 'a node needs allocatable pods: nothing could run on it' },
    ],
  });
});

test('nodeInstance() offers exactly what is allocatable, with the taint of its cordon', () => {
  const { instance, images } = nodeInstance(NODE, TABLE);
  expect(instance.shape.allocatable[LANE.cpu]).toBe(1930);
  expect(instance.shape.taints.map(({ key }) => key)).toEqual(['x', 'node.kubernetes.io/unschedulable']);
  expect(images.map(({ name }) => name)).toEqual(['web:1', 'web@sha256:0a']);
});
