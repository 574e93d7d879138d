import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, type InstanceFacts } from '../../../../src/schedulers/ecs/query/evaluate.ts';
import { readTime, readVersion } from '../../../../src/schedulers/ecs/query/ordered-values.ts';
import { parseExpression } from '../../../../src/schedulers/ecs/query/parse-expression.ts';

/** name, type, zone, stack (-: none), agent version, registered at, running tasks, groups, connected */
const TABLE = `
  I1 t2.small   us-east-1a prod 1.14.4 2018-01-01T00:00:00Z 1 service:production  true
  I2 t2.medium  us-east-1b dev  1.14.5 2018-02-13T00:00:00Z 0 -                   true
  I3 g2.2xlarge us-east-1d -    1.17.0 2018-06-18T22:28:28Z 2 database,family:web false
  I4 g2.2xlarge us-east-1a prod 1.9.0  2018-06-18T22:28:28Z 1 database            true`;
const IDS: Readonly<Record<string, string>> = {
  I1: 'i-abcd1234',
  I2: 'i-wxyx7890',
  I3: 'i-00000003',
  I4: 'i-00000004',
};

interface Instance extends InstanceFacts {
  readonly name: string;
}

const INSTANCES: readonly Instance[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [name, type, zone, stack, version, registered, running, groups, connected] = line
      .trim()
      .split(/ +/);
    const attributes = new Map([
      ['ecs.instance-type', type!],
      ['ecs.availability-zone', zone!],
      ['ecs.capability.task-eni', ''],
      ...(stack === '-' ? [] : [['stack', stack!] as const]),
    ]);
    return {
      name: name!,
      attribute: (wanted) => attributes.get(wanted),
      agentConnected: connected === 'true',
      ec2InstanceId: IDS[name!]!,
      agentVersion: readVersion(version!),
      registeredAt: readTime(registered!),
      runningTasksCount: () => Number(running),
      hasTaskOf: (wanted) => groups !== '-' && groups!.split(',').some(wanted),
    };
  });

function matching(text: string): string {
  const read = parseExpression(text);
  if ('problem' in read) return read.problem;
  return INSTANCES.filter((instance) => evaluate(read.expression, instance))
    .map(({ name }) => name)
    .join(' ');
}

describe('parseExpression() and evaluate()', () => {
  test.each([
    // the examples of the developer guide
    ['attribute:ecs.instance-type == t2.small', 'I1'],
    ['attribute:ecs.availability-zone in [us-east-1a, us-east-1b]', 'I1 I2 I4'],
    ['attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d', 'I4'],
    ['task:group == service:production', 'I1'],
    ['not(task:group == database)', 'I1 I2'],
    ['runningTasksCount == 1', 'I1 I4'],
    // 1.9.0 is less than 1.14.5: numbers, not texts
    ['agentVersion < 1.14.5', 'I1 I4'],
    ['registeredAt < 2018-02-13', 'I1'],
    ["ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']", 'I1 I2'],
    // the missing attribute of I3 satisfies neither == nor !=, nor in, nor !in
    ['attribute:stack == prod', 'I1 I4'],
    ['attribute:stack != prod', 'I2'],
    ['attribute:stack !in [prod]', 'I2'],
    ['attribute:stack NOT_IN [prod, dev]', ''],
    ['attribute:stack !~ p.*', 'I2'],
    ['attribute:stack >= prod', 'I1 I4'],
    ['!(attribute:stack == prod)', 'I2 I3'],
    ['attribute:stack exists', 'I1 I2 I4'],
    ['attribute:stack !exists', 'I3'],
    ['attribute:stack not_exists', 'I3'],
    // an attribute without a value exists and equals the empty text
    ["attribute:ecs.capability.task-eni == ''", 'I1 I2 I3 I4'],
    ['agentConnected == true', 'I1 I2 I4'],
    ['agentConnected == TRUE', ''],
    ['task:group != database', 'I1 I2'],
    ['task:group =~ .*:.*', 'I1 I3'],
    ['registeredAt >= 2018-06-18T22:28:28Z', 'I3 I4'],
    ['registeredAt > 2018-06-18T22:28:28+00:00', ''],
    ['registeredAt < 2018-06-19T00:28:29+02:00', 'I1 I2 I3 I4'],
    ['agentVersion greater_than_equal 1.14.5', 'I2 I3'],
    ['agentVersion == 1.17', 'I3'],
    // precedence: not, and, or
    ['attribute:stack == dev or attribute:stack == prod and runningTasksCount > 1', 'I2'],
    ['(attribute:stack == dev or attribute:stack == prod) and runningTasksCount >= 1', 'I1 I4'],
    ['not attribute:stack exists and runningTasksCount == 2', 'I3'],
    ['runningTasksCount < 1 || agentConnected != true', 'I2 I3'],
    ['runningTasksCount >= 1 && attribute:ecs.instance-type matches g2.*', 'I3 I4'],
    // the whole value must match
    ['attribute:ecs.instance-type =~ g2', ''],
    // a bare literal runs to white space, a bare pattern to a parenthesis too many
    ['attribute:stack == prod||dev', ''],
    ['(attribute:stack =~ (prod|dev)) and (attribute:stack =~ [)p]rod)', 'I1 I4'],
    ['attribute:stack == and', ''],
  ])('%s is true for %j', (text, names) => {
    expect(matching(text)).toBe(names);
  });

  const SUBJECT =
    'expected agentConnected, agentVersion, ec2InstanceId, registeredAt, runningTasksCount, task:group or attribute:NAME';
  const ANY = 'expected ==, !=, in, !in, =~, !~, <, <=, >, >=, exists or !exists';
  test.each([
    ['', `${SUBJECT} (column 1)`],
    ['foo == bar', `${SUBJECT} (column 1)`],
    ['Attribute:stack exists', `${SUBJECT} (column 1)`],
    ['attribute: == x', `${SUBJECT} (column 1)`],
    [`attribute:${'x'.repeat(129)} exists`, `${SUBJECT} (column 1)`],
    ['attribute:stack in [prod', 'expected "," or "]" (column 25)'],
    ['attribute:stack in []', 'expected a value (column 21)'],
    ['(attribute:stack == prod', 'expected ")" (column 25)'],
    ['attribute:stack == prod)', 'expected "and", "or" or the end (column 24)'],
    ['attribute:stack', `${ANY} (column 16)`],
    ['attribute:stack = prod', `${ANY} (column 17)`],
    ['attribute:stack not in [prod]', `${ANY} (column 17)`],
    ['attribute:stack ! in [prod]', `${ANY} (column 17)`],
    ["attribute:stack == 'prod", 'expected a value (column 20)'],
    ['runningTasksCount =~ 1', 'expected ==, !=, <, <=, > or >= (column 19)'],
    ['task:group exists', 'expected ==, !=, in, !in, =~ or !~ (column 12)'],
    ['runningTasksCount == one', 'runningTasksCount is compared with a whole number (column 22)'],
    ['agentVersion == v1', 'agentVersion is compared with a version like 1.14.5 (column 17)'],
    [
      'registeredAt > 2018-02-30',
      'registeredAt is compared with a time like 2018-06-18T22:28:28Z (column 16)',
    ],
    [
      'attribute:stack =~ (a)\\1',
      'the regular expression cannot be read: "\\1" is not supported (character 4 of the pattern) (column 20)',
    ],
  ])('%s is refused: %s', (text, problem) => {
    expect(matching(text)).toBe(problem);
  });

  test('an expression has at most 2000 characters', () => {
    expect(matching(`attribute:x !exists${' '.repeat(1981)}`)).toBe('I1 I2 I3 I4');
    expect(matching(`attribute:x !exists${' '.repeat(1982)}`)).toBe(
      'the expression is longer than 2000 characters',
    );
  });

  test('what fits into 2000 characters does not exhaust the stack', () => {
    expect(matching(`${'!'.repeat(1980)}attribute:x exists`)).toBe('');
    expect(matching(`${'('.repeat(990)}attribute:x exists${')'.repeat(990)}`)).toBe('');
  });

  test('not not is nothing, in of one is ==, and !in is the opposite where the attribute exists', () => {
    const value = fc.stringMatching(/^[a-z0-9.:-]{1,8}$/);
    const subject = fc.constantFrom('attribute:stack', 'ec2InstanceId', 'task:group', 'agentConnected');
    fc.assert(
      fc.property(subject, value, (name, text) => {
        const equals = matching(`${name} == ${text}`);
        expect(matching(`not (not (${name} == ${text}))`)).toBe(equals);
        expect(matching(`${name} in ['${text}']`)).toBe(equals);
        expect(matching(`${name} != ${text}`)).toBe(matching(`${name} !in [${text}]`));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('garbage is refused with a column or read, never anything else', () => {
    const piece = fc.constantFrom(
      'attribute:',
      'x',
      ' ',
      '==',
      '=~',
      '!',
      '(',
      ')',
      '[',
      ']',
      "'",
      'and',
      '\\',
      '{',
      '*',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const read = parseExpression(pieces.join(''));
        if ('problem' in read) expect(read.problem).toMatch(/\(column \d+\)$/);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
