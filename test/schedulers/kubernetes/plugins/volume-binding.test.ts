import { expect, test } from 'vitest';
import { createFixture } from '../fixture.ts';
import { type ClaimWords, mounting, volumeObjects } from '../volumes.ts';

const NODES = [
  { name: 'a', zone: 'z1' },
  { name: 'b', zone: 'z2' },
];
const ZONE = 'topology.kubernetes.io/zone';

function refusals(claims: Readonly<Record<string, ClaimWords>>, ...names: string[]) {
  return createFixture(NODES, {}, volumeObjects(claims)).examine(mounting(...names));
}

test('VolumeBinding wants nodes from which every volume can be reached', () => {
  const claims = {
    near: { reachableFrom: [ZONE, 'z1'] },
    anywhere: {},
    both: { reachableFrom: [ZONE, 'z1', 'z2'] },
  } as const;
  const { refusals: found, resolvable } = refusals(claims, 'anywhere', 'both', 'near');
  expect(found).toEqual({ b: ["node(s) didn't match PersistentVolume's node affinity"] });
  expect(resolvable).toEqual([]);
  expect(refusals(claims, 'anywhere', 'both').refusals).toEqual({});
});

test('VolumeBinding refuses every node to a claim whose volume does not exist', () => {
  const reason = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
  expect(refusals({ data: { volumeMissing: true } }, 'data').refusals).toEqual({ a: [reason], b: [reason] });
});

test.each([
  { claim: { status: { phase: 'Lost' } }, reason: 'bound to non-existent persistentvolume "pv-data"' },
  { claim: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, reason: 'is being deleted' },
])('VolumeBinding stops a pod whose claim $reason', ({ claim, reason }) => {
  const { cycle } = refusals({ data: { claim } }, 'data');
  expect(cycle.rejected).toMatchObject({ rule: 'VolumeBinding', resolvable: false });
  expect(cycle.rejected!.reasons).toEqual([`persistentvolumeclaim "data" ${reason}`]);
});

/** One claim without a volume, and what is known of its storage class. */
function unbound(storageClass: object | undefined, claim: object = {}) {
  const volumes = {
    claim: () => ({ spec: { accessModes: [], ...claim } }),
    volume: () => undefined,
    storageClass: () => storageClass,
  };
  return createFixture(NODES, {}, volumes).examine(mounting('data'));
}

test('VolumeBinding lets a claim that waits for its first pod go where its class provisions', () => {
  const late = { volumeBindingMode: 'WaitForFirstConsumer' };
  expect(unbound(late).refusals).toEqual({});
  const allowedTopologies = [{ matchLabelExpressions: [{ key: ZONE, values: ['z2', 'z3'] }] }];
  const { refusals: found, resolvable } = unbound({ ...late, allowedTopologies });
  expect(found).toEqual({ a: ["node(s) didn't find available persistent volumes to bind"] });
  expect(resolvable).toEqual([]);
});

test.each([
  ['its class binds at once', { volumeBindingMode: 'Immediate' }, {}],
  ['its class does not say', {}, {}],
  ['there is no such class', undefined, { storageClassName: 'none' }],
  ['it wants none', { volumeBindingMode: 'WaitForFirstConsumer' }, { storageClassName: '' }],
])('VolumeBinding stops a pod whose claim should be bound by now: %s', (_title, storageClass, claim) => {
  expect(unbound(storageClass, claim).cycle.rejected).toEqual({
    rule: 'VolumeBinding',
    reasons: ['pod has unbound immediate PersistentVolumeClaims'],
    resolvable: false,
  });
});

test('VolumeBinding skips pods without claims', () => {
  expect(refusals({}).cycle.preFilterSkipped).toContain('VolumeBinding');
});
