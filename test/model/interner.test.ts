import { expect, test } from 'vitest';
import { ABSENT, Interner } from '../../src/model/interner.ts';

test('id() counts from 1 in order of first appearance and gives equal names the same number', () => {
  const interner = new Interner();
  expect(['b', 'a', 'b', '', 'a'].map((name) => interner.id(name))).toEqual([1, 2, 1, 3, 2]);
  expect(interner.size).toBe(4);
});

test('name() is the way back from id()', () => {
  const interner = new Interner();
  for (const name of ['zone', '', 'constructor', 'é']) expect(interner.name(interner.id(name))).toBe(name);
});

test('find() tells what is known and never grows the table', () => {
  const interner = new Interner();
  interner.id('known');
  expect(interner.find('known')).toBe(1);
  expect(interner.find('unknown')).toBe(ABSENT);
  expect(interner.size).toBe(2);
  expect(interner.id('next')).toBe(2);
});

test.each([ABSENT, 1, -1])('name() of %i in an empty table is a bug', (id) => {
  expect(() => new Interner().name(id)).toThrow(/unknown interned id/);
});
