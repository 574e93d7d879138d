import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HeapItem, IndexedHeap } from '../../../src/schedulers/kubernetes/indexed-heap.ts';

interface Item extends HeapItem {
  readonly key: number;
}

const heapOf = (keys: readonly number[]) => {
  const heap = new IndexedHeap<Item>((a, b) => a.key < b.key);
  const items = keys.map((key) => ({ key, heapPosition: -1 }));
  for (const item of items) heap.push(item);
  return { heap, items };
};

const drain = (heap: IndexedHeap<Item>) => {
  const keys: number[] = [];
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) keys.push(item.key);
  return keys;
};

describe('IndexedHeap', () => {
  test('gives its items in order, and has only what is in it', () => {
    const { heap, items } = heapOf([5, 1, 4, 2, 3]);
    expect([heap.size, heap.peek()?.key, heap.has(items[0]!)]).toEqual([5, 1, true]);
    expect(drain(heap)).toEqual([1, 2, 3, 4, 5]);
    expect([heap.size, heap.peek(), heap.has(items[0]!), heap.remove(items[0]!)]).toEqual([
      0,
      undefined,
      false,
      false,
    ]);
  });

  test('any items may be taken out of the middle', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.boolean())), (entries) => {
        const { heap, items } = heapOf(entries.map(([key]) => key));
        const stays = items.filter((item, index) => !entries[index]![1] || !heap.remove(item));
        expect([...heap].length).toBe(stays.length);
        expect(drain(heap)).toEqual(stays.map(({ key }) => key).sort((a, b) => a - b));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('equal items come out by the shape of the heap', () => {
    const heap = new IndexedHeap<Item>(() => false);
    for (const key of [1, 2, 3, 4, 5]) heap.push({ key, heapPosition: -1 });
    // Each time the last takes the place of the first and stays there.
    expect(drain(heap)).toEqual([1, 5, 4, 3, 2]);
  });

  test('an item that went from one heap to another is in that alone', () => {
    const { heap: one, items } = heapOf([1, 2, 3]);
    const { heap: other } = heapOf([4, 5, 6]);
    const item = one.pop()!;
    other.push(item);
    expect([one.has(item), other.has(item), one.remove(item)]).toEqual([false, true, false]);
    expect(one.has(items[1]!)).toBe(true);
    expect(drain(other)).toEqual([1, 4, 5, 6]);
  });
});
