import { describe, expect, test } from 'vitest';
import { evaluate, parseExpression } from '../../../../src/schedulers/ecs/constraints/expression.ts';

/** The instances of the guide's examples, as far as attributes go. */
const INSTANCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  I1: { 'ecs.instance-type': 't2.small', 'ecs.availability-zone': 'us-east-1a', stack: 'prod' },
  I2: { 'ecs.instance-type': 't2.medium', 'ecs.availability-zone': 'us-east-1b', stack: 'dev' },
  I3: { 'ecs.instance-type': 'g2.2xlarge', 'ecs.availability-zone': 'us-east-1d' },
  I4: { 'ecs.instance-type': 'g2.2xlarge', 'ecs.availability-zone': 'us-east-1a', stack: 'prod', empty: '' },
};

function matching(text: string): string {
  const read = parseExpression(text);
  if ('problem' in read) return read.problem;
  return Object.keys(INSTANCES)
    .filter((name) => evaluate(read.expression, (attribute) => INSTANCES[name]![attribute]))
    .join(' ');
}

describe('parseExpression() and evaluate()', () => {
  test.each([
    ['attribute:ecs.instance-type == t2.small', 'I1'],
    ['attribute:ecs.instance-type==t2.small', 'I1'],
    ['attribute:ecs.availability-zone in [us-east-1a, us-east-1b]', 'I1 I2 I4'],
    ['attribute:stack == prod', 'I1 I4'],
    ['attribute:stack equals prod', 'I1 I4'],
    // the missing attribute of I3 satisfies neither == nor !=
    ['attribute:stack != prod', 'I2'],
    ['attribute:stack not_equals prod', 'I2'],
    ['attribute:stack !in [prod]', 'I2'],
    ['attribute:stack NOT_IN [prod, dev]', ''],
    ['attribute:ecs.instance-type in ["t2.small", \'t2.medium\']', 'I1 I2'],
    ['attribute:stack exists', 'I1 I2 I4'],
    ['attribute:stack !exists', 'I3'],
    ['attribute:stack not_exists', 'I3'],
    ['!(attribute:stack == prod)', 'I2 I3'],
    ['not attribute:stack == prod', 'I2 I3'],
    ['not not attribute:stack == prod', 'I1 I4'],
    // an empty value exists and equals the empty text
    ['attribute:empty exists', 'I4'],
    ["attribute:empty == ''", 'I4'],
    [
      '(attribute:ecs.instance-type == t2.small or attribute:ecs.instance-type == g2.2xlarge) and attribute:stack == prod',
      'I1 I4',
    ],
    // and binds tighter than or: dev or (prod and g2)
    [
      'attribute:stack == dev or attribute:stack == prod and attribute:ecs.instance-type == g2.2xlarge',
      'I2 I4',
    ],
    [
      'attribute:stack == dev || attribute:stack == prod && attribute:ecs.instance-type == g2.2xlarge',
      'I2 I4',
    ],
    // a bare literal runs to white space: it holds the ||
    ['attribute:stack == prod||dev', ''],
    // not binds tighter than and
    ['not attribute:stack exists and attribute:ecs.instance-type == g2.2xlarge', 'I3'],
  ])('%s matches %j', (text, names) => {
    expect(matching(text)).toBe(names);
  });

  test.each([
    ['', 'expected attribute:NAME (column 1)'],
    ['attribute:stack in [prod', 'expected "," or "]" (column 25)'],
    ['(attribute:stack == prod', 'expected ")" (column 25)'],
    ['foo == bar', 'expected attribute:NAME (column 1)'],
    ['attribute: == x', 'expected attribute:NAME (column 1)'],
    ['attribute:stack', 'expected ==, !=, in, !in, exists or !exists (column 16)'],
    ['attribute:stack = prod', 'expected ==, !=, in, !in, exists or !exists (column 17)'],
    ['attribute:stack ==', 'expected a value (column 19)'],
    ['attribute:stack in []', 'expected a value (column 21)'],
    ["attribute:stack == 'prod", 'expected a value (column 20)'],
    ['attribute:stack exists attribute:x exists', 'expected "and", "or" or the end (column 24)'],
    ['attribute:stack not in [prod]', 'expected ==, !=, in, !in, exists or !exists (column 17)'],
    // what the whole language has and this part has not is refused by name
    ['task:group == service:web', 'the subject task:group is not supported, only attribute:NAME (column 1)'],
    [
      'runningTasksCount == 1',
      'the subject runningTasksCount is not supported, only attribute:NAME (column 1)',
    ],
    ['attribute:stack =~ pro.*', 'the operator =~ is not supported (column 17)'],
    ['attribute:stack >= 2', 'the operator >= is not supported (column 17)'],
    ['attribute:stack matches pro.*', 'the operator matches is not supported (column 17)'],
  ])('%s is refused: %s', (text, problem) => {
    expect(matching(text)).toBe(problem);
  });

  test('an attribute name has at most 128 characters, an expression 2000', () => {
    expect(matching(`attribute:${'x'.repeat(128)} !exists`)).toBe('I1 I2 I3 I4');
    expect(matching(`attribute:${'x'.repeat(129)} !exists`)).toBe('expected attribute:NAME (column 1)');
    expect(matching(`attribute:x !exists${' '.repeat(1981)}`)).toBe('I1 I2 I3 I4');
    expect(matching(`attribute:x !exists${' '.repeat(1982)}`)).toBe(
      'the expression is longer than 2000 characters',
    );
  });

  test('deep nesting is refused instead of exhausting the stack', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}attribute:x !exists${')'.repeat(depth)}`;
    expect(matching(nested(100))).toBe('I1 I2 I3 I4');
    expect(matching(nested(101))).toMatch(/nested deeper than 100 levels/);
    expect(matching(`${'!'.repeat(1900)}attribute:x exists`)).toMatch(/nested deeper/);
  });
});
