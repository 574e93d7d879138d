import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../src/errors.ts';
import { podOfClass } from '../../../src/schedulers/kubernetes/pod.ts';
import { createCluster, type TaskSpec } from '../../support/cluster-builder.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';

const podOf = (spec: TaskSpec) =>
  podOfClass(createCluster({ resources: kubernetesResourceTable([]) }).taskClass(spec));

describe('podOfClass of a neutral class', () => {
  test('where becomes the node selector', () => {
    expect(podOf({ where: { disk: 'ssd' } }).nodeSelector).toEqual(new Map([['disk', 'ssd']]));
    expect(podOf({}).nodeSelector).toBeNull();
  });

  test.each([
    ['zone', 'topology.kubernetes.io/zone'],
    ['instance', 'kubernetes.io/hostname'],
  ] as const)('spread over %s becomes one soft constraint over the group', (spread, topologyKey) => {
    const pod = podOf({ spread });
    expect(pod.spread).toEqual([
      {
        topologyKey,
        maxSkew: 1,
        hard: false,
        minDomains: 1,
        selector: { kind: 'group', groupId: pod.taskClass.groupId },
        honourAffinity: true,
        honourTaints: false,
      },
    ]);
  });

  test('only services have owners', () => {
    expect(podOf({ groupKind: 'service' }).owners).toEqual({ kind: 'group', groupId: 1 });
    expect(podOf({ groupKind: 'job' }).owners).toBeNull();
    expect(podOf({ groupKind: 'trace' }).owners).toBeNull();
  });
});

describe('podOfClass of a native class', () => {
  const native = (more: object) => ({ spec: { containers: [{ image: 'web:1' }] }, ...more });

  test('a service that does not say who selects it is one', () => {
    expect(podOf({ groupKind: 'service', native: native({}) }).owners).toEqual({ kind: 'group', groupId: 1 });
    expect(podOf({ groupKind: 'job', native: native({}) }).owners).toBeNull();
  });

  test('selectors of services and controller are joined; none means no owner', () => {
    const selectedBy = [
      { matchLabels: { app: 'a' } },
      { matchExpressions: [{ key: 'rev', operator: 'Exists' }] },
    ];
    expect(podOf({ native: native({ selectedBy }) }).owners).toEqual({
      kind: 'labels',
      namespace: 'default',
      requirements: [
        { key: 'app', operator: 'In', values: ['a'] },
        { key: 'rev', operator: 'Exists', values: [] },
      ],
    });
    expect(podOf({ native: native({ selectedBy: [] }) }).owners).toBeNull();
  });

  test('must have been read before', () => {
    expect(() => podOf({ native: { spec: { containers: 'x' } } })).toThrow(InvariantError);
  });
});
