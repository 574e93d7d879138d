import { expect, test } from 'vitest';
import {
  attributeEquals,
  attributeValue,
  isMember,
  shapeIsMember,
} from '../../../../src/schedulers/ecs/constraints/member-of.ts';
import { createCluster } from '../../../support/cluster-builder.ts';

const cluster = createCluster();
const slot = cluster.join({ name: 'i1', zone: 'b', cpu: 1, memoryMiB: 1, labels: { pool: 'x', flag: '' } });
const shape = cluster.store.shapes[0]!;

test.each([
  ['pool', 'x', true],
  ['pool', 'y', false],
  ['other', 'x', false],
  ['flag', '', true],
  // the zone is an attribute even where the platform gives instances no such label
  ['ecs.availability-zone', 'b', true],
  ['ecs.availability-zone', 'a', false],
])('isMember() and shapeIsMember() of %s == %s: %s', (attribute, value, member) => {
  expect(isMember(attributeEquals(attribute, value), cluster.store, slot)).toBe(member);
  expect(shapeIsMember(attributeEquals(attribute, value), shape, 'b')).toBe(member);
});

test('attributeValue() tells a missing attribute from an empty one', () => {
  expect(attributeValue(cluster.store, slot, 'flag')).toBe('');
  expect(attributeValue(cluster.store, slot, 'other')).toBeUndefined();
});

test('attributeEquals() has equal texts for equal constraints only', () => {
  expect(attributeEquals('a', 'b c').text).toBe(attributeEquals('a', 'b c').text);
  expect(attributeEquals('a', 'b').text).not.toBe(attributeEquals('a', 'c').text);
});
