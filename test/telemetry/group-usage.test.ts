import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GroupUsage } from '../../src/telemetry/group-usage.ts';

describe('GroupUsage', () => {
  test('finds a pair at hand once it was added, and no other one', () => {
    const usage = new GroupUsage();
    const cells = usage.open(0);
    expect(usage.addAtHand(0, 5, 1, 1)).toBe(false);
    usage.add(cells, 0, 5, 10, 100);
    expect(usage.addAtHand(0, 5, 1, 2)).toBe(true);
    // 13 has the low bits of 5.
    expect(usage.addAtHand(0, 13, 1, 1)).toBe(false);
    expect([...usage.of(cells)]).toEqual([[5, { cpu: 11, memoryMiB: 102 }]]);
  });

  test('tells groups with the same low bits apart, whoever came last', () => {
    const usage = new GroupUsage();
    const cells = usage.open(0);
    usage.add(cells, 0, 5, 1, 1);
    usage.add(cells, 0, 13, 2, 2);
    expect(usage.addAtHand(0, 5, 4, 4)).toBe(false);
    usage.add(cells, 0, 5, 4, 4);
    expect([...usage.of(cells)]).toEqual([
      [5, { cpu: 5, memoryMiB: 5 }],
      [13, { cpu: 2, memoryMiB: 2 }],
    ]);
  });

  test('begins anew with another instance in the slot, and keeps what the first one had', () => {
    const usage = new GroupUsage();
    const first = usage.open(3);
    usage.add(first, 3, 1, 7, 7);
    const second = usage.open(3);
    expect(usage.addAtHand(3, 1, 1, 1)).toBe(false);
    usage.add(second, 3, 1, 9, 9);
    expect([usage.of(first).get(1)!.cpu, usage.of(second).get(1)!.cpu]).toEqual([7, 9]);
  });

  test('sums and orders like a map of maps', () => {
    const step = fc.record({
      slot: fc.nat({ max: 40 }),
      group: fc.nat({ max: 30 }),
      amount: fc.nat(),
      opens: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const usage = new GroupUsage();
        const cells = Array.from({ length: 41 }, (_, slot) => usage.open(slot));
        const plain = cells.map(() => new Map<number, { cpu: number; memoryMiB: number }>());
        for (const { slot, group, amount, opens } of steps) {
          if (opens === 0) {
            cells[slot] = usage.open(slot);
            plain[slot] = new Map();
          }
          if (!usage.addAtHand(slot, group, amount, amount / 8))
            usage.add(cells[slot]!, slot, group, amount, amount / 8);
          const { cpu, memoryMiB } = plain[slot]!.get(group) ?? { cpu: 0, memoryMiB: 0 };
          plain[slot]!.set(group, { cpu: cpu + amount, memoryMiB: memoryMiB + amount / 8 });
        }
        const told = cells.map((one) => [...usage.of(one)]);
        expect(told).toEqual(plain.map((one) => [...one]));
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
