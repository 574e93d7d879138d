import { describe, expect, test } from 'vitest';
import { LANE } from '../../../../src/model/resources.ts';
import { ManifestSet } from '../../../../src/schedulers/kubernetes/manifests/manifest-set.ts';
import { kubernetesResourceTable } from '../../../../src/schedulers/kubernetes/resource-names.ts';
import { unwrap } from '../fixture.ts';

function pod(
  name: string,
  more: { readonly metadata?: object; readonly spec?: object; readonly status?: object } = {},
) {
  return {
    kind: 'Pod',
    metadata: { name, ...more.metadata },
    spec: {
      containers: [{ image: 'web:1', resources: { requests: { cpu: '500m', memory: '1Gi' } } }],
      ...more.spec,
    },
    ...(more.status && { status: more.status }),
  };
}

const classOf = (set: ManifestSet, index = 0) =>
  unwrap(set.taskClass(set.pods[index]!, kubernetesResourceTable(set.extended), () => 0));
const problemsOf = (...objects: unknown[]) =>
  new ManifestSet(objects).problems.map(
    ({ index, path, message }) => `${index} ${path.join('.')}: ${message}`,
  );

describe('ManifestSet', () => {
  test('reads pods with their times, groups and places', () => {
    const annotations = {
      'stowage.dev/runtime': '90s',
      'stowage.dev/startup': '1m',
      'stowage.dev/gates-removed': '10m',
    };
    const set = new ManifestSet([
      { kind: 'Service', metadata: { name: 's' }, spec: {} },
      pod('a', {
        metadata: { namespace: 'shop', annotations, creationTimestamp: '2026-03-02T00:00:00Z' },
        spec: { schedulingGates: [{ name: 'quota' }] },
      }),
      pod('b', { spec: { nodeName: 'n' } }),
    ]);
    expect(set.problems).toEqual([]);
    expect(set.pods).toEqual([
      {
        namespace: 'shop',
        name: 'a',
        group: 'shop/a',
        groupKind: 'job',
        nodeName: '',
        createdAt: '2026-03-02T00:00:00Z',
        runtimeMs: 90_000,
        startupMs: 60_000,
        hasGates: true,
        gatesRemovedMs: 600_000,
        memoryUse: undefined,
        restartPolicy: 'Always',
        index: 1,
      },
      expect.objectContaining({
        name: 'b',
        namespace: 'default',
        nodeName: 'n',
        runtimeMs: null,
        gatesRemovedMs: null,
        index: 2,
      }),
    ]);
  });

  test('leaves out pods that are over', () => {
    const set = new ManifestSet([
      pod('a', { status: { phase: 'Failed' } }),
      pod('b', { status: { phase: 'Running' } }),
    ]);
    expect(set.pods.map(({ name }) => name)).toEqual(['b']);
    expect(set.leftOut).toEqual([
      {
        index: 0,
        path: ['status', 'phase'],
        what: 'Pod that has failed',
        message: ' has failed: it holds nothing',
      },
    ]);
  });

  test('makes one class of pods that differ in name and place alone', () => {
    const set = new ManifestSet([pod('a', { spec: { nodeName: 'n' } }), pod('b')]);
    const [a, b] = [classOf(set, 0), classOf(set, 1)];
    expect({ ...a, group: '' }).toEqual({ ...b, group: '' });
    expect(a.requests[LANE.cpu]).toBe(500);
  });

  test('takes limits for requests, and priorities from their classes', () => {
    const set = new ManifestSet([
      pod('a', {
        spec: {
          priorityClassName: 'high',
          containers: [{ image: 'web', resources: { limits: { cpu: '2', 'example.com/fpga': '1' } } }],
        },
      }),
      { kind: 'PriorityClass', metadata: { name: 'high' }, value: 9 },
    ]);
    expect(set.extended).toEqual(['example.com/fpga']);
    const { requests, priority } = classOf(set);
    expect([requests[LANE.cpu], requests[6], priority]).toEqual([2000, 1, 9]);
  });

  test('knows the namespaces of pods beside those that are given', () => {
    const set = new ManifestSet([
      pod('a', { metadata: { namespace: 'shop' } }),
      { kind: 'Namespace', metadata: { name: 'web', labels: { team: 'front' } } },
    ]);
    expect(set.namespaces).toEqual({ shop: {}, web: { team: 'front' } });
  });

  test('gives pods the claims of their namespace, bound or waiting for their storage class', () => {
    const claim = (name: string, fields: object) => ({
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      ...fields,
    });
    const mounting = (name: string) =>
      pod(name, { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] } });
    const set = new ManifestSet([
      mounting('waits'),
      mounting('stuck'),
      mounting('absent'),
      claim('waits', { spec: { storageClassName: 'late' } }),
      claim('stuck', { spec: {} }),
      {
        kind: 'StorageClass',
        metadata: { name: 'late' },
        volumeBindingMode: 'WaitForFirstConsumer',
        allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a'] }] }],
      },
    ]);
    const claims = (index: number) =>
      (classOf(set, index).native as { claims: { storageClass?: object }[] }).claims;
    expect(claims(0)[0]!.storageClass).toMatchObject({ volumeBindingMode: 'WaitForFirstConsumer' });
    expect(claims(1)[0]!.storageClass).toEqual({});
    expect(claims(2)).toEqual([{ name: 'absent' }]);
  });

  test('finds all that is wrong in one pass, each at its place', () => {
    expect(
      problemsOf(
        pod('a', { spec: { containers: [] } }),
        pod('b', {
          metadata: { annotations: { 'stowage.dev/runtim': '1h', 'stowage.dev/startup': 'soon' } },
        }),
        { kind: 'Pod', metadata: {} },
        pod('c', { spec: { priorityClassName: 'none' } }),
      ),
    ).toEqual([
      '2 metadata.name: a Pod needs a name',
      '0 spec.containers: a pod needs at least one container',
      "1 metadata.annotations.stowage.dev/runtim: there is no annotation 'stowage.dev/runtim'",
      "1 metadata.annotations.stowage.dev/startup: 'soon' is no duration, like 90s or 1h30m",
      '3 spec.priorityClassName: no PriorityClass with name none was found',
    ]);
  });
});
