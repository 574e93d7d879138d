import { describe, expect, test } from 'vitest';
import { cronerPattern } from '../../src/model/cron-fields.ts';

describe('cronerPattern()', () => {
  test.each([
    // croner wants seconds first, and counts weekdays from Sunday = 0
    ['0 12 ? * 1 2026', '0 0 12 * 1,2,3,4,5,6,7,8,9,10,11,12 0 2026'],
    ['0/20 9 * 2 ? 2199', '0 0,20,40 9 * 2 * 2199'],
    ['*/25 9 * 2 ? 2199', '0 0,25,50 9 * 2 * 2199'],
    // wrapping: 20, 21, 22, 23, 0, 1, 2; and every third of them: 20, 23, 2
    ['0 20-2 * 2 ? 2199', '0 0 0,1,2,20,21,22,23 * 2 * 2199'],
    ['0 20-2/3 * 2 ? 2199', '0 0 2,20,23 * 2 * 2199'],
    // months and weekdays wrap within their own range: 11, 12, 1 and Saturday, Sunday, Monday
    ['0 0 ? NOV-jan sat-MON 2199', '0 0 0 * 1,11,12 0,1,6 2199'],
    ['0 0 1,15,1 6 ? 2199', '0 0 0 1,15 6 * 2199'],
    ['0 0 L 6 ? 2199', '0 0 0 L 6 * 2199'],
    ['0 0 3W 6 ? 2199', '0 0 0 3W 6 * 2199'],
    ['0 0 ? 6 L 2199', '0 0 0 * 6 6 2199'],
    ['0 0 ? 6 6L 2199', '0 0 0 * 6 5L 2199'],
    ['0 0 ? 6 SUN#5 2199', '0 0 0 * 6 0#5 2199'],
    ['0  0 ? 6 * 2197/2', '0 0 0 * 6 * 2197,2199'],
    ['0 0 ? 6 * 2020-2024/2', '0 0 0 * 6 * 2020,2022,2024'],
    ['59/1000 0 ? 6 * 2199', '0 59 0 * 6 * 2199'],
  ])('%s becomes %s', (fields, pattern) => {
    expect(cronerPattern(fields)).toEqual({ pattern });
  });

  test.each([
    ['0 0 * * ?', 'six fields'],
    ['0 0 * * ? * *', 'six fields'],
    ['0 0 * * * *', 'exactly one of day-of-month and day-of-week must be ?'],
    ['0 0 ? * ? *', 'exactly one'],
    ['60 0 * * ? *', 'minutes 60 is not between 0 and 59'],
    ['0 0 * 0 ? *', 'month 0 is not between 1 and 12'],
    ['0 0 * * ? 2200', 'year 2200 is not between 1970 and 2199'],
    ['0 0 * * ? 2025-2020', 'year 2025-2020 runs backwards'],
    ['0/0 0 * * ? *', 'minutes 0/0: a step is at least 1'],
    ['0 0 ? * MON/2 *', 'day-of-week cannot be MON/2'],
    ['0 0 ? * 3#0 *', 'day-of-week 3#0: the week is a number from 1 to 5'],
    ['0 0 ? * 3#6 *', 'day-of-week 3#6: the week is a number from 1 to 5'],
    ['0 0 ? * 2,6L *', 'day-of-week cannot be 6L'],
    ['0 0 LW * ? *', 'day-of-month cannot be LW'],
    ['0 0 ? * JAN *', 'day-of-week cannot be JAN'],
    ['? 0 * * ? *', 'minutes cannot be ?'],
    ['1,,2 0 * * ? *', 'minutes cannot be 1,,2'],
  ])('%s: %s', (fields, problem) => {
    expect(cronerPattern(fields)).toHaveProperty('problem', expect.stringContaining(problem));
  });
});
