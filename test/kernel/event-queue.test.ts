import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue, phaseOf, rankOf } from '../../src/kernel/event-queue.ts';

describe('rankOf()', () => {
  test.each([
    { phase: 0, sequence: 0 },
    { phase: 15, sequence: 2 ** 49 - 1 },
    { phase: 6, sequence: 12_345_678_901 },
  ])('keeps phase $phase and sequence $sequence exactly', ({ phase, sequence }) => {
    const rank = rankOf(phase, sequence);
    expect([phaseOf(rank), rank - rankOf(phase, 0)]).toEqual([phase, sequence]);
  });

  test('any sequence of a lower phase comes before any of a higher one', () => {
    expect(rankOf(2, 2 ** 49 - 1)).toBeLessThan(rankOf(3, 0));
  });
});

describe('EventQueue', () => {
  test('pops in order of time, then rank, whatever the order of pushes and resets', () => {
    const keys = fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { maxLength: 60 });
    fc.assert(
      fc.property(keys, fc.array(fc.nat(), { maxLength: 5 }), fc.boolean(), (given, pops, reset) => {
        const timesMs = Float64Array.from(given, ([timeMs]) => timeMs);
        const ranks = Float64Array.from(given, ([, phase], slot) => rankOf(phase, slot));
        const queue = new EventQueue({ timesMs, ranks });
        const sorted = (slots: number[]) =>
          slots.sort((a, b) => timesMs[a]! - timesMs[b]! || ranks[a]! - ranks[b]!);
        let expected: number[] = [];
        given.forEach((_key, slot) => {
          queue.push(slot);
          expected.push(slot);
          if (pops.includes(slot)) {
            sorted(expected);
            expect(queue.peek()).toBe(expected[0]);
            expect(queue.pop()).toBe(expected.shift());
          }
        });
        if (reset) {
          expected = expected.filter((slot) => slot % 2 === 0);
          queue.reset(expected.slice());
        }
        expect(queue.size).toBe(expected.length);
        for (const slot of sorted(expected)) expect(queue.pop()).toBe(slot);
        expect([queue.pop(), queue.peek(), queue.size]).toEqual([-1, -1, 0]);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('reset() to nothing leaves a queue that works', () => {
    const queue = new EventQueue({ timesMs: Float64Array.of(3, 1), ranks: Float64Array.of(0, 1) });
    queue.push(0);
    queue.reset([]);
    expect([queue.size, queue.peek(), queue.pop()]).toEqual([0, -1, -1]);
    queue.push(0);
    queue.push(1);
    expect([queue.pop(), queue.pop(), queue.pop()]).toEqual([1, 0, -1]);
  });
});
