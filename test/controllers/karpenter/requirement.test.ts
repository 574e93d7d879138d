import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allows,
  intersection,
  intersects,
  operatorOf,
  type Requirement,
  type RequirementOperator,
  requirement,
  written,
} from '../../../src/controllers/karpenter/requirement.ts';

const one = (operator: RequirementOperator, ...values: string[]) => requirement('k', operator, values);
const shown = (of: Requirement) =>
  written(of)
    .map(({ operator, values }) => [operator, ...values].join(' '))
    .join(', ');

describe('intersection()', () => {
  test.each([
    { a: one('In', 'a', 'b'), b: one('In', 'b', 'c'), both: 'In b' },
    { a: one('In', 'a', 'b'), b: one('NotIn', 'b'), both: 'In a' },
    { a: one('NotIn', 'a'), b: one('NotIn', 'b'), both: 'NotIn a b' },
    { a: one('Exists'), b: one('In', 'a'), both: 'In a' },
    { a: one('In', 'a'), b: one('In', 'b'), both: 'DoesNotExist' },
    // Greater than 2 is at least 3.
    { a: one('Gt', '2'), b: one('In', '2', '3', 'x'), both: 'In 3' },
    { a: one('Gt', '2'), b: one('Lt', '9'), both: 'Gte 3, Lte 8' },
    // Greater than 5 and less than 6 leaves no integer.
    { a: one('Gt', '5'), b: one('Lt', '6'), both: 'DoesNotExist' },
  ])('of $a.values and $b.values is $both', ({ a, b, both }) => {
    expect(shown(intersection(a, b))).toBe(both);
    expect(shown(intersection(b, a))).toBe(both);
  });

  test('keeps the larger number of values that is asked for', () => {
    const two = requirement('k', 'Exists', [], 2);
    expect(intersection(two, requirement('k', 'Exists', [], 3)).minValues).toBe(3);
    expect(intersection(two, one('In', 'a')).minValues).toBe(2);
  });
});

test('a label by its older name is the same label', () => {
  expect(requirement('beta.kubernetes.io/arch', 'In', ['arm64']).key).toBe('kubernetes.io/arch');
});

const VALUES = ['a', 'b', '1', '2', '3', '10'];
const arbitraryRequirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom<RequirementOperator>('In', 'NotIn'),
      fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1 }),
    )
    .map(([operator, values]) => requirement('k', operator, values)),
  fc
    .constantFrom<RequirementOperator>('Exists', 'DoesNotExist')
    .map((operator) => requirement('k', operator)),
  fc
    .tuple(fc.constantFrom<RequirementOperator>('Gt', 'Lt', 'Gte', 'Lte'), fc.nat(10))
    .map(([operator, bound]) => requirement('k', operator, [String(bound)])),
);

describe('requirements as sets', () => {
  test('an intersection allows exactly what both allow', () => {
    fc.assert(
      fc.property(arbitraryRequirement, arbitraryRequirement, fc.constantFrom(...VALUES), (a, b, value) => {
        expect(allows(intersection(a, b), value)).toBe(allows(a, value) && allows(b, value));
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  test('two intersect when their intersection allows something', () => {
    fc.assert(
      fc.property(arbitraryRequirement, arbitraryRequirement, (a, b) => {
        expect(intersects(a, b)).toBe(operatorOf(intersection(a, b)) !== 'DoesNotExist');
      }),
      { seed: 12, numRuns: 500 },
    );
  });
});
