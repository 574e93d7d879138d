import { expect, test } from 'vitest';
import { DomainGates, NO_MAXIMUM, NO_MINIMUM } from '../../../src/schedulers/kubernetes/domain-gates.ts';

// Slots 0 to 3 in domains 0, 1, 1 and none; totals 5 and 2.
const columns = {
  domainOf: Int32Array.of(0, 1, 1, -1),
  totals: Int32Array.of(5, 2),
  unlabelled: 1,
  existing: 2,
  fewest: 2,
};
const passing = (gates: DomainGates) => [0, 1, 2, 3].filter((slot) => gates.pass(slot));

test('a node passes when the total of its domain is within all bounds', () => {
  const gates = new DomainGates();
  expect(passing(gates)).toEqual([0, 1, 2, 3]);
  gates.add(columns, NO_MINIMUM, 4, true);
  expect(passing(gates)).toEqual([1, 2, 3]);
  gates.add(columns, 3, NO_MAXIMUM, true);
  expect(passing(gates)).toEqual([3]);
  gates.add(columns, NO_MINIMUM, NO_MAXIMUM, false);
  expect(passing(gates)).toEqual([]);
});

test('clear() forgets them, and there may be any number', () => {
  const gates = new DomainGates();
  for (let i = 0; i < 40; i++) gates.add(columns, 2, 5, i < 39);
  expect(passing(gates)).toEqual([0, 1, 2]);
  gates.clear();
  expect(passing(gates)).toEqual([0, 1, 2, 3]);
});
