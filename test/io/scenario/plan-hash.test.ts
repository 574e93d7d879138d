import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/io/scenario/plan-hash.ts';

test('canonicalJson() writes one text for equal values, whatever the order of their keys', () => {
  const value = {
    b: [1, null, 'x'],
    a: new Map([
      ['z', 1],
      ['y', 2],
    ]),
    c: 12n,
    d: undefined,
    B: true,
  };
  expect(canonicalJson(value)).toBe('{"B":true,"a":[["y",2],["z",1]],"b":[1,null,"x"],"c":"12"}');
});

test('canonicalJson() of plain data parses to the same data and does not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(canonicalJson(reversed(value))).toBe(text);
      // -0 is written 0, as JSON does
      expect(JSON.stringify(JSON.parse(text)).length).toBe(JSON.stringify(value).length);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('canonicalJson() refuses what has no canonical form', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x')]) {
    expect(() => canonicalJson([value])).toThrow(/canonical form/);
  }
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, entry]) => [key, reversed(entry)]),
  );
}
