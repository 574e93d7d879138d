import { expect, test } from 'vitest';
import {
  defaultRequestsFrom,
  withDefaultRequests,
} from '../../../../src/schedulers/kubernetes/manifests/limit-range.ts';
import { ManifestSet } from '../../../../src/schedulers/kubernetes/manifests/manifest-set.ts';
import { kubernetesResourceTable } from '../../../../src/schedulers/kubernetes/resource-names.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';
import { LANE } from '../../../../src/model/resources.ts';

const range = (limits: readonly object[]) => ({
  kind: 'LimitRange',
  metadata: { name: 'l', namespace: 'shop' },
  spec: { limits },
});

test('defaultRequestsFrom() takes defaultRequest before default before max, of containers alone', () => {
  const object = range([
    { type: 'Pod', max: { cpu: '9' } },
    {
      type: 'Container',
      max: { cpu: '8', memory: '8Gi', 'ephemeral-storage': '1Gi' },
      default: { cpu: '2', memory: '2Gi' },
      defaultRequest: { cpu: '1' },
    },
  ]);
  const named = { kind: 'LimitRange', namespace: 'shop', name: 'l', object };
  expect(Object.fromEntries(defaultRequestsFrom(new Reader(), named))).toEqual({
    cpu: '1',
    memory: '2Gi',
    'ephemeral-storage': '1Gi',
  });
});

test('withDefaultRequests() leaves what a container asks for or limits', () => {
  const defaults = new Map([
    ['cpu', '1'],
    ['memory', '1Gi'],
  ]);
  const pod = {
    spec: {
      containers: [{ resources: { requests: { cpu: '3' }, limits: { memory: '5Gi' } } }, { image: 'a' }],
    },
  };
  expect(withDefaultRequests(pod, defaults)).toEqual({
    spec: {
      containers: [
        { resources: { requests: { cpu: '3' }, limits: { memory: '5Gi' } } },
        { image: 'a', resources: { requests: { cpu: '1', memory: '1Gi' } } },
      ],
    },
  });
  expect(withDefaultRequests(pod, new Map())).toBe(pod);
});

test('a LimitRange is for the pods and templates of its namespace', () => {
  const spec = { containers: [{ name: 'a', image: 'a' }] };
  const set = new ManifestSet([
    range([{ type: 'Container', defaultRequest: { cpu: '250m' } }]),
    { kind: 'Pod', metadata: { name: 'a', namespace: 'shop' }, spec },
    { kind: 'Pod', metadata: { name: 'b' }, spec },
    { kind: 'ReplicaSet', metadata: { name: 'c', namespace: 'shop' }, spec: { template: { spec } } },
  ]);
  expect(set.problems).toEqual([]);
  const cpu = [...set.pods, ...set.templates.map(({ pod }) => pod)].map((pod) => {
    const read = set.taskClass(pod, kubernetesResourceTable([]), () => 0);
    return 'value' in read ? read.value.requests[LANE.cpu] : null;
  });
  expect(cpu).toEqual([250, 0, 250]);
});
