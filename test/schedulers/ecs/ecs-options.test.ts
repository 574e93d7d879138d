import { describe, expect, test } from 'vitest';
import { readEcsOptions, readPlacement } from '../../../src/schedulers/ecs/ecs-options.ts';

function strategyNames(raw: unknown): readonly string[] {
  const read = readEcsOptions(raw);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.options.placement.strategy.map(({ name }) => name);
}

describe('readEcsOptions()', () => {
  test.each([undefined, null, {}])('%j means no strategy, no constraints, ties to the lowest id', (raw) => {
    expect(readEcsOptions(raw)).toEqual({
      options: {
        placement: {
          strategy: [],
          memberOf: [],
          distinctInstance: false,
          requiresAttributes: [],
          zones: null,
          capacityProvider: null,
          instance: null,
          group: null,
        },
        tieBreak: 'lowestId',
        register: expect.anything(),
      },
    });
  });

  test.each([
    // the fixed words in any case, attribute names as they are
    { type: 'binpack', field: 'MEMORY', name: 'binpack(memory)' },
    { type: 'binpack', field: 'cpu', name: 'binpack(cpu)' },
    { type: 'spread', field: 'instanceId', name: 'spread(instanceId)' },
    { type: 'spread', field: 'INSTANCEID', name: 'spread(instanceId)' },
    { type: 'spread', field: 'host', name: 'spread(instanceId)' },
    {
      type: 'spread',
      field: 'ATTRIBUTE:ecs.availability-zone',
      name: 'spread(attribute:ecs.availability-zone)',
    },
    { type: 'spread', field: 'attribute:Rack', name: 'spread(attribute:Rack)' },
    { type: 'random', name: 'random' },
    { type: 'random', field: 'whatever', name: 'random' },
  ])('reads $type $field as $name', ({ name, ...strategy }) => {
    expect(strategyNames({ placementStrategy: [strategy] })).toEqual([name]);
  });

  test.each([
    {
      raw: { placementStrategy: [{ type: 'binpak', field: 'cpu' }] },
      path: 'placementStrategy.0.type',
      valid: 'spread',
    },
    {
      raw: { placementStrategy: [{ type: 'Spread', field: 'host' }] },
      path: 'placementStrategy.0.type',
      valid: 'spread',
    },
    { raw: { placementStrategy: [{ type: 'binpack' }] }, path: 'placementStrategy.0.field', valid: 'cpu' },
    {
      raw: { placementStrategy: [{ type: 'binpack', field: 'gpu' }] },
      path: 'placementStrategy.0.field',
      valid: 'cpu',
    },
    // names that objects have by themselves are no fields
    {
      raw: { placementStrategy: [{ type: 'binpack', field: 'constructor' }] },
      path: 'placementStrategy.0.field',
      valid: 'cpu',
    },
    { raw: { placementStrategy: [{ type: 'spread' }] }, path: 'placementStrategy.0.field', valid: 'host' },
    {
      raw: { placementStrategy: [{ type: 'spread', field: 'ecs.availability-zone' }] },
      path: 'placementStrategy.0.field',
      valid: 'host',
    },
    {
      raw: { placementStrategy: [{ type: 'spread', field: 'attribute:' }] },
      path: 'placementStrategy.0.field',
      valid: 'host',
    },
    {
      raw: { placementStrategy: [{ type: 'random', fields: 1 }] },
      path: 'placementStrategy.0.fields',
      valid: 'field',
    },
    { raw: { placementStrategy: { type: 'random' } }, path: 'placementStrategy' },
    { raw: { placementStrategy: ['random'] }, path: 'placementStrategy.0', atLeast: true },
    { raw: { placementStrategy: new Array(6).fill({ type: 'random' }) }, path: 'placementStrategy' },
    {
      raw: { placementConstraints: new Array(11).fill({ type: 'distinctInstance' }) },
      path: 'placementConstraints',
    },
    {
      raw: { placementConstraints: [{ type: 'affinity' }] },
      path: 'placementConstraints.0.type',
      valid: 'memberOf',
    },
    { raw: { placementConstraints: [{ type: 'memberOf' }] }, path: 'placementConstraints.0.expression' },
    {
      raw: { placementConstraints: [{ type: 'memberOf', expression: 'foo' }] },
      path: 'placementConstraints.0.expression',
    },
    {
      raw: { placementConstraints: [{ type: 'distinctInstance', expression: 'attribute:a exists' }] },
      path: 'placementConstraints.0.expression',
    },
    {
      raw: { placementConstraints: [{ type: 'memberOf', expression: 'registeredAt > 2026-01-01' }] },
      path: 'placementConstraints.0.expression',
    },
    { raw: { agentVersion: 'latest' }, path: 'agentVersion' },
    { raw: { tieBreak: 'first' }, path: 'tieBreak', valid: 'lowestId' },
    // only a task definition requires attributes
    { raw: { requiresAttributes: [] }, path: 'requiresAttributes', valid: 'placementStrategy' },
    { raw: { strategy: [] }, path: 'strategy', valid: 'placementStrategy' },
    { raw: ['random'], path: '' },
  ])('refuses $raw at $path', ({ raw, path, valid, atLeast }) => {
    const read = readEcsOptions(raw);
    const problems = 'problems' in read ? read.problems : [];
    expect(problems.map((problem) => problem.path.join('.'))).toEqual(
      atLeast ? expect.arrayContaining([path]) : [path],
    );
    if (valid !== undefined) expect(problems[0]!.validNames).toContain(valid);
  });

  test('reports every problem, not the first alone', () => {
    const read = readEcsOptions({ placementStrategy: [{ type: 'a' }, { type: 'binpack' }], tieBreak: 'x' });
    expect('problems' in read && read.problems.map(({ message }) => message)).toEqual([
      "Cannot place with strategy 'a': use spread, binpack or random",
      'Cannot binpack by nothing: use cpu or memory',
      "Cannot break ties by 'x': use lowestId or random",
    ]);
  });
});

describe('readPlacement()', () => {
  test('reads the strategies and constraints of a request', () => {
    const read = readPlacement({
      placementStrategy: [{ type: 'random' }],
      placementConstraints: [
        { type: 'memberOf', expression: 'attribute:stack == prod' },
        { type: 'distinctInstance' },
        { type: 'distinctInstance' },
      ],
    });
    expect('placement' in read && read.placement.distinctInstance).toBe(true);
    expect('placement' in read && read.placement.memberOf.map(({ text }) => text)).toEqual([
      'attribute:stack == prod',
    ]);
  });

  test('reads required attributes, with and without a value', () => {
    const read = readPlacement({ requiresAttributes: [{ name: 'gpu' }, { name: 'os', value: 'linux' }] });
    expect('placement' in read && read.placement.requiresAttributes).toEqual([
      { name: 'gpu', value: null },
      { name: 'os', value: 'linux' },
    ]);
  });

  test.each([
    [[{ value: 'x' }], 'requiresAttributes.0.name'],
    [[{ name: 'a b' }], 'requiresAttributes.0.name'],
    [[{ name: 'a', value: 1 }], 'requiresAttributes.0.value'],
    [[{ name: 'a', targetType: 'container-instance' }], 'requiresAttributes.0.targetType'],
  ])('refuses the required attributes %j', (requiresAttributes, path) => {
    const read = readPlacement({ requiresAttributes });
    expect('problems' in read && read.problems.map((problem) => problem.path.join('.'))).toEqual([path]);
  });

  test('refuses what only the platform can be told', () => {
    const read = readPlacement({ tieBreak: 'random' });
    expect('problems' in read && read.problems.map(({ path }) => path)).toEqual([['tieBreak']]);
  });
});
