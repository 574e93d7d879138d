import { describe, expect, test } from 'vitest';
import { lowestPriceFleet } from '../../src/billing/fleet-target.ts';
import { toDecimal } from '../../src/billing/money.ts';

describe('lowestPriceFleet', () => {
  // Target 10: r3.xlarge 0.05/2 = 0.025 a unit, 10/2 = 5 of them; r3.8xlarge 0.10/8 = 0.0125 a unit, ⌈10/8⌉ = 2 of them.
  test('compares prices per unit, and rounds the number of instances up', () => {
    const pools = [
      { type: 'r3.xlarge', weight: 2, usdPerHour: '0.05' },
      { type: 'r3.8xlarge', weight: 8, usdPerHour: '0.10' },
    ];
    const { type, instances, usdPerUnit, usdPerHour } = lowestPriceFleet(10, pools);
    expect([type, instances]).toEqual(['r3.8xlarge', 2]);
    expect([toDecimal(usdPerUnit, 6), toDecimal(usdPerHour, 6)]).toEqual(['0.0125', '0.2']);
    expect(lowestPriceFleet(10, pools.slice(0, 1))).toMatchObject({ type: 'r3.xlarge', instances: 5 });
  });

  // Target 24: ⌈24/6⌉ = 4 of weight 6, ⌈24/5⌉ = 5 of weight 5.
  test.each([
    { type: 'r3.2xlarge', weight: 6, instances: 4 },
    { type: 'c3.xlarge', weight: 5, instances: 5 },
  ])('24 units are $instances of $type', ({ type, weight, instances }) => {
    expect(lowestPriceFleet(24, [{ type, weight, usdPerHour: '0.1' }]).instances).toBe(instances);
  });

  // Ten at 0.10 would cost 1.00 an hour; 0.80 pays for eight.
  test('a cap on the price stops before the target', () => {
    const pools = [{ type: 'm5.large', weight: 1, usdPerHour: '0.10' }];
    expect(lowestPriceFleet(10, pools, '0.80').instances).toBe(8);
    expect(lowestPriceFleet(10, pools, '5').instances).toBe(10);
  });

  test('of pools that cost the same per unit the first is taken; nothing wanted is nothing launched', () => {
    const pools = [
      { type: 'a', weight: 1, usdPerHour: '0.1' },
      { type: 'b', weight: 2, usdPerHour: '0.2' },
    ];
    expect(lowestPriceFleet(3, pools)).toMatchObject({ type: 'a', instances: 3 });
    expect(lowestPriceFleet(0, pools).instances).toBe(0);
  });
});
