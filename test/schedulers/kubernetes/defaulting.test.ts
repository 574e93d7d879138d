import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LANE } from '../../../src/model/resources.ts';
import { storedPod } from '../../../src/schedulers/kubernetes/defaulting.ts';
import { podFromObject } from '../../../src/schedulers/kubernetes/objects.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { GIB } from '../../../src/units.ts';
import { unwrap } from './fixture.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Of a pod with these containers' resources, and resources of its own, what they are once stored. */
const resourcesOf = (containers: object[], own?: object, initContainers: object[] = []) => {
  const wrap = (list: object[]) => list.map((one) => ('resources' in one ? one : { resources: one }));
  const spec = {
    containers: wrap(containers),
    initContainers: wrap(initContainers),
    ...(own && { resources: own }),
  };
  // biome-ignore lint/suspicious/noExplicitAny: the answer is plain JSON.
  const stored = storedPod({ spec }) as any;
  return {
    containers: stored.spec.containers.map(({ resources }: { resources: object }) => resources),
    own: stored.spec.resources,
  };
};

describe('storedPod, containers', () => {
  test('request what they have a limit for, unless they request it', () => {
    const limits = { cpu: '2', memory: '1Gi' };
    expect(
      resourcesOf([{ limits, requests: { cpu: '0' } }, { limits }, { requests: { cpu: '1' } }, {}]),
    ).toEqual({
      containers: [
        { limits, requests: { cpu: '0', memory: '1Gi' } },
        { limits, requests: limits },
        { requests: { cpu: '1' } },
        {},
      ],
      own: undefined,
    });
  });

  test('amounts are rounded up to thousandths', () => {
    expect(resourcesOf([{ requests: { cpu: '100u', memory: '1.5Gi' } }]).containers).toEqual([
      { requests: { cpu: '1m', memory: '1.5Gi' } },
    ]);
  });

  test('ports speak TCP and are ports of the host in its network', () => {
    const ports = [{ containerPort: 80 }, { containerPort: 53, hostPort: 5353, protocol: 'UDP' }];
    const spec = (more: object) => ({
      spec: { containers: [{ ports }], initContainers: [{ ports }], ...more },
    });
    const inPod = [{ containerPort: 80, protocol: 'TCP' }, ports[1]];
    expect(storedPod(spec({}))).toEqual({
      spec: { containers: [{ ports: inPod }], initContainers: [{ ports: inPod }] },
    });
    const onHost = [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }, ports[1]];
    expect(storedPod(spec({ hostNetwork: true }))).toEqual({
      spec: { hostNetwork: true, containers: [{ ports: onHost }], initContainers: [{ ports: onHost }] },
    });
  });
});

describe('storedPod, resources of the pod', () => {
  test('with limits it requests what its containers do, or else the limits', () => {
    const limits = { cpu: '4', memory: '4Gi' };
    const containers = [{ requests: { cpu: '250m' } }, { requests: { cpu: '1500m', 'example.com/x': '1' } }];
    // 250m + 1500m; nobody requests memory; extended resources are no matter of the pod
    expect(resourcesOf(containers, { limits }).own).toEqual({
      limits,
      requests: { cpu: '1750m', memory: '4Gi' },
    });
    expect(resourcesOf(containers, { limits, requests: { cpu: '3' } }).own.requests).toEqual({
      cpu: '3',
      memory: '4Gi',
    });
  });

  test('init containers count with their peak, sidecars all along', () => {
    const own = { limits: { memory: '4Gi' } };
    const sidecar = { restartPolicy: 'Always', resources: { requests: { memory: '64Mi' } } };
    // max(2Gi + 64Mi, 3Gi + 64Mi) = 3136Mi
    expect(
      resourcesOf([{ requests: { memory: '2Gi' } }], own, [sidecar, { limits: { memory: '3Gi' } }]).own
        .requests,
    ).toEqual({ memory: '3136Mi' });
  });

  test('without limits nothing is added, but huge pages of the containers', () => {
    expect(resourcesOf([{ requests: { cpu: '1' } }], { requests: { memory: '1Gi' } }).own).toEqual({
      requests: { memory: '1Gi' },
    });
    expect(resourcesOf([{ limits: { cpu: '1' } }], {}).own).toEqual({});
    const pages = { limits: { 'hugepages-2Mi': '4Mi', cpu: '1' } };
    expect(resourcesOf([pages, pages], { requests: { memory: '1Gi' } }).own).toEqual({
      limits: { 'hugepages-2Mi': '8Mi' },
      requests: { memory: '1Gi', cpu: '2', 'hugepages-2Mi': '8Mi' },
    });
  });
});

describe('storedPod, label keys', () => {
  const keys = { matchLabelKeys: ['rev', 'none'], mismatchLabelKeys: ['tier'] };
  const metadata = { labels: { rev: '2', tier: 'x' } };
  const rev = { key: 'rev', operator: 'In', values: ['2'] };
  const tier = { key: 'tier', operator: 'NotIn', values: ['x'] };

  test.each(['podAffinity', 'podAntiAffinity'])('become conditions of the terms of %s', (kind) => {
    const labelSelector = { matchLabels: { app: 'a' } };
    const pod = (selector: object) => ({
      metadata,
      spec: {
        affinity: {
          [kind]: {
            [REQUIRED]: [{ ...keys, labelSelector: selector }],
            [PREFERRED]: [{ weight: 1, podAffinityTerm: { ...keys, labelSelector: selector } }],
          },
        },
      },
    });
    expect(storedPod(pod(labelSelector))).toEqual(pod({ ...labelSelector, matchExpressions: [rev, tier] }));
  });

  test('come after the conditions of a spread constraint; without a selector there is nothing to add to', () => {
    const given = { key: 'app', operator: 'Exists' };
    const pod = (...constraints: object[]) => ({
      metadata,
      spec: { topologySpreadConstraints: constraints },
    });
    const { matchLabelKeys } = keys;
    const without = { matchLabelKeys };
    expect(storedPod(pod({ matchLabelKeys, labelSelector: { matchExpressions: [given] } }, without))).toEqual(
      pod({ matchLabelKeys, labelSelector: { matchExpressions: [given, rev] } }, without),
    );
  });
});

describe('storedPod', () => {
  test('leaves what has the wrong shape to the reader, and never changes its input', () => {
    const odd = [
      1,
      null,
      'x',
      [],
      { limits: 3, requests: 'many' },
      { limits: { cpu: 'many' }, requests: [] },
    ];
    for (const raw of [...odd, { spec: 1 }, { spec: { containers: odd, resources: [] } }]) {
      expect(storedPod(raw)).toEqual(raw);
    }
    for (const resources of odd) {
      const pod = {
        spec: { containers: [{ resources, ports: odd.slice(0, 3) }], resources: { limits: 'x' } },
      };
      expect(storedPod(pod)).toEqual(pod);
    }
    const json = fc.object({
      key: fc.constantFrom(
        'spec',
        'containers',
        'resources',
        'limits',
        'requests',
        'cpu',
        'ports',
        'affinity',
      ),
      maxDepth: 5,
      withNullPrototype: false,
    });
    fc.assert(
      fc.property(json, (raw) => {
        const before = structuredClone(raw);
        storedPod(raw);
        expect(raw).toEqual(before);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('podFromObject of a manifest', () => {
  const table = kubernetesResourceTable([]);
  const context = { table, group: 'web', groupKind: 'service', imageSize: () => 0 } as const;
  const pod = {
    spec: {
      hostNetwork: true,
      containers: [{ resources: { limits: { cpu: '2', memory: '1Gi' } }, ports: [{ containerPort: 80 }] }],
    },
  };

  test('reads it as the API server stores it; a stored object is taken as it is', () => {
    const manifest = unwrap(podFromObject(pod, { ...context, manifest: true }));
    expect(manifest.requests.slice(0, 2)).toEqual([2000, GIB]);
    expect(manifest.hostPorts).toEqual([{ ip: '0.0.0.0', protocol: 'TCP', port: 80 }]);
    const stored = unwrap(podFromObject(pod, context));
    expect([stored.requests[LANE.cpu], stored.hostPorts]).toEqual([0, []]);
    expect(unwrap(podFromObject(storedPod(pod), context))).toEqual(manifest);
  });

  test('tells what is wrong in it by its path', () => {
    const bad = { spec: { containers: [{ resources: { limits: { cpu: 'many' } } }] } };
    const read = podFromObject(bad, { ...context, manifest: true });
    expect('problems' in read && read.problems.map(({ path }) => path.join('.'))).toEqual([
      'spec.containers.0.resources.requests.cpu',
    ]);
  });
});
