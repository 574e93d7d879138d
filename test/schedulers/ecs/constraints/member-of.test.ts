import { describe, expect, test } from 'vitest';
import {
  attributeEquals,
  attributeValue,
  isMember,
  memberOf,
  shapeIsMember,
} from '../../../../src/schedulers/ecs/constraints/member-of.ts';
import { parseExpression } from '../../../../src/schedulers/ecs/query/parse-expression.ts';
import { SlotFacts, simulatedRegister } from '../../../../src/schedulers/ecs/slot-facts.ts';
import { createCluster } from '../../../support/cluster-builder.ts';

const VERSION = [1n, 105n, 1n];
const cluster = createCluster();
const slot = cluster.join({ name: 'i1', zone: 'b', cpu: 1, memoryMiB: 1, labels: { pool: 'x', flag: '' } });
const shape = cluster.store.shapes[0]!;
const facts = () => new SlotFacts(simulatedRegister(VERSION)).at(cluster.store, slot);

test.each([
  ['pool', 'x', true],
  ['pool', 'y', false],
  ['other', 'x', false],
  ['flag', '', true],
  // the zone is an attribute even where the platform gives instances no such label
  ['ecs.availability-zone', 'b', true],
  ['ecs.availability-zone', 'a', false],
])('isMember() and shapeIsMember() of %s == %s: %s', (attribute, value, member) => {
  expect(isMember(attributeEquals(attribute, value), facts())).toBe(member);
  expect(shapeIsMember(attributeEquals(attribute, value), shape, 'b', VERSION)).toBe(member);
});

test('attributeValue() tells a missing attribute from an empty one', () => {
  expect(attributeValue(cluster.store, slot, 'flag')).toBe('');
  expect(attributeValue(cluster.store, slot, 'other')).toBeUndefined();
});

test('attributeEquals() has equal texts for equal constraints only', () => {
  expect(attributeEquals('a', 'b c').text).toBe(attributeEquals('a', 'b c').text);
  expect(attributeEquals('a', 'b').text).not.toBe(attributeEquals('a', 'c').text);
});

describe('shapeIsMember()', () => {
  const read = (text: string) => {
    const parsed = parseExpression(text);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return memberOf(text, parsed.expression);
  };

  test.each([
    // what one instance or the tasks on it decide may come true
    ['task:group == service:logger', true, true],
    ['runningTasksCount > 3', true, true],
    ['ec2InstanceId == i-1', false, true],
    // what every instance of the shape has is decided
    ['agentVersion >= 1.106', false, false],
    ['agentConnected == true', false, true],
    ['attribute:pool =~ y.* or attribute:flag !exists', false, false],
  ])('%s depends on tasks: %s, possible: %s', (text, dependsOnTasks, possible) => {
    const constraint = read(text);
    expect(constraint.dependsOnTasks).toBe(dependsOnTasks);
    expect(shapeIsMember(constraint, shape, 'b', VERSION)).toBe(possible);
  });
});
