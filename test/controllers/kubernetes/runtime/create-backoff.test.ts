import { expect, test } from 'vitest';
import { CreateBackoff } from '../../../../src/controllers/kubernetes/runtime/create-backoff.ts';

test('CreateBackoff doubles from 5 ms to 1000 s, and begins anew after a success', () => {
  const backoff = new CreateBackoff();
  const waits = Array.from({ length: 20 }, () => backoff.next());
  expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
  // 5 × 2^17 = 655,360 ms; the next would be 1,310,720.
  expect(waits.slice(17)).toEqual([655_360, 1_000_000, 1_000_000]);
  backoff.reset();
  expect(backoff.next()).toBe(5);
});

test('CreateBackoff of Jobs goes from 1 s to 1 min', () => {
  const backoff = new CreateBackoff(1000, 60_000);
  expect(Array.from({ length: 8 }, () => backoff.next() / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});
