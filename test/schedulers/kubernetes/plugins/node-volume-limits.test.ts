import { describe, expect, test } from 'vitest';
import type { VolumeObjects } from '../../../../src/schedulers/kubernetes/volume-claims.ts';
import { constantDraws } from '../../../support/draws.ts';
import { createFixture } from '../fixture.ts';
import { mounting, volumeObjects } from '../volumes.ts';

const EBS = 'ebs.csi.aws.com';
const EFS = 'efs.csi.aws.com';
const TOO_MANY = ['node(s) exceed max volume count'];

const CLAIMS = volumeObjects({
  a: { csi: [EBS, 'vol-a'] },
  again: { csi: [EBS, 'vol-a'] },
  b: { csi: [EBS, 'vol-b'] },
  c: { csi: [EBS, 'vol-c'] },
  shared: { csi: [EFS, 'vol-a'] },
  local: {},
});
const inline = (volumeID: string) => ({ spec: { volumes: [{ awsElasticBlockStore: { volumeID } }] } });

function nodeWith(limits: Readonly<Record<string, number>>, claims = CLAIMS) {
  return createFixture([{ name: 'n' }], { volumeLimits: { n: limits } }, claims);
}

describe('NodeVolumeLimits', () => {
  // Attached before, wanted, limit of EBS: attached + new > limit refuses.
  test.each([
    { there: [], wanted: ['a'], limit: 0, refused: true }, // 0 + 1 > 0
    { there: [], wanted: ['a'], limit: 1, refused: false }, // 0 + 1 = 1
    { there: [['a']], wanted: ['b'], limit: 1, refused: true }, // 1 + 1 > 1
    { there: [['a']], wanted: ['b'], limit: 2, refused: false }, // 1 + 1 = 2
    { there: [['a']], wanted: ['b', 'c'], limit: 2, refused: true }, // 1 + 2 > 2
    { there: [['a'], ['a']], wanted: ['b'], limit: 2, refused: false }, // one volume, mounted twice: 1 + 1 = 2
    { there: [['a']], wanted: ['a'], limit: 1, refused: false }, // nothing new
    { there: [['a']], wanted: ['again'], limit: 1, refused: false }, // the same volume by another claim
    { there: [], wanted: ['a', 'again'], limit: 1, refused: false }, // the same volume twice: 0 + 1 = 1
    { there: [['a'], ['b']], wanted: ['a'], limit: 1, refused: false }, // over the limit already, nothing new
    { there: [['a'], ['b']], wanted: ['a', 'c'], limit: 2, refused: true }, // 2 + 1 > 2
    { there: [['shared'], ['local']], wanted: ['a'], limit: 1, refused: false }, // other drivers do not count
    { there: [['a']], wanted: ['shared'], limit: 1, refused: false }, // no limit for that driver
    { there: [['a']], wanted: ['local'], limit: 0, refused: false }, // no driver, no limit
  ])(
    '$there there, $wanted wanted, at most $limit: refused $refused',
    ({ there, wanted, limit, refused }) => {
      const fixture = nodeWith({ [EBS]: limit });
      for (const claims of there) fixture.bind(mounting(...claims), 'n');
      const { refusals, resolvable } = fixture.examine(mounting(...wanted));
      expect(refusals).toEqual(refused ? { n: TOO_MANY } : {});
      expect(resolvable).toEqual(refused ? ['n'] : []);
      expect(fixture.schedule(mounting(...wanted))).toBe(refused ? 'none' : 'n');
    },
  );

  test('counts EBS disks without a claim as volumes of the driver', () => {
    const fixture = nodeWith({ [EBS]: 1 });
    fixture.bind(inline('aws://us-east-1a/vol-a'), 'n');
    expect(fixture.examine(mounting('b')).refusals).toEqual({ n: TOO_MANY });
    expect(fixture.examine(mounting('a')).refusals).toEqual({});
    expect(fixture.examine(mounting('a')).cycle.preFilterSkipped).not.toContain('NodeVolumeLimits');
  });

  test('lets a node without a CSINode take any number', () => {
    const fixture = createFixture(
      [{ name: 'n' }, { name: 'm' }],
      { volumeLimits: { n: { [EBS]: 1 } } },
      CLAIMS,
    );
    const places = ['a', 'b', 'c'].map((claim) => fixture.schedule(mounting(claim)));
    expect(places.filter((place) => place === 'n')).toHaveLength(1);
    expect(places.filter((place) => place === 'm')).toHaveLength(2);
  });

  test('counts a claim without a volume as what its class will make, once for all pods that mount it', () => {
    const waiting: VolumeObjects = {
      claim: (_, name) => ({
        metadata: { name },
        spec: { storageClassName: name.startsWith('old') ? 'gp2' : 'gp3' },
      }),
      volume: () => undefined,
      storageClass: (name) => ({
        provisioner: name === 'gp2' ? 'kubernetes.io/aws-ebs' : EBS,
        volumeBindingMode: 'WaitForFirstConsumer',
      }),
    };
    const fixture = nodeWith({ [EBS]: 2 }, waiting);
    fixture.bind(mounting('x'), 'n');
    fixture.bind(mounting('x'), 'n');
    fixture.bind(mounting('old-y'), 'n');
    expect(fixture.examine(mounting('x')).refusals).toEqual({});
    expect(fixture.examine(mounting('z')).refusals).toEqual({ n: TOO_MANY });
  });

  test('counts the claims of running pods whose volumes nobody knows by their class', () => {
    const partial: VolumeObjects = {
      ...CLAIMS,
      volume: (name) => (name === 'pv-a' ? undefined : CLAIMS.volume(name)),
      storageClass: () => ({ provisioner: EBS }),
    };
    const fixture = nodeWith({ [EBS]: 1 }, partial);
    fixture.bind(mounting('a'), 'n');
    expect(fixture.examine(mounting('b')).refusals).toEqual({ n: TOO_MANY });
  });

  test('skips pods without volumes that a driver could attach', () => {
    const { cycle } = nodeWith({ [EBS]: 0 }).examine({});
    expect(cycle.preFilterSkipped).toContain('NodeVolumeLimits');
  });

  test('stops a pod whose claim does not exist, where no plugin before it does', () => {
    const disabled = ['VolumeRestrictions', 'VolumeBinding', 'VolumeZone'].map((name) => ({ name }));
    const config = { profiles: [{ plugins: { multiPoint: { disabled } } }] };
    const fixture = createFixture([{ name: 'n' }], { config }, volumeObjects({}));
    const { refusals, resolvable } = fixture.examine(mounting('data'));
    expect(refusals).toEqual({
      n: ['looking up PVC default/data: persistentvolumeclaim "data" not found'],
    });
    expect(resolvable).toEqual([]);
    expect(fixture.schedule(mounting('data'))).toBe('none');
  });

  test('makes room by evicting a pod whose volume nobody else mounts', () => {
    const fixture = nodeWith({ [EBS]: 2 });
    fixture.bind(mounting('a'), 'n');
    fixture.bind(mounting('a'), 'n');
    const only = fixture.bind(mounting('b'), 'n');
    const task = fixture.submit({ spec: { ...mounting('c').spec, priority: 1 } });
    const input = { view: fixture.store, task, random: constantDraws(0), nowMs: 0 };
    // Without either pod of `a` its volume stays: 2 + 1 > 2. Without `b`: 1 + 1 = 2.
    expect(fixture.scheduler.preempt(input)).toMatchObject({ nominated: 0, victims: [only] });
  });

  test('counts the volumes of pods that are nominated to the node', () => {
    const fixture = nodeWith({ [EBS]: 1 });
    const nominated = fixture.submit({ spec: { ...mounting('a').spec, priority: 5 } });
    const inputOf = (claim: string) => {
      const task = fixture.submit(mounting(claim));
      const nominations = [{ task: nominated, slot: 0 }];
      return { view: fixture.store, task, random: constantDraws(0), nowMs: 0, nominations };
    };
    expect(fixture.scheduler.decide(inputOf('b'))).toBe(-1);
    expect(fixture.scheduler.examine(inputOf('b')).chosen).toBe(-1);
    expect(fixture.scheduler.decide(inputOf('again'))).toBe(0);
  });
});
