import { expect, test } from 'vitest';
import { instanceFamily, normalisedQuarters } from '../../src/billing/normalisation.ts';

test.each([
  ['t3.nano', 0.25],
  ['t3.micro', 0.5],
  ['m5.large', 4],
  ['m5.xlarge', 8],
  ['m5.24xlarge', 192],
  ['x2iedn.32xlarge', 256],
  ['a1.metal', 32],
  ['m5zn.metal', 96],
  ['c6gd.metal', 128],
  ['c5n.metal', 144],
  ['m5d.metal', 192],
  ['i3en.metal', 192],
  ['u-6tb1.metal', 896],
  ['m7i.metal-24xl', 192],
])('normalisedQuarters() of %s is four times %d', (type, factor) => {
  expect(normalisedQuarters(type)).toBe(4 * factor);
});

test.each([
  'm5.huge',
  'm5.5xlarge',
  'm5',
  'm5.0xlarge',
  'mac1.metal',
  'm7i.metal-24xlarge',
  'm5.constructor',
])('normalisedQuarters() knows no size of %s', (type) => {
  expect(normalisedQuarters(type)).toBeUndefined();
});

test('instanceFamily() is what stands before the point', () => {
  expect(['m5.large', 'u-6tb1.metal', 'odd'].map(instanceFamily)).toEqual(['m5', 'u-6tb1', 'odd']);
});
