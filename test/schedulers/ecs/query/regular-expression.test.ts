import { describe, expect, test } from 'vitest';
import { readPattern } from '../../../../src/schedulers/ecs/query/regular-expression.ts';

function matches(pattern: string, text: string): boolean | string {
  const read = readPattern(pattern);
  return 'problem' in read ? read.problem : read.matcher.matches(text);
}

describe('readPattern()', () => {
  test.each([
    ['g2.*', 'g2.2xlarge', true],
    // the whole text
    ['g2', 'g2.2xlarge', false],
    ['2xlarge', 'g2.2xlarge', false],
    ['^g2.*$', 'g2.2xlarge', true],
    ['(t2|m5)\\.[^.]*', 'm5.large', true],
    ['(?:a|b){2,3}?', 'aba', true],
    ['[a-c\\d_-]+', 'b4_-', true],
    ['\\(x\\)', '(x)', true],
    ['', '', true],
    ['a|', '', true],
    ['[)(]', '(', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test.each([
    ['(a)\\1', '"\\1" is not supported'],
    ['(?=a)b', '"(?" is not supported, but for "(?:"'],
    ['(?i)a', '"(?" is not supported, but for "(?:"'],
    ['\\bprod', '"\\b" is not supported'],
    ['\\p{L}', '"\\p" is not supported'],
    ['a\\', 'the backslash at the end stands before nothing'],
    ['*a', '"*" has nothing to repeat'],
    ['a**', '"*" has nothing to repeat'],
    ['a*+', '"+" has nothing to repeat'],
    ['^*', '"*" has nothing to repeat'],
    ['a{2,1}', 'the repetitions are out of order'],
    ['a{1001}', 'more than 1000 repetitions'],
    ['a{', 'a "{" needs a backslash here'],
    ['a]', 'a "]" needs a backslash here'],
    ['(a', 'a "(" is not closed'],
    ['a)', 'a ")" closes nothing'],
    ['[a', 'a "[" is not closed'],
    ['[]a]', 'a class needs a member'],
    ['[z-a]', 'the range is out of order'],
    ['[a-\\d]', 'a range needs a character on both sides'],
    ['[[:alpha:]]', 'a "[" needs a backslash in a class'],
    ['[a&&b]', '"&&" is not supported in a class'],
  ])('refuses %s: %s', (pattern, problem) => {
    expect(matches(pattern, '')).toContain(problem);
  });

  test('takes time in proportion to the text where backtracking would never end', () => {
    expect(matches('(a*)*b', 'a'.repeat(2000))).toBe(false);
  });
});
