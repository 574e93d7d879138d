import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../src/cli/command-io.ts';
import type { Arguments } from '../../src/cli/commands.ts';
import { placeOf, queueFlag, queueSettingsOf } from '../../src/cli/sweep/queue-arguments.ts';
import { roundGoalOf } from '../../src/cli/sweep/rounds-text.ts';
import { parseQueueAddress } from '../../src/experiment/sweep/queue/queue-address.ts';

const IO = {
  environment: { DB: 'postgres://me:secret@db/x' },
  workingDirectory: '/home',
} as unknown as CommandIo;
const args = (given: Record<string, unknown>) => given as Arguments;
const POSTGRES = parseQueueAddress('postgres://me:secret@db/x', '--queue');
const REDIS = parseQueueAddress('redis://cache', '--queue');

describe('placeOf()', () => {
  test.each([
    [{}, POSTGRES, { kind: 'table', address: POSTGRES }],
    [{ out: 'r' }, POSTGRES, { kind: 'folder', folder: '/home/r' }],
    [{}, REDIS, { kind: 'folder', folder: '/home/sweep' }],
    [{ results: 'env:DB' }, REDIS, { kind: 'table', address: POSTGRES }],
  ])('%j', (given, queue, place) => {
    expect(placeOf(args(given), queue, IO)).toEqual(place);
  });

  test.each([
    [{ results: 'env:DB', out: 'r' }, 'cannot use --out and --results together'],
    [{ results: 'redis://cache' }, 'cannot keep results in Redis'],
    [{ results: 'folder' }, "cannot use --results 'folder'"],
    [{ results: 'env:NONE' }, 'cannot use --results env:NONE: the variable is not set'],
  ])('refuses %j', (given, message) => {
    expect(() => placeOf(args(given), REDIS, IO)).toThrow(message);
  });
});

test('queueFlag() is what can be pasted again, without the password', () => {
  expect(queueFlag(args({ queue: 'env:DB' }), POSTGRES)).toBe('--queue env:DB');
  expect(queueFlag(args({ queue: POSTGRES.url }), POSTGRES)).toBe("--queue 'postgres://me:***@db/x'");
});

describe('queueSettingsOf()', () => {
  test('changes what is named and leaves the rest', () => {
    expect(queueSettingsOf(args({ 'queue-settings': 'lock=2s, stalls=0,backoff=250ms' }))).toEqual({
      attempts: 3,
      backoffMs: 250,
      lockMs: 2000,
      stalledCheckMs: 30_000,
      mostStalls: 0,
    });
  });

  test.each([
    ['lok=2s', "there is no queue setting 'lok'"],
    ['lock=2', "cannot use --queue-settings 'lock=2'"],
    ['lock=0s', "cannot use --queue-settings 'lock=0s'"],
    ['attempts=0', "cannot use --queue-settings 'attempts=0'"],
    ['attempts=3s', "cannot use --queue-settings 'attempts=3s'"],
    ['', "there is no queue setting ''"],
  ])('refuses %j', (text, message) => {
    expect(() => queueSettingsOf(args({ 'queue-settings': text }))).toThrow(message);
  });
});

describe('roundGoalOf()', () => {
  test.each([
    [{ target: 'cost±2%' }, { target: { metric: 'cost.total', share: 0.02 }, halve: null, firstSeeds: 8 }],
    [
      { target: 'wait.p95 +- 0.5 %', halve: 'cost.total', 'first-seeds': 4 },
      { target: { metric: 'wait.p95', share: 0.005 }, halve: 'cost.total', firstSeeds: 4 },
    ],
    [{}, null],
  ])('%j', (given, goal) => {
    expect(roundGoalOf(args(given), {})).toEqual(goal);
  });

  test.each([
    [{ target: 'cost' }, "cannot use --target 'cost'"],
    [{ target: 'cost±0%' }, "cannot use --target 'cost±0%'"],
    [{ target: 'coast.total±2%' }, "there is no metric 'coast.total' for --target"],
    [{ halve: 'instances.most' }, 'for --halve'],
    [{ 'first-seeds': 4 }, '--first-seeds is for rounds'],
    [{ halve: 'cost', 'first-seeds': 1 }, 'cannot use --first-seeds 1'],
  ])('refuses %j', (given, message) => {
    expect(() => roundGoalOf(args(given), {})).toThrow(message);
  });
});
