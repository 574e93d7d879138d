import { describe, expect, test } from 'vitest';
import { leftOutOf, withoutLeftOut } from '../../../../src/schedulers/kubernetes/manifests/left-out.ts';

const named = (object: object) => {
  const { kind, metadata } = object as { kind: string; metadata: { name: string } };
  return { kind, name: metadata.name, namespace: 'default', object: object as Record<string, unknown> };
};

describe('leftOutOf()', () => {
  const pod = (fields: object) => named({ kind: 'Pod', metadata: { name: 'a' }, ...fields });
  test.each([
    [named({ kind: 'ConfigMap', metadata: { name: 'a' } }), ['ConfigMap']],
    [named({ kind: 'CSINode', metadata: { name: 'a' }, spec: { drivers: [] } }), []],
    [pod({ spec: {} }), []],
    [pod({ status: { phase: 'Succeeded' } }), ['Pod that has succeeded']],
    [pod({ spec: { resourceClaims: [], schedulerName: 'default-scheduler' } }), []],
    [pod({ spec: { schedulerName: 'mine', schedulingGates: [{ name: 'g' }] } }), []],
    [
      named({ kind: 'PersistentVolumeClaim', metadata: { name: 'a' }, spec: {} }),
      ['binding of PersistentVolumeClaims'],
    ],
    [named({ kind: 'PersistentVolumeClaim', metadata: { name: 'a' }, spec: { volumeName: 'v' } }), []],
    [
      pod({ spec: { resourceClaims: [{ name: 'g' }], volumes: [{ name: 'v', ephemeral: {} }] } }),
      ['resource claims of pods', 'ephemeral volumes of pods'],
    ],
  ])('%#: says what is not simulated', (object, expected) => {
    expect(leftOutOf(object).map(({ what }) => what)).toEqual(expected);
  });

  test('names what withoutLeftOut() takes away, and nothing else', () => {
    const object = {
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: {
        resourceClaims: [{ name: 'g' }],
        volumes: [
          { name: 'v', ephemeral: {} },
          { name: 'w', rbd: {} },
        ],
      },
    };
    const rest = withoutLeftOut(object);
    expect(rest['spec']).toEqual({ volumes: [{ name: 'w', rbd: {} }] });
    expect(leftOutOf(named(rest))).toEqual([]);
  });
});
