import { describe, expect, test } from 'vitest';
import { LANE } from '../../../src/model/resources.ts';
import { nodeFromObject, podFromObject } from '../../../src/schedulers/kubernetes/objects.ts';
import {
  kubernetesResourceTable,
  NONZERO_CPU,
  NONZERO_MEMORY,
} from '../../../src/schedulers/kubernetes/resource-names.ts';
import { MIB } from '../../../src/units.ts';
import { unwrap } from './fixture.ts';

const table = kubernetesResourceTable(['example.com/fpga']);
const context = { table, group: 'web', groupKind: 'service', imageSize: () => 7 } as const;

describe('nodeFromObject', () => {
  const node = {
    metadata: {
      name: 'n1',
      labels: { 'topology.kubernetes.io/zone': 'a', 'node.kubernetes.io/instance-type': 'm5.large' },
    },
    spec: { unschedulable: true, taints: [{ key: 'x', effect: 'NoSchedule' }] },
    status: {
      capacity: { cpu: '4', memory: '16Gi' },
      allocatable: {
        cpu: '3920m',
        memory: '15155Mi',
        pods: '58',
        'nvidia.com/gpu': '2',
        'attachable-volumes-x': '9',
      },
      images: [{ names: ['web:1', 'web@sha256:0'], sizeBytes: 5 }],
    },
  };

  test('reads what the node offers, its labels, taints, cordon and images', () => {
    const { instance, images } = unwrap(nodeFromObject(node, table));
    expect(instance).toMatchObject({ name: 'n1', zone: 'a' });
    const { shape } = instance;
    expect(shape).toMatchObject({ typeName: 'm5.large', gpuDevices: 2, unschedulable: true });
    expect(shape.taints).toEqual([{ key: 'x', value: '', effect: 'NoSchedule' }]);
    expect(shape.allocatable.slice(0, 5)).toEqual([3920, 15155 * MIB, 58, 0, 2000]);
    expect(shape.capacity.slice(0, 3)).toEqual([4000, 16 * 1024 * MIB, 0]);
    expect(images).toEqual([
      { name: 'web:1', sizeBytes: 5 },
      { name: 'web@sha256:0', sizeBytes: 5 },
    ]);
  });

  test('tells where a node is wrong', () => {
    const read = nodeFromObject({ metadata: {}, status: { allocatable: { cpu: 'many' } } }, table);
    expect('problems' in read && read.problems.map(({ path }) => path.join('.'))).toEqual([
      'status.allocatable.cpu',
      'metadata.name',
    ]);
  });
});

describe('podFromObject', () => {
  const read = (pod: unknown) => unwrap(podFromObject(pod, context));
  const container = (requests: object, more: object = {}) => ({ resources: { requests }, ...more });

  test('counts requests by lane, with and without silent containers', () => {
    const { requests } = read({
      spec: { containers: [container({ cpu: '250m', 'example.com/fpga': '1' }), container({})] },
    });
    const amount = (name: string) => requests[table.lane(name)];
    expect([requests[LANE.cpu], requests[LANE.memory], requests[LANE.slots]]).toEqual([250, 0, 1]);
    expect(amount('example.com/fpga')).toBe(1);
    // 250 + 100 millicores, twice 200 MiB
    expect([amount(NONZERO_CPU), amount(NONZERO_MEMORY)]).toEqual([350, 400 * MIB]);
  });

  test('turns whole GPUs into devices', () => {
    const spec = read({ spec: { containers: [container({ 'nvidia.com/gpu': '2' })] } });
    expect(spec.gpu).toEqual({ count: 2, milli: 1000, models: [] });
    expect(spec.requests[LANE.gpu]).toBe(2000);
  });

  test('names images with their tag, each once', () => {
    const { images } = read({
      spec: {
        initContainers: [{ image: 'registry:5000/init' }],
        containers: [{ image: 'web' }, { image: 'web:latest' }],
        volumes: [{ image: { reference: 'data:2' } }],
      },
    });
    expect(images.map(({ name }) => name)).toEqual(['registry:5000/init:latest', 'web:latest', 'data:2']);
    expect(images[0]!.sizeBytes).toBe(7);
  });

  test('pods that differ in name and other irrelevant things are one class', () => {
    const pod = (name: string, env: string) => ({
      metadata: { name, labels: { app: 'a' } },
      spec: {
        containers: [{ name, image: 'web:1', env: [{ name: 'X', value: env }], ...container({ cpu: '1' }) }],
      },
    });
    expect(read(pod('a', '1'))).toEqual(read(pod('b', '2')));
  });

  test.each([
    [
      { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] } } },
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution.0.topologyKey',
    ],
    [
      {
        affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101 }] } },
      },
      'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.weight',
    ],
    [{ schedulingGates: [{ name: 7 }] }, 'spec.schedulingGates.0.name'],
    [{ resourceClaims: [{ name: 'x' }] }, 'spec.resourceClaims'],
    [{ volumes: [{ persistentVolumeClaim: { claimName: 'x' } }] }, 'spec.volumes.0'],
    [{ containers: [container({ cpu: 'x' })] }, 'spec.containers.0.resources.requests.cpu'],
    [{ containers: [container({ 'example.com/unknown': '1' })] }, 'spec'],
    [{ containers: [{ ports: [{ hostPort: 70_000 }] }] }, 'spec.containers.0.ports.0.hostPort'],
    [{ tolerations: [{ operator: 'Gt' }] }, 'spec.tolerations.0.operator'],
    [{ topologySpreadConstraints: [{ maxSkew: 1 }] }, 'spec.topologySpreadConstraints.0'],
    [{ nodeSelector: { disk: 1 } }, 'spec.nodeSelector.disk'],
  ])('refuses %j', (spec, path) => {
    const result = podFromObject({ spec }, context);
    expect('problems' in result && result.problems.map((problem) => problem.path.join('.'))).toContain(path);
  });

  test('empty affinity between pods is none', () => {
    expect(() => read({ spec: { affinity: { podAffinity: {}, podAntiAffinity: {} } } })).not.toThrow();
  });
});
