import { expect, test } from 'vitest';
import { createFixture } from '../fixture.ts';

const nodes = [{ name: 'open' }, { name: 'cordoned', unschedulable: true }];
const tolerate = (toleration: object) => ({ spec: { tolerations: [toleration] } });
const KEY = 'node.kubernetes.io/unschedulable';

test.each([
  { name: 'no toleration', pod: {}, refused: true },
  { name: 'of the taint by key', pod: tolerate({ key: KEY, operator: 'Exists' }), refused: false },
  {
    name: 'of the taint with its empty value',
    pod: tolerate({ key: KEY, effect: 'NoSchedule' }),
    refused: false,
  },
  { name: 'of everything', pod: tolerate({ operator: 'Exists' }), refused: false },
  {
    name: 'of another effect',
    pod: tolerate({ key: KEY, operator: 'Exists', effect: 'NoExecute' }),
    refused: true,
  },
])('NodeUnschedulable and a toleration: $name', ({ pod, refused }) => {
  const { refusals, resolvable } = createFixture(nodes).examine(pod);
  expect(refusals).toEqual(refused ? { cordoned: ['node(s) were unschedulable'] } : {});
  expect(resolvable).toEqual([]);
});

test('NodeUnschedulable refuses a draining instance, and so does the instance itself', () => {
  const { store, examine } = createFixture([{ name: 'a' }, { name: 'b' }]);
  store.setInstanceState(1, 4, 0);
  expect(examine({}).refusals).toEqual({ b: ['node(s) were unschedulable'] });
  expect(examine(tolerate({ operator: 'Exists' })).refusals).toEqual({
    b: ['node(s) would not admit the pod'],
  });
});
