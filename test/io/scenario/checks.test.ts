import { describe, expect, test } from 'vitest';
import { parseCheck } from '../../../src/io/scenario/checks.ts';
import { METRIC_NAMES } from '../../../src/model/metrics.ts';

describe('parseCheck()', () => {
  test.each([
    ['wait.p95 < 30s', 'wait.p95', '<', 30],
    // 1 h 30 min in seconds
    ['wait.max<=1h30m', 'wait.max', '<=', 5400],
    ['cost.total < 1200 USD', 'cost.total', '<', 1200],
    ['cost.total != 0.5', 'cost.total', '!=', 0.5],
    ['unplaced == 0', 'unplaced', '==', 0],
    // 62.5 / 100
    ['utilisation.cpu >= 62.5 %', 'utilisation.cpu', '>=', 0.625],
    ['utilisation.cpu > 0.6', 'utilisation.cpu', '>', 0.6],
    // 36 × 10^5 ms over an hour
    ['instances.hours < 60m', 'instances.hours', '<', 1],
  ])('reads %s in the unit of the metric', (text, metric, operator, value) => {
    expect(parseCheck(text)).toEqual({ text, metric, operator, value });
  });

  test.each([
    ['wait.p59 < 30s', /there is no metric "wait.p59"/, /"wait.p95"/],
    ['constructor < 1', /there is no metric "constructor"/, /./],
    ['wait.p95 < 30', /cannot read "30" as a value of wait.p95/, /30s/],
    ['unplaced == 0s', /cannot read "0s" as a value of unplaced/, /0/],
    ['cost.total < 12 EUR', /cannot read "12 EUR"/, /1200 USD/],
    ['unplaced = 0', /cannot read the check/, /wait.p95 < 30s/],
    ['', /cannot read the check/, /./],
    ['unplaced == 1e3', /cannot read "1e3"/, /./],
  ])('refuses %j with a way out', (text, message, hint) => {
    expect(parseCheck(text)).toEqual({
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('knows a value for every metric', () => {
    for (const metric of METRIC_NAMES) {
      const values = ['1 USD', '1s', '1h', '1', '1%'].map((value) => parseCheck(`${metric} < ${value}`));
      expect(values.some((check) => !('message' in check))).toBe(true);
    }
  });
});
