import { expect, test } from 'vitest';
import { timeOf } from '../../src/cli/time-argument.ts';
import { HOUR, MINUTE } from '../../src/units.ts';
import { plan } from '../support/plans.ts';

/** From 2026-03-02T00:00:00Z, for six hours. */
const PLAN = { ...plan({}), startEpochMs: Date.UTC(2026, 2, 2), horizonMs: 6 * HOUR };

test.each([
  ['1h30m', 90 * MINUTE],
  ['+1h30m', 90 * MINUTE],
  ['-1h', 5 * HOUR],
  ['0s', 0],
  ['end', 6 * HOUR],
  ['2026-03-02T01:30:00Z', 90 * MINUTE],
  ['2026-03-02T02:30:00+01:00', 90 * MINUTE],
])('timeOf() reads %s', (text, expected) => {
  expect(timeOf('--at', text, PLAN)).toBe(expected);
});

test.each([
  ['noon', "cannot read --at 'noon' as a time"],
  ['90', "cannot read --at '90' as a time"],
  ['7h', '--at 7h lies outside the run'],
  ['-7h', '--at -7h lies outside the run'],
  ['2026-03-01T23:59:59Z', '--at 2026-03-01T23:59:59Z lies outside the run'],
])('timeOf() refuses %s', (text, reason) => {
  expect(() => timeOf('--at', text, PLAN)).toThrow(reason);
});
