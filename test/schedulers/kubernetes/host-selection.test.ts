import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Selection, selectHost } from '../../../src/schedulers/kubernetes/host-selection.ts';
import { constantDraws, createDraws } from '../../support/draws.ts';

const select = (
  totals: readonly number[],
  selection: Selection,
  random = constantDraws(0),
  wrapAt = totals.length,
) => {
  const found = {
    slots: totals.map((_, index) => index),
    instanceIds: totals.map((_, index) => 100 + index),
  };
  return selectHost(Float64Array.from(totals), totals.length, wrapAt, selection, random, found);
};

/** Go's container/heap, literally: heapify, then look at the root. */
function heapRoot(totals: readonly number[]): number {
  const heap = totals.map((_, index) => index);
  const isBetter = (i: number, j: number) => totals[heap[i]!]! > totals[heap[j]!]!;
  for (let start = Math.floor(heap.length / 2) - 1; start >= 0; start--) {
    for (let i = start; ; ) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBetter(child + 1, child)) child += 1;
      if (!isBetter(child, i)) break;
      [heap[i], heap[child]] = [heap[child]!, heap[i]!];
      i = child;
    }
  }
  return heap[0]!;
}

describe('selectHost by the heap', () => {
  test.each([
    [[10], 0],
    [[10, 10, 10], 0],
    [[1, 10, 10], 1],
    [[10, 10, 2], 0],
    [[1, 2, 10, 10], 3],
    [[1, 10, 2, 10], 1],
    [[5, 7, 10, 10, 10], 3],
    [[1, 2, 3, 10, 10, 10, 10], 3],
    [[2, 1, 10, 3, 10], 4],
    [[9, 9, 9, 9, 10, 10, 10, 10], 7],
  ])('takes of %j index %i', (totals, index) => {
    expect(select(totals, 'heap')).toBe(index);
  });

  test('agrees with a heap that is really made', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 }), (totals) => {
        expect(select(totals, 'heap')).toBe(heapRoot(totals));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe('selectHost otherwise', () => {
  const totals = [7, 3, 7, 1, 7];

  test('first and last go by the node list, not by the order of the search', () => {
    expect(select(totals, 'first')).toBe(0);
    expect(select(totals, 'last')).toBe(4);
    // Indexes 0 and 1 are at the end of the node list, 2 to 4 at its beginning.
    expect(select(totals, 'first', constantDraws(0), 2)).toBe(2);
    expect(select(totals, 'last', constantDraws(0), 2)).toBe(0);
    expect(select([1, 1, 7], 'last', constantDraws(0), 2)).toBe(2);
  });

  test.each([
    [0, 0],
    [0.34, 2],
    [0.67, 4],
  ])('random takes for the draw %d index %i', (draw, index) => {
    expect(select(totals, 'random', constantDraws(draw))).toBe(index);
  });

  test('random spends one draw, and none without a tie', () => {
    const draws = createDraws(1);
    select([7, 3], 'random', draws);
    expect(draws.spent).toBe(0);
    select(totals, 'random', draws);
    expect(draws.spent).toBe(1);
  });

  test('the reservoir spends one draw for each further tie', () => {
    const draws = createDraws(1);
    select(totals, 'reservoir', draws);
    expect(draws.spent).toBe(2);
    // A draw of 0 always replaces the candidate, one near 1 never does.
    expect(select(totals, 'reservoir', constantDraws(0))).toBe(4);
    expect(select(totals, 'reservoir', constantDraws(0.999))).toBe(0);
  });

  test('the reservoir favours none of the ties', () => {
    const draws = createDraws(7);
    const wins = [0, 0, 0];
    for (let round = 0; round < 3000; round++) wins[select([5, 5, 5], 'reservoir', draws)]! += 1;
    // 1000 each, standard deviation 26
    for (const count of wins) expect(Math.abs(count - 1000)).toBeLessThan(104);
  });
});

describe('selectHost by a fixed order', () => {
  const pick = (totals: readonly number[], instanceIds: readonly number[]) => {
    const found = { slots: instanceIds.map((_, index) => index), instanceIds };
    return selectHost(
      Float64Array.from(totals),
      totals.length,
      totals.length,
      'shuffled',
      constantDraws(0),
      found,
    );
  };

  test('takes the same of the best ones in whatever order they were found, and never a worse one', () => {
    const ids = Array.from({ length: 50 }, (_, index) => index + 1);
    const favourite =
      ids[
        pick(
          ids.map(() => 7),
          ids,
        )
      ]!;
    const turned = [...ids].reverse();
    expect(
      turned[
        pick(
          turned.map(() => 7),
          turned,
        )
      ],
    ).toBe(favourite);
    const without = ids.map((id) => (id === favourite ? 6 : 7));
    expect(ids[pick(without, ids)]).not.toBe(favourite);
  });

  test('has no visible order: each of ten goes first about as often as the others', () => {
    const wins = new Array<number>(10).fill(0);
    for (let world = 0; world < 2000; world++) {
      const ids = wins.map((_, index) => world * 10 + index);
      wins[
        pick(
          ids.map(() => 1),
          ids,
        )
      ]! += 1;
    }
    // 200 each; a binomial of 2,000 and 1/10 has a deviation of 13.4.
    for (const count of wins) expect(Math.abs(count - 200)).toBeLessThan(60);
  });
});
