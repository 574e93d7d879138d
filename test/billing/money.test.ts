import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Fraction,
  Total,
  ZERO,
  add,
  compare,
  fraction,
  fromE10,
  multiply,
  reduce,
  scaled,
  subtract,
  sum,
  toDecimal,
  toNumber,
  totalOf,
} from '../../src/billing/money.ts';

type Pair = [bigint, bigint];

const fractions = fc
  .tuple(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.bigInt(1n, 10n ** 6n))
  .map(([numerator, denominator]) => fraction(numerator, denominator));

test.each<{ name: string; a: Pair; b: Pair; total: Pair }>([
  // 1/6 + 1/10 = 5/30 + 3/30 = 4/15
  { name: 'different denominators', a: [1n, 6n], b: [1n, 10n], total: [4n, 15n] },
  // 1/3 + 2/3 = 1
  { name: 'equal denominators', a: [1n, 3n], b: [2n, 3n], total: [1n, 1n] },
  // -1/2 + 1/2 = 0
  { name: 'opposites', a: [-1n, 2n], b: [1n, 2n], total: [0n, 1n] },
])('add() is exact: $name', ({ a, b, total }) => {
  expect(reduce(add(fraction(...a), fraction(...b)))).toEqual(fraction(...total));
});

test('fraction() refuses a denominator that is not positive', () => {
  expect(() => fraction(1n, 0n)).toThrow('positive');
  expect(() => fraction(1n, -2n)).toThrow('positive');
});

test.each<{ name: string; value: Pair; places: number; text: string }>([
  { name: 'half to even, down', value: [125n, 1000n], places: 2, text: '0.12' },
  { name: 'half to even, up', value: [135n, 1000n], places: 2, text: '0.14' },
  { name: 'just above a half', value: [1250001n, 10_000_000n], places: 2, text: '0.13' },
  { name: 'a third', value: [1n, 3n], places: 5, text: '0.33333' },
  { name: 'negative half to even', value: [-125n, 1000n], places: 2, text: '-0.12' },
  { name: 'trailing zeros dropped', value: [1n, 2n], places: 4, text: '0.5' },
  { name: 'no places', value: [5n, 2n], places: 0, text: '2' },
  { name: 'less than the last place', value: [1n, 10_000n], places: 2, text: '0' },
])('toDecimal() rounds half to even: $name', ({ value, places, text }) => {
  expect(toDecimal(fraction(...value), places)).toBe(text);
});

test('scaled() gives whole cents', () => {
  expect(scaled(fraction(5n, 3n), 2)).toBe(167n);
});

test('fromE10() keeps all ten decimals', () => {
  expect(toDecimal(fromE10(960_000_001n), 10)).toBe('0.0960000001');
});

test('toNumber() is the nearest number', () => {
  expect(toNumber(fraction(1n, 3n))).toBe(1 / 3);
  expect(toNumber(fraction(192n, 1000n))).toBe(0.192);
  expect(toNumber(fraction(-7n, 10n ** 12n))).toBe(-7e-12);
  expect(toNumber(fraction(10n ** 20n, 7n))).toBe(1e20 / 7);
});

test('add(), subtract(), multiply() and compare() obey the laws of fractions', () => {
  const same = (a: Fraction, b: Fraction) => compare(a, b) === 0;
  fc.assert(
    fc.property(fractions, fractions, fractions, (a, b, c) => {
      expect(same(add(a, b), add(b, a))).toBe(true);
      expect(same(add(add(a, b), c), add(a, add(b, c)))).toBe(true);
      expect(same(subtract(add(a, b), b), a)).toBe(true);
      expect(same(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(true);
      expect(same(reduce(a), a)).toBe(true);
      expect(compare(a, b)).toBe(-compare(b, a) + 0);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('Total and sum() equal adding one by one, in any order', () => {
  fc.assert(
    fc.property(fc.array(fractions, { maxLength: 20 }), (terms) => {
      const plain = terms.reduce(add, ZERO);
      const total = new Total();
      for (const term of [...terms].reverse()) total.add(term);
      expect(compare(total.value(), plain)).toBe(0);
      expect(compare(sum(terms), plain)).toBe(0);
      expect(total.value()).toEqual(reduce(plain));
    }),
    { seed: 2, numRuns: 200 },
  );
});

test('totalOf() keeps one sum per name', () => {
  const totals = new Map<string, Total>();
  totalOf(totals, 'a').add(fraction(1n));
  totalOf(totals, 'a').add(fraction(2n));
  expect(totals.get('a')!.value()).toEqual(fraction(3n));
});
