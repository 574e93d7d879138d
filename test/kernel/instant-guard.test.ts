import { expect, test } from 'vitest';
import { InstantGuard } from '../../src/kernel/instant-guard.ts';

const NAMES = ['tick', 'pass', 'end'];

function guardOf(limit: number): InstantGuard {
  const guard = new InstantGuard(limit);
  for (const _ of NAMES) guard.addKind();
  return guard;
}

test('count() refuses one event more than the limit, and names the kinds of the second half, most first', () => {
  const guard = guardOf(10);
  // Six of the first half and the one after it; then one end and two passes; the eleventh is one too many.
  for (let n = 0; n < 6; n++) guard.count(0, NAMES, 7);
  for (const kind of [1, 2, 1, 1]) guard.count(kind, NAMES, 7);
  expect(() => guard.count(2, NAMES, 7)).toThrow(
    'more than 10 events at 7 ms; the latest are pass (3), end (2)',
  );
});

test('newInstant() lets as many happen again', () => {
  const guard = guardOf(10);
  for (let instant = 0; instant < 5; instant++) {
    for (let n = 0; n < 10; n++) guard.count(0, NAMES, instant);
    guard.newInstant();
  }
  for (let n = 0; n < 10; n++) guard.count(1, NAMES, 9);
  expect(() => guard.count(1, NAMES, 9)).toThrow('more than 10 events at 9 ms; the latest are pass (5)');
});
