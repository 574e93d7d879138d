import { expect, test } from 'vitest';
import { podFromObject } from '../../../src/schedulers/kubernetes/objects.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { mounting, volumeObjects } from './volumes.ts';

const context = {
  table: kubernetesResourceTable([]),
  group: 'g',
  groupKind: 'job',
  imageSize: () => 0,
} as const;

function problemsOf(more: object) {
  const read = podFromObject(mounting('data'), { ...context, ...more });
  return 'problems' in read ? read.problems.map(({ message }) => message) : [];
}

test('readClaims refuses claims that are still to be bound', () => {
  const unbound = [{ spec: { volumeName: '' } }, { metadata: { annotations: {} } }];
  for (const claim of unbound) {
    expect(problemsOf({ volumes: volumeObjects({ data: { claim } }) })).toEqual([
      "the claim 'data' is not bound: only bound claims are supported in this version",
    ]);
  }
  expect(problemsOf({ volumes: volumeObjects({ data: {} }) })).toEqual([]);
});

test('readClaims is not asked where nothing is known of claims: such a pod is refused', () => {
  expect(problemsOf({})).toEqual(['nothing is known of persistent volume claims here']);
});
