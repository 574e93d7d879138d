import { describe, expect, test } from 'vitest';
import {
  isAbout,
  podCharge,
  quotaFrom,
  refusalBy,
  unknownScopes,
} from '../../../../src/schedulers/kubernetes/manifests/resource-quota.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';

const quota = (hard: object, rest: object = {}) => {
  const object = { metadata: { name: 'team', namespace: 'shop' }, spec: { hard, ...rest } };
  return quotaFrom(new Reader(), { kind: 'ResourceQuota', namespace: 'shop', name: 'team', object });
};
const container = (requests: object = {}, limits: object = {}, rest: object = {}) => ({
  resources: { requests, limits },
  ...rest,
});
const charge = (containers: object[], rest: object = {}) =>
  podCharge('shop', { metadata: { name: 'web' }, spec: { containers, ...rest } });
const NANO = 1_000_000_000n;

describe('podCharge()', () => {
  test('adds containers up, defaults requests to limits, and takes the peak of init containers', () => {
    // CPU: 500m + 250m (its limit) = 750m, the init container 1; with the sidecar of 100m beside both 850m and 1100m.
    const pod = charge(
      [container({ cpu: '500m', memory: '1Gi' }), container({}, { cpu: '250m', memory: '512Mi' })],
      {
        initContainers: [
          container({ cpu: '100m' }, {}, { restartPolicy: 'Always' }),
          container({ cpu: '1' }, {}, {}),
        ],
      },
    );
    expect(pod.amounts.get('requests.cpu')).toBe((1100n * NANO) / 1000n);
    expect(pod.amounts.get('cpu')).toBe(pod.amounts.get('requests.cpu'));
    expect(pod.amounts.get('requests.memory')).toBe(1536n * 2n ** 20n * NANO);
    expect(pod.amounts.get('limits.cpu')).toBe((250n * NANO) / 1000n);
    expect(pod.amounts.get('pods')).toBe(NANO);
    expect(pod.amounts.get('count/pods')).toBe(NANO);
  });

  test('names extended resources as quotas do', () => {
    const pod = charge([container({ 'nvidia.com/gpu': '2' })]);
    expect(pod.amounts.get('requests.nvidia.com/gpu')).toBe(2n * NANO);
    expect(pod.amounts.has('nvidia.com/gpu')).toBe(false);
  });
});

describe('refusalBy()', () => {
  const one = charge([container({ cpu: '500m', memory: '1Gi' })]);

  test.each([
    // 3 × 500m fit into 1500m, a fourth would make 2.
    { hard: { 'requests.cpu': '1500m' }, used: 2n, refusal: null },
    {
      hard: { 'requests.cpu': '1500m' },
      used: 3n,
      refusal:
        'exceeded quota: team, requested: requests.cpu=500m, used: requests.cpu=1500m, limited: requests.cpu=1500m',
    },
    // Only what is exceeded is named, in order of names.
    {
      hard: { pods: '3', 'requests.memory': '3Gi', 'requests.cpu': '10' },
      used: 3n,
      refusal:
        'exceeded quota: team, requested: pods=1,requests.memory=1Gi, used: pods=3,requests.memory=3Gi, limited: pods=3,requests.memory=3Gi',
    },
    {
      hard: { 'count/pods': '0' },
      used: 0n,
      refusal: 'exceeded quota: team, requested: count/pods=1, used: count/pods=0, limited: count/pods=0',
    },
    // A quota of limits wants every container to say them.
    {
      hard: { 'limits.cpu': '10' },
      used: 0n,
      refusal: 'failed quota: team: must specify limits.cpu for: container 1',
    },
    {
      hard: { 'limits.memory': '1Gi', 'limits.cpu': '1' },
      used: 0n,
      refusal: 'failed quota: team: must specify limits.cpu for: container 1; limits.memory for: container 1',
    },
    // One that the pod takes nothing of is no matter, however full.
    { hard: { 'requests.nvidia.com/gpu': '0' }, used: 0n, refusal: null },
  ])('says $refusal with $used pods of $hard', ({ hard, used, refusal }) => {
    const charged = new Map([...one.amounts].map(([name, amount]) => [name, amount * used]));
    expect(refusalBy(quota(hard), charged, one)).toBe(refusal);
  });
});

describe('isAbout()', () => {
  const best = charge([container()]);
  const burst = charge([container({ cpu: '1' })], { priorityClassName: 'high' });
  const selector = (operator: string, values?: string[]) => ({
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, values }] },
  });

  test.each([
    [{}, true, true],
    [{ scopes: ['BestEffort'] }, true, false],
    [{ scopes: ['NotBestEffort'] }, false, true],
    [selector('In', ['high', 'low']), false, true],
    [selector('In', ['low']), false, false],
    [selector('NotIn', ['high']), true, false],
    [selector('Exists'), false, true],
    [selector('DoesNotExist'), true, false],
    [{ scopes: ['NotBestEffort'], ...selector('NotIn', ['low']) }, false, true],
  ])('of %j: best effort %s, of class high %s', (rest, ofBest, ofBurst) => {
    expect(isAbout(quota({ pods: '1' }, rest), best)).toBe(ofBest);
    expect(isAbout(quota({ pods: '1' }, rest), burst)).toBe(ofBurst);
  });

  test('is a matter of the namespace', () => {
    expect(isAbout(quota({ pods: '1' }), { ...best, namespace: 'other' })).toBe(false);
  });
});

test('quotaFrom() reports amounts that are none, and drops what counts nothing of a run', () => {
  const reader = new Reader();
  const object = { spec: { hard: { pods: 'many', 'requests.cpu': '2', configmaps: '3' } } };
  const read = quotaFrom(reader, { kind: 'ResourceQuota', namespace: 'a', name: 'b', object });
  expect([...read.hard]).toEqual([['requests.cpu', 2n * NANO]]);
  expect(reader.problems.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
    "spec.hard.pods: 'many' is no quantity",
  ]);
});

test('unknownScopes() names scopes that pods of a run cannot be told by', () => {
  expect(unknownScopes({ spec: { scopes: ['Terminating', 'BestEffort'] } })).toEqual(['Terminating']);
});
