import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatChange,
  formatCpuMilli,
  formatDurationMs,
  formatPriceE10,
  formatScaled,
  formatUsd,
  parseBytes,
  parseCpuMilli,
  parseDurationMs,
  parsePriceE10,
  percentFormat,
  usdFormat,
} from '../src/units.ts';

/** Text that is no quantity of any kind. */
const NONSENSE = [
  '',
  ' ',
  '-1',
  '+1',
  '1e3',
  '0x10',
  '1_000',
  'Infinity',
  'NaN',
  '017',
  '.5',
  '5.',
  '1,5',
  '١',
  '1 2',
];

describe('parseCpuMilli()', () => {
  test.each([
    ['500m', 500],
    // 0.5 vCPU × 1000
    ['0.5', 500],
    ['2', 2000],
    ['2 vCPU', 2000],
    ['2VCPUs', 2000],
    ['0.001', 1],
    ['0', 0],
    [0.25, 250],
    [1, 1000],
    ['1.500000', 1500],
    // largest whole number that is exact: 9007199254740.991 vCPU
    ['9007199254740.991', 9_007_199_254_740_991],
  ])('reads %j as %d millicores', (input, milli) => {
    expect(parseCpuMilli(input)).toBe(milli);
  });

  test.each([
    ...NONSENSE,
    '0.0005',
    '1.5m',
    '1mm',
    '9007199254740.992',
    -0,
    -1,
    0.0005,
    Number.NaN,
    1e21,
    '017m',
  ])('refuses %j', (input) => {
    expect(parseCpuMilli(input)).toBeUndefined();
  });
});

describe('parseBytes()', () => {
  test.each([
    ['512MiB', 536_870_912],
    ['512Mi', 536_870_912],
    ['1GiB', 2 ** 30],
    // 1.5 × 2^30
    ['1.5 GiB', 1_610_612_736],
    ['500MB', 500_000_000],
    ['500M', 500_000_000],
    ['3k', 3000],
    ['1TiB', 2 ** 40],
    ['1073741824', 2 ** 30],
    [1024, 1024],
    ['0.5KiB', 512],
    ['0', 0],
  ])('reads %j as %d bytes', (input, bytes) => {
    expect(parseBytes(input)).toBe(bytes);
  });

  test.each([...NONSENSE, '500m', '0.3KiB', '1.5', '1PiB', '1 GiB x', '9PB', 0.5, -1, -0, '017MiB'])(
    'refuses %j',
    (input) => {
      expect(parseBytes(input)).toBeUndefined();
    },
  );
});

describe('parseDurationMs()', () => {
  test.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['15m', 900_000],
    // 1 × 3,600,000 + 30 × 60,000
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['1d1h1m1s1ms', 90_061_001],
    // 86,400,000 + 2 × 3,600,000
    ['P1DT2H', 93_600_000],
    ['PT0.5S', 500],
    ['0s', 0],
    [' 5s ', 5000],
  ])('reads %j as %d ms', (input, ms) => {
    expect(parseDurationMs(input)).toBe(ms);
  });

  test.each([
    ...NONSENSE,
    '90',
    '1m1h',
    '5s5s',
    '30 s',
    '1h 30m',
    '0.5ms',
    '1.0005s',
    'P',
    'PT',
    'P1DT',
    '-5s',
    '1w',
    '1e3s',
  ])('refuses %j', (input) => {
    expect(parseDurationMs(input)).toBeUndefined();
  });
});

describe('parsePriceE10()', () => {
  test.each([
    // 0.0416 × 10^10
    ['0.0416 USD/h', 416_000_000n],
    ['0.0416 USD', 416_000_000n],
    ['0.0416', 416_000_000n],
    [0.192, 1_920_000_000n],
    ['0.0000000001', 1n],
    [0.0000001, 1000n],
    [0, 0n],
  ])('reads %j exactly', (input, price) => {
    expect(parsePriceE10(input)).toBe(price);
  });

  test.each([...NONSENSE, '0.00000000001', '$1', '1 EUR/h', '1 USD/month', -1, 1e-11, 1e300])(
    'refuses %j',
    (input) => {
      expect(parsePriceE10(input)).toBeUndefined();
    },
  );
});

describe('what is written is read back', () => {
  const whole = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
  test('CPU, bytes and durations, over all safe integers', () => {
    fc.assert(
      fc.property(whole, (amount) => {
        expect(parseCpuMilli(formatCpuMilli(amount))).toBe(amount);
        expect(parseBytes(formatBytes(amount))).toBe(amount);
        expect(parseDurationMs(formatDurationMs(amount))).toBe(amount);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('prices', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (price) => {
        expect(parsePriceE10(formatPriceE10(price))).toBe(price);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('in the shortest form', () => {
    expect([formatCpuMilli(500), formatCpuMilli(2000)]).toEqual(['500m', '2']);
    expect([formatBytes(0), formatBytes(2 ** 30), formatBytes(1000)]).toEqual(['0', '1GiB', '1000']);
    expect([formatDurationMs(0), formatDurationMs(5_400_000), formatDurationMs(1001)]).toEqual([
      '0s',
      '1h30m',
      '1s1ms',
    ]);
    expect(formatPriceE10(416_000_000n)).toBe('0.0416 USD/h');
  });
});

test.each([
  [0n, 2, '0'],
  [5n, 2, '0.05'],
  [-105n, 2, '-1.05'],
  [100n, 2, '1'],
  [7n, 0, '7'],
])('formatScaled(%s, %d) is %s: exact, without trailing zeros', (value, digits, text) => {
  expect(formatScaled(value, digits)).toBe(text);
});

test.each([
  [14_076.549, '$14,076.55'],
  [0.0633, '$0.0633'],
  [-16.8, '−$16.80'],
])('formatUsd(%d) is %s', (usd, text) => {
  expect(formatUsd(usd)).toBe(text);
});

test('usdFormat() lets the largest amount choose the decimals for all', () => {
  expect([0.02, 20].map(usdFormat([0.02, 20, null]))).toEqual(['$0.02', '$20.00']);
});

test('percentFormat() cuts, and gives the second decimal to shares that are all close to one', () => {
  expect([0.98765, 0.9999].map(percentFormat([0.98765, 0.9999], 'down'))).toEqual(['98.7%', '99.9%']);
  expect([0.99876, 1].map(percentFormat([0.99876, 1], 'down'))).toEqual(['99.87%', '100.00%']);
  expect([0.2001].map(percentFormat([0.2001], 'up'))).toEqual(['20.1%']);
});

test.each([
  [0.0474, '4.7%'],
  [0.99949, '99.9%'],
  // From 99.95 % on: 100.0% would be the first with four digits.
  [0.9996, '100%'],
  [12.345, '1,235%'],
])('formatChange(%d) is %s', (ratio, text) => {
  expect(formatChange(ratio)).toBe(text);
});
