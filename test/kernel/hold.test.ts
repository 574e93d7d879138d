import { expect, test } from 'vitest';
import { hold, holdDelays } from '../bench/hold.ts';

// Sum of event times over the clock at the last, after 2,000,000 events: equal in every language that orders aright.
test.each([
  { live: 1_000, check: '2996033623204352/2996076692' },
  { live: 100_000, check: '30069441197578/30016652' },
])('hold() takes every event in its turn with $live live', ({ live, check }) => {
  expect(hold(live, holdDelays(), { digest: false })).toBe(check);
});
