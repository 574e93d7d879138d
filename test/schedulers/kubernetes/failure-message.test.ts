import { expect, test } from 'vitest';
import { failureMessage } from '../../../src/schedulers/kubernetes/failure-message.ts';

const refusal = (...reasons: string[]) => ({ rule: 'x', reasons, resolvable: true });

test('failureMessage counts every reason of every node', () => {
  const cpu = refusal('Insufficient cpu');
  const both = refusal('Insufficient cpu', 'Insufficient memory');
  expect(failureMessage(3, [cpu, both, refusal('node(s) had untolerated taint(s)')])).toBe(
    '0/3 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s), 2 Insufficient cpu.',
  );
});

test('failureMessage sorts as text: 10 comes before 2', () => {
  const tainted = Array.from({ length: 10 }, () => refusal('b'));
  expect(failureMessage(12, [...tainted, refusal('a'), refusal('a')])).toBe(
    '0/12 nodes are available: 10 b, 2 a.',
  );
});

test('failureMessage counts nodes that were out of the question', () => {
  expect(failureMessage(5, [refusal('a')], refusal('absent'))).toBe(
    '0/5 nodes are available: 1 a, 4 absent.',
  );
  expect(failureMessage(1, [refusal('a')], refusal('absent'))).toBe('0/1 nodes are available: 1 a.');
});
