import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { UniformColumn } from '../../src/model/uniform-column.ts';

test.each([0, 5, Number.NaN, Number.POSITIVE_INFINITY])(
  'takes no memory while every slot has %d',
  (value) => {
    const column = new UniformColumn();
    for (let slot = 0; slot < 1000; slot++) column.set(slot, value);
    expect([0, 999].map((slot) => column.get(slot))).toEqual([value, value]);
    expect(column.byteLength).toBe(0);
    column.set(500, 7);
    expect([499, 500, 501, 999].map((slot) => column.get(slot))).toEqual([value, 7, value, value]);
    expect(column.byteLength).toBeLessThanOrEqual(8 * 1001);
  },
);

test('get() answers what was set last, whatever the order and the growth', () => {
  const value = fc.constantFrom(0, 3, 2 ** 40, Number.NaN, Number.POSITIVE_INFINITY);
  const write = fc.tuple(fc.nat(500), value);
  const property = fc.property(fc.array(write, { maxLength: 60 }), (writes) => {
    const column = new UniformColumn();
    const plain = new Map<number, number>();
    for (const [slot, one] of writes) {
      column.set(slot, one);
      plain.set(slot, one);
      for (const [other, expected] of plain) expect(column.get(other)).toBe(expected);
    }
  });
  fc.assert(property, { seed: 3, numRuns: 60 });
});
