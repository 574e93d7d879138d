import { describe, expect, test } from 'vitest';
import { admittedPod } from '../../../../src/schedulers/kubernetes/manifests/pod-admission.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';

const CLASSES = new Map([
  ['business', { value: 1000, globalDefault: false, preemptionPolicy: 'Never' }],
  ['normal', { value: 5, globalDefault: true, preemptionPolicy: undefined }],
  ['lower', { value: 3, globalDefault: true, preemptionPolicy: undefined }],
]);

function admit(spec: object, classes = CLASSES) {
  const reader = new Reader();
  const pod = admittedPod(reader, { spec }, classes) as { spec: Record<string, unknown> };
  return { ...pod.spec, problems: reader.problems.map(({ message }) => message) };
}

describe('admittedPod()', () => {
  test.each([
    ['that of its class, with its policy', { priorityClassName: 'business' }, 1000, 'Never'],
    // Two defaults: kube-apiserver takes the lower one.
    ['the lowest default without a class', {}, 3, undefined],
    ['a class of the system', { priorityClassName: 'system-node-critical' }, 2_000_001_000, undefined],
    ['the number that is there already', { priority: 7, priorityClassName: 'business' }, 7, undefined],
  ])('priority: %s', (_title, spec, priority, policy) => {
    expect(admit(spec)).toMatchObject({ priority, problems: [] });
    expect((admit(spec) as Record<string, unknown>)['preemptionPolicy']).toBe(policy);
  });

  test('no default, no class: no priority is written', () => {
    expect(admit({}, new Map())).not.toHaveProperty('priority');
  });

  test('a class that does not exist is a problem, as the server refuses the pod', () => {
    expect(admit({ priorityClassName: 'busyness' }).problems).toEqual([
      'no PriorityClass with name busyness was found',
    ]);
  });

  test('tolerates lost nodes for 300 s, unless it says something about them itself', () => {
    const keysOf = (tolerations?: object[]) =>
      (
        admit({ ...(tolerations && { tolerations }) }) as unknown as { tolerations: { key: string }[] }
      ).tolerations.map(({ key }) => key ?? '*');
    const [lost, gone] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
    expect(keysOf()).toEqual([lost, gone]);
    expect(keysOf([{ key: lost, operator: 'Exists', effect: 'NoExecute' }])).toEqual([lost, gone]);
    expect(keysOf([{ key: lost, operator: 'Exists', effect: 'NoSchedule' }])).toEqual([lost, lost, gone]);
    expect(keysOf([{ operator: 'Exists' }])).toEqual(['*']);
  });
});
