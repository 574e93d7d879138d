import { describe, expect, test } from 'vitest';
import { clash, type Disk } from '../../../../src/schedulers/kubernetes/volume-disks.ts';
import { constantDraws } from '../../../support/draws.ts';
import { createFixture } from '../fixture.ts';
import { mounting, volumeObjects } from '../volumes.ts';

const disk = (kind: Disk['kind'], more: Partial<Disk> = {}): Disk => ({
  kind,
  id: 'x',
  monitors: [],
  readOnly: false,
  ...more,
});
const read = { readOnly: true };

test.each([
  { a: disk('gcePersistentDisk'), b: disk('gcePersistentDisk', read), clashes: true },
  { a: disk('gcePersistentDisk', read), b: disk('gcePersistentDisk', read), clashes: false },
  { a: disk('awsElasticBlockStore', read), b: disk('awsElasticBlockStore', read), clashes: true },
  { a: disk('iscsi'), b: disk('iscsi', { id: 'y' }), clashes: false },
  { a: disk('iscsi'), b: disk('iscsi', read), clashes: true },
  { a: disk('rbd', { monitors: ['m', 'n'] }), b: disk('rbd', { monitors: ['n'] }), clashes: true },
  { a: disk('rbd', { monitors: ['m'] }), b: disk('rbd', { monitors: ['n'] }), clashes: false },
  { a: disk('gcePersistentDisk'), b: disk('iscsi'), clashes: false },
])(
  'clash tells whether one disk would be mounted twice: $a.kind and $b.kind, $clashes',
  ({ a, b, clashes }) => {
    expect([clash(a, b), clash(b, a)]).toEqual([clashes, clashes]);
  },
);

describe('VolumeRestrictions', () => {
  test('refuses the node on which the disk is mounted', () => {
    const fixture = createFixture([{ name: 'a' }, { name: 'b' }]);
    const pod = { spec: { volumes: [{ awsElasticBlockStore: { volumeID: 'vol-1' } }] } };
    fixture.bind(pod, 'a');
    const { refusals, resolvable } = fixture.examine(pod);
    expect(refusals).toEqual({ a: ['node(s) had no available disk'] });
    expect(resolvable).toEqual(['a']);
    expect(fixture.schedule(pod)).toBe('b');
    expect(fixture.schedule(pod)).toBe('none');
  });

  test('keeps a claim for a single pod from every node while it is in use', () => {
    const claims = volumeObjects({ mine: { modes: ['ReadWriteOncePod'] }, ours: {} });
    const fixture = createFixture([{ name: 'a' }, { name: 'b' }], {}, claims);
    fixture.bind(mounting('ours'), 'a');
    expect(fixture.examine(mounting('mine')).cycle.preFilterSkipped).toContain('VolumeRestrictions');
    fixture.bind(mounting('mine'), 'a');
    const { refusals, resolvable } = fixture.examine(mounting('mine'));
    const reason =
      'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';
    expect(refusals).toEqual({ a: [reason], b: [reason] });
    expect(resolvable).toEqual(['a', 'b']);
    expect(fixture.schedule(mounting('mine'))).toBe('none');
    expect(fixture.examine(mounting('ours')).refusals).toEqual({});
  });

  test('finds that evicting the user of such a claim frees it', () => {
    const claims = volumeObjects({ mine: { modes: ['ReadWriteOncePod'] } });
    const fixture = createFixture([{ name: 'a' }, { name: 'b' }], {}, claims);
    const user = fixture.bind(mounting('mine'), 'a');
    fixture.bind({}, 'b');
    const { spec } = mounting('mine');
    const task = fixture.submit({ spec: { ...spec, priority: 1 } });
    const input = { view: fixture.store, task, random: constantDraws(0), nowMs: 0 };
    expect(fixture.scheduler.preempt(input)).toMatchObject({ nominated: 0, victims: [user] });
  });

  test('stops a pod whose claim does not exist', () => {
    const { cycle } = createFixture([{ name: 'a' }], {}, volumeObjects({})).examine(mounting('data'));
    expect(cycle.rejected).toEqual({
      rule: 'VolumeRestrictions',
      reasons: ['persistentvolumeclaim "data" not found'],
      resolvable: false,
    });
    expect(cycle.message).toBe('0/1 nodes are available: persistentvolumeclaim "data" not found.');
  });
});
