import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterView } from '../../src/model/cluster-view.ts';
import { RoomOrder } from '../../src/schedulers/room-order.ts';

const SLOTS = 300;

/** CPU and memory free by slot, as the only thing a walk looks at. */
function viewOf(cpu: Float64Array, memory: Float64Array): ClusterView {
  const nothing = new Float64Array(SLOTS);
  return { allocatable: [cpu, memory], requested: [nothing, nothing] } as unknown as ClusterView;
}

type Step = { readonly slot: number; readonly key: number; readonly domain: number; readonly room: number };

const arbitraryStep: fc.Arbitrary<Step> = fc.record({
  slot: fc.nat({ max: SLOTS - 1 }),
  key: fc.nat({ max: 6 }),
  domain: fc.nat({ max: 2 }),
  room: fc.nat({ max: 15 }),
});

test('first() finds what a search of the whole list finds, through splits, joins and moves', () => {
  const property = fc.property(
    // Enough for several blocks a domain.
    fc.array(arbitraryStep, { minLength: 200, maxLength: 1200, size: 'max' }),
    (steps) => {
      const cpu = new Float64Array(SLOTS);
      const memory = new Float64Array(SLOTS);
      const view = viewOf(cpu, memory);
      const order = new RoomOrder();
      order.clear(SLOTS);
      const listed = new Map<number, Step>();
      steps.forEach((step, at) => {
        const { slot, key, domain, room } = step;
        if (listed.has(slot)) order.remove(slot);
        listed.delete(slot);
        // One in three leaves for good; the rest comes back elsewhere.
        if (at % 3 === 0) return;
        cpu[slot] = room & 3;
        memory[slot] = room >> 2;
        order.insert(slot, key, slot + 1, domain);
        order.setRoom(slot, cpu[slot]!, memory[slot]!);
        listed.set(slot, step);
        if (at % 50 === 0) order.verify(view);
        const takes = at % 2 === 0 ? null : (other: number) => other % 5 !== 0;
        const query = { view, cpuNeed: at & 3, memoryNeed: (at >> 2) & 3, takes };
        const expected = [...listed]
          .filter(([other, one]) => one.domain === domain && (takes === null || takes(other)))
          .filter(([other]) => cpu[other]! >= query.cpuNeed && memory[other]! >= query.memoryNeed)
          .sort(([a, one], [b, other]) => one.key - other.key || a - b)[0];
        expect(order.first(domain, Number.NEGATIVE_INFINITY, query)).toBe(expected?.[0] ?? -1);
      });
    },
  );
  fc.assert(property, { seed: 1, numRuns: 20 });
});

test('first() begins at the key it is given', () => {
  const cpu = Float64Array.from({ length: SLOTS }, (_, slot) => slot);
  const order = new RoomOrder();
  order.clear(SLOTS);
  // Keys as binpack has them, what is free: 0 to 299 in a mixed order.
  for (let i = 0; i < SLOTS; i++) {
    const slot = (i * 7) % SLOTS;
    order.insert(slot, slot, slot + 1, 0);
    order.setRoom(slot, slot, 1);
  }
  const view = viewOf(cpu, new Float64Array(SLOTS).fill(1));
  for (const need of [0, 1, 63, 64, 65, 128, 299]) {
    expect(order.first(0, need, { view, cpuNeed: need, memoryNeed: 1, takes: null })).toBe(need);
  }
  expect(order.first(0, 300, { view, cpuNeed: 300, memoryNeed: 1, takes: null })).toBe(-1);
  expect(order.first(1, 0, { view, cpuNeed: 0, memoryNeed: 0, takes: null })).toBe(-1);
});

test('fewest() goes up level by level over the domains that list any', () => {
  const order = new RoomOrder();
  order.clear(SLOTS);
  for (const [slot, domain] of [
    [0, 0],
    [1, 2],
    [2, 3],
  ] as const) {
    order.insert(slot, 0, slot + 1, domain);
  }
  const counts = Int32Array.of(4, 0, 2, 4);
  expect(order.fewest(counts, -1)).toBe(2);
  expect(order.fewest(counts, 2)).toBe(4);
  expect(order.fewest(counts, 4)).toBe(Number.POSITIVE_INFINITY);
});

test('verify() notices room that the order does not know of', () => {
  const cpu = new Float64Array(SLOTS);
  const view = viewOf(cpu, new Float64Array(SLOTS));
  const order = new RoomOrder();
  order.clear(SLOTS);
  order.insert(3, 0, 1, 0);
  order.setRoom(3, 0, 0);
  order.verify(view);
  cpu[3] = 1;
  expect(() => order.verify(view)).toThrow('an instance has other room than is known');
});

test('first() over many spans of blocks finds what a search finds, as lists grow and shrink', () => {
  // 6,000 slots are some 150 blocks and 5 spans; each third of the steps lists more than it takes out, then the reverse.
  const slots = 6000;
  const cpu = new Float64Array(slots);
  const memory = new Float64Array(slots).fill(3);
  const view = { ...viewOf(cpu, memory), requested: [new Float64Array(slots), new Float64Array(slots)] };
  const order = new RoomOrder();
  order.clear(slots);
  const keys = new Map<number, number>();
  let x = 11;
  const draw = (below: number) => {
    x = (48_271 * x) % 2_147_483_647;
    return x % below;
  };
  for (let step = 0; step < 30_000; step++) {
    const slot = draw(slots);
    if (keys.has(slot)) order.remove(slot);
    keys.delete(slot);
    if (draw(10) < (step % 10_000 < 6000 ? 9 : 2)) {
      const key = draw(500);
      // Room is rare, so that walks go far: one in 300.
      cpu[slot] = draw(300) === 0 ? 4 : 1;
      order.insert(slot, key, slot + 1, 0);
      order.setRoom(slot, cpu[slot]!, 3);
      keys.set(slot, key);
    }
    if (step % 600 !== 0) continue;
    order.verify(view);
    const fromKey = step % 1200 === 0 ? Number.NEGATIVE_INFINITY : draw(500);
    const cpuNeed = 2 + draw(4);
    const [expected] = [...keys]
      .filter(([other, key]) => cpu[other]! >= cpuNeed && key >= fromKey)
      .sort(([a, keyA], [b, keyB]) => keyA - keyB || a - b);
    const takes = (other: number) => keys.get(other)! >= fromKey;
    expect(order.first(0, fromKey, { view, cpuNeed, memoryNeed: 1, takes })).toBe(expected?.[0] ?? -1);
  }
  expect(order.byteLength / slots).toBeLessThan(64);
});
