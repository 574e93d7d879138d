import { expect, test } from 'vitest';
import {
  budgetFrom,
  priorityClassFrom,
} from '../../../../src/schedulers/kubernetes/manifests/cluster-policies.ts';
import { Reader } from '../../../../src/schedulers/kubernetes/reader.ts';

function budget(spec: object) {
  const reader = new Reader();
  const read = budgetFrom(reader, {
    kind: 'PodDisruptionBudget',
    namespace: 'shop',
    name: 'web',
    object: { spec },
  });
  return { ...read, problems: reader.problems.map(({ message }) => message) };
}

test.each([
  [{ minAvailable: 2 }, { minAvailable: { pods: 2 }, maxUnavailable: null }],
  [{ minAvailable: '50%' }, { minAvailable: { percent: 50 }, maxUnavailable: null }],
  [{ maxUnavailable: 0 }, { minAvailable: null, maxUnavailable: { pods: 0 } }],
  [{}, { minAvailable: { pods: 0 }, maxUnavailable: null }],
])('budgetFrom() reads the bound of %j', (spec, bounds) => {
  expect(budget({ ...spec, selector: { matchLabels: { app: 'web' } } })).toMatchObject({
    ...bounds,
    selector: [{ key: 'app', operator: 'In', values: ['web'] }],
    problems: [],
  });
});

test.each([
  [{ minAvailable: 1, maxUnavailable: 1 }, 'minAvailable and maxUnavailable exclude each other'],
  [{ minAvailable: '150%' }, "'150%' is neither a number of pods nor a percentage"],
  [{ minAvailable: -1 }, "'-1' is neither a number of pods nor a percentage"],
])('budgetFrom() refuses %j', (spec, problem) => {
  expect(budget(spec).problems).toEqual([problem]);
});

test.each([
  [{ value: 1_000_000_001, metadata: { name: 'mine' } }, 'the highest priority of a class is 1000000000'],
  [{ metadata: { name: 'mine' } }, 'a PriorityClass needs a value'],
  [{ value: '7', metadata: { name: 'mine' } }, 'must be a whole number from -2147483648 to 2147483647'],
])('priorityClassFrom() refuses %j', (object, problem) => {
  const reader = new Reader();
  priorityClassFrom(reader, object);
  expect(reader.problems.map(({ message }) => message)).toEqual([problem]);
});
