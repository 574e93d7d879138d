import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GroupUsage } from '../../src/telemetry/group-usage.ts';

describe('GroupUsage', () => {
  test('sums by instance and group, in the order in which the groups came to the instance', () => {
    const usage = new GroupUsage();
    usage.add(3, 13, 2, 20);
    usage.add(3, 5, 1, 10);
    usage.add(7, 5, 100, 1000);
    usage.add(3, 13, 4, 40);
    expect([...usage.of(3)]).toEqual([
      [13, { cpu: 6, memoryMiB: 60 }],
      [5, { cpu: 1, memoryMiB: 10 }],
    ]);
    expect([...usage.of(7)]).toEqual([[5, { cpu: 100, memoryMiB: 1000 }]]);
    expect([...usage.of(0), ...usage.of(1000)]).toEqual([]);
  });

  test('sums and orders like a map of maps, however many pairs there are', () => {
    const step = fc.record({ instance: fc.nat({ max: 60 }), group: fc.nat({ max: 30 }), amount: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
        const usage = new GroupUsage();
        const plain = Array.from({ length: 61 }, () => new Map<number, { cpu: number; memoryMiB: number }>());
        for (const { instance, group, amount } of steps) {
          usage.add(instance, group, amount, amount / 8);
          const { cpu, memoryMiB } = plain[instance]!.get(group) ?? { cpu: 0, memoryMiB: 0 };
          plain[instance]!.set(group, { cpu: cpu + amount, memoryMiB: memoryMiB + amount / 8 });
        }
        expect(plain.map((_, instance) => [...usage.of(instance)])).toEqual(plain.map((one) => [...one]));
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
