import { expect, test } from 'vitest';
import { bitCount } from '../../src/schedulers/bit-count.ts';

test.each([
  [0, 0],
  [1, 1],
  [0b1011, 3],
  [-1, 32],
  [-(2 ** 31), 1],
  [2 ** 31 - 1, 31],
  [0x0f0f0f0f, 16],
])('bitCount(%i) is %i', (word, bits) => {
  expect(bitCount(word)).toBe(bits);
});
