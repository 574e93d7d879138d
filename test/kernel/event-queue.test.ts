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

  // Beyond a thousand events, those of the far future wait in buckets.
  test.each([
    { name: 'all at one time', delay: () => 0 },
    { name: 'few times', delay: (x: number) => x % 7 },
    { name: 'evenly spread', delay: (x: number) => x % 1_000_000 },
    { name: 'mostly near, some very far', delay: (x: number) => (x % 10 === 0 ? 1e12 + x : x % 1000) },
    {
      name: 'near ones after far ones',
      delay: (x: number, pushed: number) => (pushed < 3000 ? 1e9 + x : x % 50),
    },
    {
      name: 'far ones after near ones',
      delay: (x: number, pushed: number) => (pushed < 3000 ? x % 50 : 1e9 + x),
    },
  ])('pops 9,000 events in order: $name', ({ delay }) => {
    const count = 9000;
    const timesMs = new Float64Array(count);
    const ranks = new Float64Array(count);
    const queue = new EventQueue({ timesMs, ranks });
    const isBefore = (a: number, b: number) => timesMs[a]! - timesMs[b]! || ranks[a]! - ranks[b]!;
    const waiting: number[] = [];
    let nowMs = 0;
    let x = 7;
    const pop = () => {
      const slot = queue.pop();
      expect(slot).toBe(waiting.shift());
      nowMs = timesMs[slot]!;
    };
    for (let slot = 0; slot < count; slot++) {
      x = (48_271 * x) % 2_147_483_647;
      timesMs[slot] = nowMs + delay(x, slot);
      ranks[slot] = rankOf(x % 3, slot);
      queue.push(slot);
      // Where it belongs, by halving.
      let low = 0;
      let high = waiting.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (isBefore(waiting[middle]!, slot) < 0) low = middle + 1;
        else high = middle;
      }
      waiting.splice(low, 0, slot);
      expect(queue.peek()).toBe(waiting[0]);
      if (slot > 2000 && x % 3 !== 0) pop();
      if (slot === 6000) queue.reset([...waiting].reverse());
    }
    while (waiting.length > 0) pop();
    expect([queue.size, queue.pop()]).toEqual([0, -1]);
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
