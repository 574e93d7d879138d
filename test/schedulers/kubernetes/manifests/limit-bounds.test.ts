import { describe, expect, test } from 'vitest';
import { limitRefusal, refusalText } from '../../../../src/schedulers/kubernetes/manifests/limit-bounds.ts';
import { limitRangeFrom } from '../../../../src/schedulers/kubernetes/manifests/limit-range.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';

const container = (requests: object, limits: object = {}, more: object = {}) => ({
  resources: { requests, limits },
  ...more,
});
const pod = (containers: readonly object[], more: object = {}) => ({ spec: { containers, ...more } });
const boundsOf = (...limits: readonly object[]) => {
  const reader = new Reader();
  const object = { spec: { limits } };
  const named = { kind: 'LimitRange', namespace: 'shop', name: 'l', object };
  const { bounds } = limitRangeFrom(reader, named);
  expect(reader.problems).toEqual([]);
  return bounds;
};
const forContainers = (item: object) => ({ type: 'Container', ...item });
const forPods = (item: object) => ({ type: 'Pod', ...item });

describe('limitRefusal() in the words of the API server', () => {
  test.each([
    // At the bound is within it.
    [
      forContainers({ min: { cpu: '1' }, max: { cpu: '1' } }),
      container({ cpu: '1' }, { cpu: '1000m' }),
      null,
    ],
    [
      forContainers({ min: { cpu: '0.1' } }),
      container({}),
      'minimum cpu usage per Container is 100m.  No request is specified',
    ],
    [
      forContainers({ min: { memory: '1024Mi' } }),
      container({ memory: '1000M' }),
      'minimum memory usage per Container is 1Gi, but request is 1G',
    ],
    [
      forContainers({ max: { cpu: '1' } }),
      container({ cpu: '1' }),
      'maximum cpu usage per Container is 1.  No limit is specified',
    ],
    [
      forContainers({ max: { cpu: '1' } }),
      container({ cpu: '1' }, { cpu: '2' }),
      'maximum cpu usage per Container is 1, but limit is 2',
    ],
    [
      forContainers({ maxLimitRequestRatio: { cpu: '2' } }),
      container({}, { cpu: '2' }),
      'cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ],
    [
      forContainers({ maxLimitRequestRatio: { cpu: '2' } }),
      container({ cpu: '1' }),
      'cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0',
    ],
    // 1000m / 300m = 3.333…
    [
      forContainers({ maxLimitRequestRatio: { cpu: '3' } }),
      container({ cpu: '300m' }, { cpu: '1' }),
      'cpu max limit to request ratio per Container is 3, but provided ratio is 3.333333',
    ],
    [forContainers({ maxLimitRequestRatio: { cpu: '2.5' } }), container({ cpu: '2' }, { cpu: '5' }), null],
    // 129 / 128 = 1.0078125, a tie of the sixth digit: to the even one; 131 / 128 = 1.0234375 likewise up.
    [
      forContainers({ maxLimitRequestRatio: { memory: '1' } }),
      container({ memory: '128Mi' }, { memory: '129Mi' }),
      'memory max limit to request ratio per Container is 1, but provided ratio is 1.007812',
    ],
    [
      forContainers({ maxLimitRequestRatio: { memory: '1' } }),
      container({ memory: '128Mi' }, { memory: '131Mi' }),
      'memory max limit to request ratio per Container is 1, but provided ratio is 1.023438',
    ],
    // A ratio of thousandths is itself in thousandths: 1.5 is written 1500m.
    [
      forContainers({ maxLimitRequestRatio: { cpu: '1.5' } }),
      container({ cpu: '1' }, { cpu: '2' }),
      'cpu max limit to request ratio per Container is 1500m, but provided ratio is 2.000000',
    ],
    // Thousandths of more than 2^63 / 1000 units are rounded up before they are compared: 10P - 0.5 counts as 10P.
    [
      forContainers({ min: { memory: '10000000000000000' } }),
      container({ memory: '9999999999999999500m' }),
      null,
    ],
    [
      forContainers({ min: { memory: '1000000' } }),
      container({ memory: '999999500m' }),
      'minimum memory usage per Container is 1M, but request is 999999500m',
    ],
  ])('%j of %j', (item, one, why) => {
    const refusal = limitRefusal(pod([one]), [boundsOf(item)]);
    expect(refusal).toEqual(why === null ? null : { reason: 'Forbidden', why });
  });

  test.each([
    // 600m + 600m = 1200m; requests are held to the maximum too.
    [
      forPods({ max: { cpu: '1' } }),
      pod([container({ cpu: '100m' }, { cpu: '600m' }), container({ cpu: '100m' }, { cpu: '600m' })]),
      'maximum cpu usage per Pod is 1, but limit is 1200m',
    ],
    // One container without a limit: the sum is that of the others.
    [
      forPods({ max: { cpu: '1' } }),
      pod([container({ cpu: '2' }), container({ cpu: '100m' }, { cpu: '600m' })]),
      'maximum cpu usage per Pod is 1, but request is 2100m',
    ],
    // 256Mi + 128Ki = 256 × 1024Ki + 128Ki = 262272Ki.
    [
      forPods({ min: { memory: '1Gi' } }),
      pod([container({ memory: '256Mi' }), container({ memory: '128Ki' })]),
      'minimum memory usage per Pod is 1Gi, but request is 262272Ki',
    ],
    // Written by 1024, as the first is: 1Mi + 1k = 1048576 + 1000, which no power of 1024 divides.
    [
      forPods({ min: { memory: '1Gi' } }),
      pod([container({ memory: '1Mi' }), container({ memory: '1k' })]),
      'minimum memory usage per Pod is 1Gi, but request is 1049576',
    ],
    [
      forPods({ min: { memory: '1Gi' } }),
      pod([container({ memory: '1M' }), container({ memory: '48576' }), container({ memory: '1Mi' })]),
      'minimum memory usage per Pod is 1Gi, but request is 2097152',
    ],
    [
      forPods({ min: { memory: '1Gi' } }),
      pod([container({ memory: '2Gi' }, {})], { resources: { limits: { memory: '512Mi' } } }),
      'minimum memory usage per Pod is 1Gi, but limit is 512Mi',
    ],
    // The sidecar (1) beside the container (1) makes 2; the init container (2) beside the sidecar 3.
    [
      forPods({ max: { cpu: '2' } }),
      pod([container({}, { cpu: '1' })], {
        initContainers: [
          container({}, { cpu: '1' }, { restartPolicy: 'Always' }),
          container({}, { cpu: '2' }),
        ],
      }),
      'maximum cpu usage per Pod is 2, but limit is 3',
    ],
    // What the pod says of itself is in place of its containers'.
    [
      forPods({ max: { cpu: '2' } }),
      pod([container({ cpu: '1' }, { cpu: '1' })], { resources: { limits: { cpu: '3' } } }),
      'maximum cpu usage per Pod is 2, but limit is 3',
    ],
    [
      forPods({ maxLimitRequestRatio: { cpu: '2' } }),
      pod([container({ cpu: '1' }, { cpu: '3' }), container({ cpu: '1' }, { cpu: '2' })]),
      'cpu max limit to request ratio per Pod is 2, but provided ratio is 2.500000',
    ],
  ])('%j of the pod %j', (item, one, why) => {
    expect(limitRefusal(one, [boundsOf(item)])).toEqual({ reason: 'Forbidden', why });
  });

  test('tells everything that breaks one LimitRange once, in brackets, and nothing of the next', () => {
    const one = container({ cpu: '50m', memory: '1Gi' }, { cpu: '2', memory: '1Gi' });
    const ranges = [
      boundsOf(
        forContainers({ min: { cpu: '100m' }, max: { memory: '512Mi', cpu: '1' } }),
        forPods({ max: { memory: '1Gi' } }),
      ),
      boundsOf(forPods({ max: { cpu: '3' } })),
    ];
    const broken = [
      'minimum cpu usage per Container is 100m, but request is 50m',
      'maximum cpu usage per Container is 1, but limit is 2',
      'maximum memory usage per Container is 512Mi, but limit is 1Gi',
      'maximum memory usage per Pod is 1Gi, but limit is 2Gi',
    ];
    const twins = pod([one, one]);
    expect(limitRefusal(twins, ranges)?.why).toBe(`[${broken.join(', ')}]`);
    const next = limitRefusal(twins, ranges.slice(1));
    expect(next?.why).toBe('maximum cpu usage per Pod is 3, but limit is 4');
    // The same of two containers is one finding, without brackets.
    expect(limitRefusal(twins, [boundsOf(forContainers({ max: { cpu: '1' } }))])?.why).toBe(
      'maximum cpu usage per Container is 1, but limit is 2',
    );
  });

  test('counts init containers among containers', () => {
    const fine = container({ cpu: '1' }, { cpu: '1' });
    const refusal = limitRefusal(pod([fine], { initContainers: [container({}, { cpu: '4' })] }), [
      boundsOf(forContainers({ max: { cpu: '1' } })),
    ]);
    expect(refusal?.why).toBe('maximum cpu usage per Container is 1, but limit is 4');
  });

  test('finds a request above its limit before any bound; what cannot be shared must be equal', () => {
    const asked = container({ cpu: '2', 'nvidia.com/gpu': '1' }, { cpu: '1', 'nvidia.com/gpu': '2' });
    const refusal = limitRefusal(pod([asked]), [boundsOf(forContainers({ max: { cpu: '500m' } }))]);
    const cpu = 'Invalid value: "2": must be less than or equal to cpu limit of 1';
    const gpu = 'Invalid value: "1": must be equal to nvidia.com/gpu limit of 2';
    const place = 'spec.containers[0].resources.requests';
    expect(refusal).toEqual({ reason: 'Invalid', why: `[${place}: ${cpu}, ${place}: ${gpu}]` });
  });
});

test('refusalText() names the pod as the status does', () => {
  expect(refusalText('a', { reason: 'Forbidden', why: 'no' })).toBe('pods "a" is forbidden: no');
  expect(refusalText('a', { reason: 'Invalid', why: 'no' })).toBe('Pod "a" is invalid: no');
});
