import { expect, test } from 'vitest';
import {
  type LimitRange,
  limitRangeFrom,
  withContainerDefaults,
} from '../../../../src/schedulers/kubernetes/manifests/limit-range.ts';
import { ManifestSet } from '../../../../src/schedulers/kubernetes/manifests/manifest-set.ts';
import { trimmed } from '../../../../src/schedulers/kubernetes/manifests/trimmed.ts';
import { kubernetesResourceTable } from '../../../../src/schedulers/kubernetes/resource-names.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';
import { LANE } from '../../../../src/model/resources.ts';

const range = (limits: readonly object[]) => ({
  kind: 'LimitRange',
  metadata: { name: 'l', namespace: 'shop' },
  spec: { limits },
});

function read(limits: readonly object[]): LimitRange & { readonly problems: readonly string[] } {
  const reader = new Reader();
  const object = range(limits);
  const found = limitRangeFrom(reader, { kind: 'LimitRange', namespace: 'shop', name: 'l', object });
  return { ...found, problems: reader.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) };
}

test('limitRangeFrom() defaults requests to defaultRequest, default, max, min, and limits to default, max; of containers alone', () => {
  const { defaults, bounds, problems } = read([
    { type: 'Pod', max: { cpu: '9' } },
    {
      type: 'Container',
      min: { cpu: '100m', 'nvidia.com/gpu': '1' },
      max: { cpu: '8', memory: '8Gi', 'ephemeral-storage': '1Gi' },
      default: { cpu: '2', memory: '2Gi' },
      defaultRequest: { cpu: '1' },
    },
  ]);
  expect(problems).toEqual([]);
  expect(Object.fromEntries(defaults.requests)).toEqual({
    cpu: '1',
    memory: '2Gi',
    'ephemeral-storage': '1Gi',
    'nvidia.com/gpu': '1',
  });
  expect(Object.fromEntries(defaults.limits)).toEqual({
    cpu: '2',
    memory: '2Gi',
    'ephemeral-storage': '1Gi',
  });
  expect(bounds.map(({ type, max }) => [type, max.get('cpu')?.nano])).toEqual([
    ['Pod', 9_000_000_000n],
    ['Container', 8_000_000_000n],
  ]);
});

test.each([
  [{ type: 'Container', max: { cpu: 'much' } }, "spec.limits.0.max.cpu: 'much' is no quantity"],
  [
    { type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } },
    'spec.limits.0.min.cpu: min value 2 is greater than max value 1',
  ],
  [
    { type: 'Container', min: { memory: '1Gi' }, defaultRequest: { memory: '512Mi' } },
    'spec.limits.0.defaultRequest.memory: min value 1Gi is greater than default request value 512Mi',
  ],
  [
    { type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '1' } },
    'spec.limits.0.defaultRequest.cpu: default request value 1 is greater than default limit value 500m',
  ],
  [
    { type: 'Container', default: { cpu: '2' }, max: { cpu: '1' }, defaultRequest: { cpu: '1' } },
    'spec.limits.0.default.cpu: default value 2 is greater than max value 1',
  ],
  [
    { type: 'Pod', maxLimitRequestRatio: { cpu: '0.5' } },
    'spec.limits.0.maxLimitRequestRatio.cpu: ratio 500m is less than 1',
  ],
  [{ type: 'Node' }, 'spec.limits.0.type: must be a standard limit type or fully qualified'],
  [
    { type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3' } },
    'spec.limits.0.maxLimitRequestRatio.cpu: ratio 3 is greater than max/min = 2.000000',
  ],
])('limitRangeFrom() refuses %j', (item, problem) => {
  expect(read([item]).problems).toEqual([problem]);
});

test('withContainerDefaults() leaves what a container says, requests what it limits, and lets the first LimitRange win', () => {
  const ranges = [
    read([{ type: 'Container', default: { cpu: '1' }, defaultRequest: { memory: '1Gi' } }]),
    read([{ type: 'Container', default: { cpu: '7', memory: '2Gi' } }]),
  ];
  const pod = {
    spec: {
      containers: [{ resources: { requests: { cpu: '500m' }, limits: { memory: '5Gi' } } }, { image: 'a' }],
    },
  };
  expect(withContainerDefaults(pod, ranges)).toEqual({
    spec: {
      containers: [
        { resources: { requests: { cpu: '500m' }, limits: { cpu: '1', memory: '5Gi' } } },
        {
          image: 'a',
          resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '2Gi' } },
        },
      ],
    },
  });
  expect(withContainerDefaults(pod, [])).toBe(pod);
});

test('a LimitRange is for the pods and templates of its namespace', () => {
  const spec = { containers: [{ name: 'a', image: 'a' }] };
  const set = new ManifestSet([
    range([{ type: 'Container', defaultRequest: { cpu: '250m' }, max: { memory: '1Gi' } }]),
    range([{ type: 'Pod', max: { cpu: '1' } }]),
    { kind: 'Pod', metadata: { name: 'a', namespace: 'shop' }, spec },
    { kind: 'Pod', metadata: { name: 'b' }, spec },
    { kind: 'ReplicaSet', metadata: { name: 'c', namespace: 'shop' }, spec: { template: { spec } } },
  ]);
  expect(set.problems).toEqual([]);
  const pods = [...set.pods, ...set.templates.map(({ pod }) => pod)];
  const cpu = pods.map((pod) => {
    const taskClass = set.taskClass(pod, kubernetesResourceTable([]), () => 0);
    return 'value' in taskClass ? taskClass.value.requests[LANE.cpu] : null;
  });
  expect(cpu).toEqual([250, 0, 250]);
  const why = 'maximum cpu usage per Pod is 1.  No limit is specified';
  const refused = { reason: 'Forbidden', why };
  expect(pods.map((pod) => set.refusal(pod))).toEqual([refused, null, refused]);
});

test('trimming keeps the bounds of a LimitRange; those of claims are left out, and said to be', () => {
  const object = range([
    { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '2' } },
    { type: 'PersistentVolumeClaim', max: { storage: '1Ti' } },
  ]);
  expect(trimmed({ kind: 'LimitRange', namespace: 'shop', name: 'l', object })).toEqual(object);
  const { leftOut, problems } = new ManifestSet([object]);
  expect(problems).toEqual([]);
  expect(leftOut.map(({ path, what }) => [path, what])).toEqual([
    [['spec', 'limits', 1], 'bounds of PersistentVolumeClaims'],
  ]);
});
