import { expect, test } from 'vitest';
import {
  decimal,
  formatDifference,
  formatDuration,
  formatHalfWidth,
  formatMetric,
  formatPercent,
  formatUsd,
  metricFormat,
  unitFormat,
} from '../../src/report/number-format.ts';

test.each([
  [0, 0, '0'],
  [999, 0, '999'],
  [1000, 0, '1,000'],
  [1234567.891, 2, '1,234,567.89'],
  [-1234.5, 1, '−1,234.5'],
  // Rounds to zero: no sign.
  [-0.004, 2, '0.00'],
  [0.0063, 6, '0.006300'],
])('decimal(%d, %d) is %s', (value, digits, text) => {
  expect(decimal(value, digits)).toBe(text);
});

test.each([
  [0, '$0.00'],
  [1345.149, '$1,345.15'],
  [1, '$1.00'],
  // Below a dollar four decimals, below a cent six.
  [0.0633, '$0.0633'],
  [0.00004221, '$0.000042'],
  [-16.8, '−$16.80'],
])('formatUsd(%d) is %s', (usd, text) => {
  expect(formatUsd(usd)).toBe(text);
});

test.each([
  [0, '0s'],
  [59.4, '59s'],
  // 59.6 rounds to 60, which is a minute.
  [59.6, '1m00s'],
  [130, '2m10s'],
  [7199, '119m59s'],
  [7200, '2h00m'],
  [12_000, '3h20m'],
  [172_799, '2d00h'],
  [187_200, '2d04h'],
  [-130, '−2m10s'],
])('formatDuration(%d s) is %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  // Cut towards the side that flatters least: up for what should be low, down for what should be high.
  [0.99999, 'down', 1, '99.9%'],
  [0.99999, 'down', 2, '99.99%'],
  [1, 'down', 2, '100.00%'],
  [0.2001, 'up', 1, '20.1%'],
  [0.2, 'up', 1, '20.0%'],
  // 0.07 × 1000 is 70.00000000000001 in binary: no rest to cut.
  [0.07, 'up', 1, '7.0%'],
  [0.29, 'down', 1, '29.0%'],
  [0.00001, 'up', 1, '0.1%'],
  [0, 'up', 1, '0.0%'],
] as const)('formatPercent(%d, %s, %d digits) is %s', (ratio, cut, digits, text) => {
  expect(formatPercent(ratio, cut, digits)).toBe(text);
});

test.each([
  // The largest chooses for all: tenths of a second up to two minutes, then pairs of units.
  { values: [0.4, 9.876], texts: ['0.40 s', '9.88 s'] },
  { values: [0.4, 12.34], texts: ['0.4 s', '12.3 s'] },
  { values: [0.4, 130], texts: ['0s', '2m10s'] },
])('unitFormat() writes the seconds $values in one unit', ({ values, texts }) => {
  expect(values.map(unitFormat('s', values))).toEqual(texts);
});

test('metricFormat() gives the second decimal to ratios that are all close to one', () => {
  expect([0.99987, 0.9934].map(metricFormat('services.availability', [0.99987, 0.9934]))).toEqual([
    '99.98%',
    '99.34%',
  ]);
  expect([0.99987, 0.5].map(metricFormat('services.availability', [0.99987, 0.5]))).toEqual([
    '99.9%',
    '50.0%',
  ]);
});

test.each([
  ['cost.total', 1345.149, '$1,345.15'],
  ['cost.idleShare', 0.2131, '21.4%'],
  ['packing.density', 0.8299, '82.9%'],
  ['slowdown.mean', 1.0449, '1.04×'],
  ['instances.hours', 6888.25, '6,888 h'],
  ['instances.hours', 12.25, '12.3 h'],
  ['tasks.submitted', 21_340, '21,340'],
  ['instances.peak', 55.33, '55.3'],
  ['wait.p95', null, '–'],
] as const)('formatMetric(%s, %d) is %s', (metric, value, text) => {
  expect(formatMetric(metric, value)).toBe(text);
});

test.each([
  // -80.55 / 1345.15 = -5.99 %
  { metric: 'cost.total', difference: -80.55, baseline: 1345.15, text: '−6.0%' },
  { metric: 'cost.total', difference: 0, baseline: 1345.15, text: '0' },
  // A zero baseline has no percent.
  { metric: 'cost.controlPlane', difference: 16.8, baseline: 0, text: '+$16.80' },
  // Ratios differ by percentage points: 16.4 % - 21.3 % = -4.9.
  { metric: 'cost.idleShare', difference: -0.049, baseline: 0.213, text: '−4.9 pp' },
  // No percent from few: 7 tasks, 5 instances.
  { metric: 'unplaced', difference: 7, baseline: 0, text: '+7' },
  { metric: 'instances.peak', difference: 5, baseline: 59, text: '+5' },
  { metric: 'instances.launched', difference: -9, baseline: 127, text: '−7.1%' },
  { metric: 'wait.p95', difference: 7.38, baseline: 12.3, text: '+60.0%' },
  // 1230 / 12.3 = 100 times: no decimals.
  { metric: 'wait.p95', difference: 1230, baseline: 12.3, text: '+10,000%' },
] as const)('formatDifference() writes $difference of $metric on $baseline as $text', (row) => {
  expect(formatDifference(row.metric, row.difference, row.baseline)).toBe(row.text);
});

test('formatHalfWidth() uses the unit of the difference', () => {
  // 13.45 / 1345 = 1 %
  expect(formatHalfWidth('cost.total', 13.45, -80, 1345)).toBe('±1.0%');
  expect(formatHalfWidth('cost.idleShare', 0.012, -0.05, 0.2)).toBe('±1.2 pp');
});
