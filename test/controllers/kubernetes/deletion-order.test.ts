import { describe, expect, test } from 'vitest';
import {
  ageRank,
  compareForDeletion,
  type RankedPod,
} from '../../../src/controllers/kubernetes/deletion-order.ts';

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS;

function pod(changes: Partial<RankedPod>): RankedPod {
  return {
    name: 'p',
    uid: 'p',
    phase: 'Running',
    nodeName: 'n1',
    createdMs: 0,
    ready: { isTrue: true, sinceMs: 0 },
    terminating: false,
    deletionCost: 0,
    restarts: 0,
    sidecarRestarts: 0,
    ...changes,
  };
}

describe('ageRank', () => {
  // Nanoseconds: 7 days 6.048e14 = 2^49.1, 9 days 7.776e14 = 2^49.47, 14 days 1.2096e15 = 2^50.1.
  test.each([
    { days: 7, rank: 49 },
    { days: 9, rank: 49 },
    { days: 14, rank: 50 },
  ])('$days days: $rank', ({ days, rank }) => {
    expect(ageRank(days * DAY_MS)).toBe(rank);
  });

  test('no age at all comes before one nanosecond', () => {
    expect([ageRank(0), ageRank(-5), ageRank(1e-6)]).toEqual([-1, -1, 0]);
  });
});

describe('compareForDeletion', () => {
  const siblings = (nodeName: string) => (nodeName === 'crowded' ? 2 : 1);
  // Each pair differs in the rule named; the first of it goes first.
  test.each<[string, Partial<RankedPod>, Partial<RankedPod>]>([
    ['without a node', { nodeName: '' }, {}],
    ['earlier phase', { phase: 'Pending' }, { phase: 'Unknown' }],
    ['not ready', { ready: { isTrue: false, sinceMs: 0 } }, {}],
    ['cheaper', { deletionCost: -1 }, {}],
    ['more siblings on its node', { nodeName: 'crowded' }, {}],
    ['ready for a shorter time', { ready: { isTrue: true, sinceMs: NOW - 1000 } }, {}],
    ['more restarts', { restarts: 1 }, {}],
    ['more restarts of a sidecar', { sidecarRestarts: 1 }, {}],
    ['younger', { createdMs: NOW - 1000 }, {}],
    [
      'about the same age: by UID',
      { uid: 'a', ready: { isTrue: true, sinceMs: NOW - 9 * DAY_MS } },
      { uid: 'b', ready: { isTrue: true, sinceMs: NOW - 7 * DAY_MS } },
    ],
  ])('%s', (_, first, second) => {
    expect(compareForDeletion(pod(first), pod(second), siblings, NOW)).toBeLessThan(0);
    expect(compareForDeletion(pod(second), pod(first), siblings, NOW)).toBeGreaterThan(0);
  });
});
