import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../src/kernel/event-queue.ts';
import { EventRecords } from '../../src/kernel/event-records.ts';

/** Phase and order of insertion as one number that sorts like the pair. */
const rankOf = (phase: number, sequence: number) => phase * 2 ** 32 + sequence;

describe('EventQueue', () => {
  test('pops in order of time, then phase, then insertion, whatever the order of pushes and resets', () => {
    const keys = fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { maxLength: 60 });
    fc.assert(
      fc.property(keys, fc.array(fc.nat(), { maxLength: 5 }), fc.boolean(), (given, pops, reset) => {
        const timesMs = Float64Array.from(given, ([timeMs]) => timeMs);
        const ranks = Float64Array.from(given, ([, phase], slot) => rankOf(phase, slot));
        const records = new EventRecords();
        const queue = new EventQueue(records);
        given.forEach(([timeMs, phase]) => {
          records.add(timeMs, phase, 0, 0);
        });
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
    const records = new EventRecords();
    const queue = new EventQueue(records);
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
      records.add(timesMs[slot]!, x % 3, 0, 0);
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
    const records = new EventRecords();
    const queue = new EventQueue(records);
    records.add(3, 0, 0, 0);
    records.add(1, 0, 0, 0);
    queue.push(0);
    queue.reset([]);
    expect([queue.size, queue.peek(), queue.pop()]).toEqual([0, -1, -1]);
    queue.push(0);
    queue.push(1);
    expect([queue.pop(), queue.pop(), queue.pop()]).toEqual([1, 0, -1]);
  });

  // Times are those of a clock that only the events move, so that what is pushed for now is for the time just popped.
  test('events pushed for the present instant go by phase, behind what waited for that time', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.nat(3)), { maxLength: 80 });
    fc.assert(
      fc.property(steps, fc.nat(3000), (given, others) => {
        const records = new EventRecords();
        const queue = new EventQueue(records);
        const waiting: { readonly slot: number; readonly timeMs: number; readonly rank: number }[] = [];
        let nowMs = 0;
        let sequence = 0;
        const push = (delayMs: number, phase: number) => {
          const rank = rankOf(phase, sequence++);
          const slot = records.add(nowMs + delayMs, phase, 0, 0);
          waiting.push({ slot, timeMs: nowMs + delayMs, rank });
          if (delayMs === 0) queue.pushNow(slot, phase);
          else queue.push(slot);
        };
        const pop = () => {
          waiting.sort((a, b) => a.timeMs - b.timeMs || a.rank - b.rank);
          const first = waiting.shift()!;
          expect(queue.peek()).toBe(first.slot);
          queue.drop(first.slot);
          records.release(first.slot);
          nowMs = first.timeMs;
        };
        // Enough of them, at times, that buckets are made.
        for (let n = 0; n < others; n += 500) for (let i = 0; i < 500; i++) push(1 + ((i * 7) % 900), i % 2);
        for (const [delayMs, phase] of given) {
          push(delayMs, phase);
          if ((delayMs + phase) % 2 === 0) pop();
        }
        for (let n = 0; n < 60 && waiting.length > 0; n++) pop();
        expect(queue.size).toBe(waiting.length);
      }),
      { seed: 2, numRuns: 60 },
    );
  });
});
