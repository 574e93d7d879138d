import { describe, expect, test } from 'vitest';
import {
  AT_EASE,
  evictionPass,
  type MemoryThresholds,
} from '../../../../src/controllers/kubernetes/kubelet/eviction-manager.ts';
import { MINUTE, SECOND } from '../../../../src/units.ts';

const PLAIN: MemoryThresholds = {
  hardBytes: 100,
  soft: null,
  minimumReclaimBytes: 0,
  transitionMs: 5 * MINUTE,
};

/** Passes at times with what is available, as `SECONDS evicts? P` (P: under pressure). */
function passes(thresholds: MemoryThresholds, seen: readonly (readonly [atS: number, available: number])[]) {
  let state = AT_EASE;
  return seen.map(([atS, available]) => {
    const pass = evictionPass(state, available, thresholds, atS * SECOND);
    state = pass.state;
    return `${atS} ${pass.evicts ?? '-'}${pass.isUnderPressure ? ' P' : ''}`;
  });
}

describe('evictionPass()', () => {
  test('evicts as soon as less than the hard threshold is available, not when just that is', () => {
    expect(
      passes(PLAIN, [
        [0, 100],
        [10, 99],
      ]),
    ).toEqual(['0 -', '10 hard P']);
  });

  test('keeps the condition until it has not been seen for the transition period', () => {
    // Last seen at 20: 299 s later it is there, 300 s later it is not.
    expect(
      passes(PLAIN, [
        [10, 99],
        [20, 99],
        [30, 500],
        [319, 500],
        [320, 500],
      ]),
    ).toEqual(['10 hard P', '20 hard P', '30 - P', '319 - P', '320 -']);
  });

  test('evicts for the soft threshold when it was met all through its grace period, and tells of the pressure at once', () => {
    const soft = { ...PLAIN, soft: { bytes: 200, graceMs: 30 * SECOND } };
    expect(
      passes(soft, [
        [0, 150],
        [10, 150],
        [20, 250],
        [30, 150],
        [50, 150],
        [60, 150],
        [70, 99],
      ]),
    ).toEqual(['0 - P', '10 - P', '20 - P', '30 - P', '50 - P', '60 soft P', '70 hard P']);
  });

  test('goes on until the minimum is reclaimed, once it has begun', () => {
    const reclaim = { ...PLAIN, minimumReclaimBytes: 50 };
    expect(
      passes(reclaim, [
        [0, 120],
        [10, 99],
        [13, 149],
        [16, 150],
        [20, 120],
      ]),
    ).toEqual(['0 -', '10 hard P', '13 hard P', '16 - P', '20 - P']);
  });

  test('without a transition period the condition is that of the pass', () => {
    expect(
      passes({ ...PLAIN, transitionMs: 0 }, [
        [0, 99],
        [10, 101],
      ]),
    ).toEqual(['0 hard', '10 -']);
  });
});
