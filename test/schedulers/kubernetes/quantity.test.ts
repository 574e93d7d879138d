import { describe, expect, test } from 'vitest';
import {
  formatQuantity,
  laneAmount,
  parseQuantityNano,
} from '../../../src/schedulers/kubernetes/quantity.ts';

describe('parseQuantityNano', () => {
  test.each([
    ['1', 10n ** 9n],
    ['500m', 5n * 10n ** 8n],
    ['1.5', 15n * 10n ** 8n],
    ['.5', 5n * 10n ** 8n],
    ['1.', 10n ** 9n],
    ['+2', 2n * 10n ** 9n],
    ['2e3', 2000n * 10n ** 9n],
    ['2E3', 2000n * 10n ** 9n],
    ['25e-2', 25n * 10n ** 7n],
    // Exa, not an exponent.
    ['2E', 2n * 10n ** 18n * 10n ** 9n],
    ['1Ki', 1024n * 10n ** 9n],
    ['1.5Gi', 3n * 2n ** 29n * 10n ** 9n],
    ['100u', 100_000n],
    ['3n', 3n],
    // 0.1 n is finer than what is kept: one whole n.
    ['0.1n', 1n],
    ['0', 0n],
  ])('reads %s exactly', (text, nano) => {
    expect(parseQuantityNano(text)).toBe(nano);
  });

  test('reads JSON numbers as their decimal text', () => {
    expect(parseQuantityNano(0.25)).toBe(250_000_000n);
    expect(parseQuantityNano(3)).toBe(3_000_000_000n);
  });

  test.each(['', '.', 'm', '-1', '1 Gi', '1gi', '1e', 'abc', '1.2.3', '0x10', 'NaN', '1e1000'])(
    'refuses %j',
    (text) => {
      expect(parseQuantityNano(text)).toBeUndefined();
    },
  );
});

describe('laneAmount', () => {
  test.each([
    // 333.4 millicores: 334
    { resource: 'cpu', nano: 333_400_000n, amount: 334 },
    { resource: 'cpu', nano: 2_000_000_000n, amount: 2000 },
    // 1.5 bytes: 2
    { resource: 'memory', nano: 1_500_000_000n, amount: 2 },
    // thousandths of a device
    { resource: 'nvidia.com/gpu', nano: 2_000_000_000n, amount: 2000 },
    { resource: 'example.com/gpu', nano: 2_000_000_000n, amount: 2 },
  ])('counts $nano n of $resource as $amount', ({ resource, nano, amount }) => {
    expect(laneAmount(resource, nano)).toBe(amount);
  });

  test('is undefined beyond exact integers', () => {
    expect(laneAmount('memory', 2n ** 53n * 10n ** 9n)).toBeUndefined();
    expect(laneAmount('memory', (2n ** 53n - 1n) * 10n ** 9n)).toBe(2 ** 53 - 1);
  });
});

describe('formatQuantity', () => {
  test.each([
    [0n, false, '0'],
    [1_750_000_000n, false, '1750m'],
    [3_000_000_000n, false, '3'],
    [2_000_000_000_000n, false, '2k'],
    [100_000n, false, '100u'],
    [1n, false, '1n'],
    [2112n * 2n ** 20n * 10n ** 9n, true, '2112Mi'],
    [2n ** 60n * 10n ** 9n, true, '1Ei'],
    [1025n * 10n ** 9n, true, '1025'],
    // 1024.5, and 0.3Gi = 322122547.2, have no binary form.
    [10_245n * 10n ** 8n, true, '1024500m'],
    [3_221_225_472n * 10n ** 8n, true, '322122547200m'],
    [512n * 10n ** 9n, true, '512'],
    [5n * 10n ** 8n, true, '500m'],
  ])('writes %s, binary %s, as %s', (nano, binary, text) => {
    expect(formatQuantity(nano, binary)).toBe(text);
  });

  test('what is written reads back the same', () => {
    for (const text of ['1', '999', '1500m', '12k', '3Gi', '5n', '1025Ki', '7E']) {
      expect(formatQuantity(parseQuantityNano(text)!, text.endsWith('i'))).toBe(text);
    }
  });
});
