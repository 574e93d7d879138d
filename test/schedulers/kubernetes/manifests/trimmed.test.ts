import { describe, expect, test } from 'vitest';
import { trimmed } from '../../../../src/schedulers/kubernetes/manifests/trimmed.ts';

const named = (object: object) => {
  const { kind, metadata } = object as { kind: string; metadata: { name: string } };
  return { kind, name: metadata.name, namespace: 'default', object: object as Record<string, unknown> };
};

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    uid: '0a',
    managedFields: [{ manager: 'kubectl' }],
    annotations: { 'stowage.dev/runtime': '1h', 'example.com/note': 'x' },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', controller: true, uid: '0b' },
    ],
  },
  spec: {
    nodeName: 'n',
    serviceAccountName: 'web',
    terminationGracePeriodSeconds: 30,
    tolerations: [],
    containers: [
      {
        name: 'main',
        image: 'web:1',
        env: [{ name: 'A', value: 'b' }],
        resources: { requests: { cpu: '1' } },
      },
    ],
    volumes: [
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'token', projected: { sources: [] } },
    ],
  },
  status: { phase: 'Running', podIP: '10.0.0.1' },
};

describe('trimmed()', () => {
  test('keeps what placement depends on', () => {
    expect(trimmed(named(POD))).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web',
        annotations: { 'stowage.dev/runtime': '1h' },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', controller: true }],
      },
      spec: {
        nodeName: 'n',
        terminationGracePeriodSeconds: 30,
        containers: [{ image: 'web:1', resources: { requests: { cpu: '1' } } }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      },
      status: { phase: 'Running' },
    });
  });

  test('changes nothing the second time, whatever the kind', () => {
    const objects = [
      POD,
      {
        kind: 'Node',
        metadata: { name: 'n', labels: { a: 'b' } },
        spec: { taints: [{ key: 'x' }] },
        status: { images: [] },
      },
      { kind: 'PriorityClass', metadata: { name: 'p' }, value: 7, description: 'x' },
      {
        kind: 'CSINode',
        metadata: { name: 'n' },
        spec: { drivers: [{ name: 'd', nodeID: 'i', allocatable: { count: 1 } }] },
      },
      {
        kind: 'PersistentVolume',
        metadata: { name: 'v' },
        spec: { csi: { driver: 'd', volumeHandle: 'h', fsType: 'ext4' } },
      },
      {
        kind: 'PodDisruptionBudget',
        metadata: { name: 'b' },
        spec: { minAvailable: '50%', selector: { matchLabels: { a: 'b' } } },
      },
      { kind: 'Service', metadata: { name: 's' }, spec: { selector: { a: 'b' }, ports: [{ port: 80 }] } },
      { kind: 'ConfigMap', metadata: { name: 'c', labels: { a: 'b' } }, data: { a: 'b' } },
    ];
    for (const object of objects) {
      const once = trimmed(named(object));
      expect(trimmed(named(once))).toEqual(once);
    }
  });

  test('keeps what limits of volumes look at', () => {
    const specOf = (object: object) => trimmed(named(object))['spec'];
    const metadata = { name: 'a' };
    const drivers = [{ name: 'd', nodeID: 'i-1', topologyKeys: ['zone'], allocatable: { count: 25 } }];
    expect(specOf({ kind: 'CSINode', metadata, spec: { drivers } })).toEqual({
      drivers: [{ name: 'd', allocatable: { count: 25 } }],
    });
    const csi = { driver: 'd', volumeHandle: 'vol-1', fsType: 'ext4', volumeAttributes: { a: 'b' } };
    expect(specOf({ kind: 'PersistentVolume', metadata, spec: { csi } })).toEqual({
      csi: { driver: 'd', volumeHandle: 'vol-1' },
    });
    const awsElasticBlockStore = { volumeID: 'aws://z/vol-1', fsType: 'ext4' };
    expect(specOf({ kind: 'PersistentVolume', metadata, spec: { awsElasticBlockStore } })).toEqual({
      awsElasticBlockStore: { volumeID: 'aws://z/vol-1' },
    });
    const storageClass = { kind: 'StorageClass', metadata, provisioner: 'd', reclaimPolicy: 'Delete' };
    expect(trimmed(named(storageClass))).toEqual({ kind: 'StorageClass', metadata, provisioner: 'd' });
  });

  test('keeps the names alone of kinds that are not simulated', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', labels: { a: 'b' } },
      data: { a: 'b' },
    };
    expect(trimmed(named(object))).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } });
  });

  test('leaves what has the wrong shape for its reader to complain about', () => {
    const object = { kind: 'Pod', metadata: { name: 'a' }, spec: { containers: 'none', tolerations: 5 } };
    expect(trimmed(named(object))['spec']).toEqual({ containers: 'none', tolerations: 5 });
  });
});
