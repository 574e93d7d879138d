import { expect, test } from 'vitest';
import { isHeldByAnnotation } from '../../../src/controllers/karpenter/do-not-disrupt.ts';
import { MINUTE } from '../../../src/units.ts';

test.each([
  { value: undefined, ageMs: 0, held: false },
  { value: 'true', ageMs: 1e9, held: true },
  { value: '1h30m', ageMs: 89 * MINUTE, held: true },
  { value: '1h30m', ageMs: 90 * MINUTE, held: false },
  { value: '10m', ageMs: null, held: true },
  { value: '0s', ageMs: null, held: false },
  { value: 'yes', ageMs: null, held: false },
])('isHeldByAnnotation($value, $ageMs) is $held', ({ value, ageMs, held }) => {
  expect(isHeldByAnnotation(value, ageMs)).toBe(held);
});
