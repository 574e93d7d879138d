import { describe, expect, test } from 'vitest';
import { readPodObject, type Requests } from '../../../src/schedulers/kubernetes/pod-object.ts';
import { podRequests, SILENT_REQUESTS } from '../../../src/schedulers/kubernetes/pod-requests.ts';
import { laneAmount } from '../../../src/schedulers/kubernetes/quantity.ts';
import { Reader } from '../../../src/schedulers/kubernetes/reader.ts';

type Amounts = Readonly<Record<string, string>>;
const container = (requests: Amounts, more: object = {}) => ({ resources: { requests }, ...more });
const sidecar = (requests: Amounts) => container(requests, { restartPolicy: 'Always' });
const podOf = (spec: object) => {
  const reader = new Reader();
  const pod = readPodObject(reader, { spec });
  expect(reader.problems).toEqual([]);
  return pod;
};
/** Millicores and MiB. */
const counted = (requests: Requests) => ({
  cpu: laneAmount('cpu', requests.get('cpu') ?? 0n),
  mib: laneAmount('memory', requests.get('memory') ?? 0n)! / 2 ** 20,
});
const two = [container({ cpu: '100m', memory: '128Mi' }), container({ cpu: '200m', memory: '256Mi' })];
const init = [container({ cpu: '500m', memory: '64Mi' })];

describe('podRequests', () => {
  test.each([
    // 100 + 200, 128 + 256
    { name: 'adds containers', spec: { containers: two }, cpu: 300, mib: 384 },
    // max(300, 500), max(384, 64)
    {
      name: 'takes the peak of init containers',
      spec: { containers: two, initContainers: init },
      cpu: 500,
      mib: 384,
    },
    // sum 100 + 200; peaks 200 (sidecar), 400 + 200
    {
      name: 'counts a sidecar beside later init containers',
      spec: {
        containers: [container({ cpu: '100m' })],
        initContainers: [sidecar({ cpu: '200m' }), container({ cpu: '400m' })],
      },
      cpu: 600,
      mib: 0,
    },
    // peaks 400, 200; sum 300
    {
      name: 'does not count a sidecar beside earlier init containers',
      spec: {
        containers: [container({ cpu: '100m' })],
        initContainers: [container({ cpu: '400m' }), sidecar({ cpu: '200m' })],
      },
      cpu: 400,
      mib: 0,
    },
    // 300 + 250, 384 + 120
    {
      name: 'adds overhead',
      spec: { containers: two, overhead: { cpu: '250m', memory: '120Mi' } },
      cpu: 550,
      mib: 504,
    },
    {
      name: 'lets pod-level requests replace the sum',
      spec: { containers: two, initContainers: init, resources: { requests: { cpu: '250m' } } },
      cpu: 250,
      mib: 384,
    },
    // 250 + 50
    {
      name: 'adds overhead to pod-level requests',
      spec: { containers: two, resources: { requests: { cpu: '250m' } }, overhead: { cpu: '50m' } },
      cpu: 300,
      mib: 384,
    },
    // 0.4 + 0.4 millicores are 0.8, rounded up once
    {
      name: 'rounds the sum, not the parts',
      spec: { containers: [container({ cpu: '400u' }), container({ cpu: '400u' })] },
      cpu: 1,
      mib: 0,
    },
  ])('$name', ({ spec, cpu, mib }) => {
    expect(counted(podRequests(podOf(spec)))).toEqual({ cpu, mib });
  });

  test.each([
    {
      name: 'two silent containers',
      spec: { containers: [container({}), container({})] },
      cpu: 200,
      mib: 400,
    },
    {
      name: 'an explicit 0',
      spec: { containers: [container({}), container({ cpu: '0' })] },
      cpu: 100,
      mib: 400,
    },
    // memory is mentioned by the pod, CPU by nobody
    {
      name: 'pod-level memory',
      spec: { containers: [container({})], resources: { requests: { memory: '1Gi' } } },
      cpu: 100,
      mib: 1024,
    },
    // one container mentions CPU, so the pod is not silent about it: 300 + nothing for the other
    {
      name: 'pod-level memory, CPU said by one of two containers',
      spec: {
        containers: [container({ cpu: '300m' }), container({})],
        resources: { requests: { memory: '1Gi' } },
      },
      cpu: 300,
      mib: 1024,
    },
  ])('makes up for silence: $name', ({ spec, cpu, mib }) => {
    expect(counted(podRequests(podOf(spec), { silent: SILENT_REQUESTS }))).toEqual({ cpu, mib });
  });

  test('can pass over pod-level requests', () => {
    const pod = podOf({ containers: [container({ cpu: '1' })], resources: { requests: { cpu: '4' } } });
    expect(counted(podRequests(pod, { silent: SILENT_REQUESTS, podLevel: false }))).toEqual({
      cpu: 1000,
      mib: 200,
    });
  });
});
