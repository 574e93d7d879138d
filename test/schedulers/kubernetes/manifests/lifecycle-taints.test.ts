import { expect, test } from 'vitest';
import { withLifecycleTaints } from '../../../../src/schedulers/kubernetes/manifests/lifecycle-taints.ts';

const node = (conditions: object[], spec: object = {}) => ({
  metadata: { name: 'n' },
  spec,
  status: { conditions },
});
const keysOf = (object: object) =>
  (
    (
      withLifecycleTaints(object as Record<string, unknown>)['spec'] as {
        taints?: { key: string; effect: string }[];
      }
    ).taints ?? []
  ).map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`);

test.each([
  ['a node that is ready', node([{ type: 'Ready', status: 'True' }]), []],
  ['one that is not', node([{ type: 'Ready', status: 'False' }]), ['not-ready:NoSchedule']],
  ['one that is silent', node([{ type: 'Ready', status: 'Unknown' }]), ['unreachable:NoSchedule']],
  [
    'pressure',
    node([
      { type: 'Ready', status: 'True' },
      { type: 'DiskPressure', status: 'True' },
      { type: 'PIDPressure', status: 'False' },
    ]),
    ['disk-pressure:NoSchedule'],
  ],
  ['a cordon', node([], { unschedulable: true }), ['unschedulable:NoSchedule']],
  [
    'a taint that is there already, and another effect of it that is not',
    node([{ type: 'Ready', status: 'False' }], {
      taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }],
    }),
    ['not-ready:NoExecute', 'not-ready:NoSchedule'],
  ],
])('withLifecycleTaints() of %s', (_title, object, taints) => {
  expect(keysOf(object)).toEqual(taints);
  // The second time all are there.
  expect(keysOf(withLifecycleTaints(object))).toEqual(taints);
});
