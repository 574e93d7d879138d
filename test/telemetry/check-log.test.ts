import { describe, expect, test } from 'vitest';
import { checkLog, formatViolation } from '../../src/telemetry/check-log.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { tinyLog } from '../support/tiny-log.ts';

/** Instance 3 offers no CPU: each of its three tasks breaks I-01, and nothing else does. */
function overfilled(): LogRecord[] {
  return tinyLog().map((record) =>
    record.kind === 'instance' && record.instance === 3
      ? { ...record, allocatable: record.allocatable.map((amount, lane) => (lane === 0 ? 0 : amount)) }
      : record,
  );
}

describe('checkLog()', () => {
  test('finds nothing wrong with a right log, with any bound on liveness', () => {
    expect(checkLog(tinyLog(), { livenessMs: 0 })).toEqual([]);
  });

  test('names the rule, the record and the time of each violation, in order', () => {
    const found = checkLog(overfilled());
    const placed = tinyLog().filter((record) => record.kind === 'placed' && record.instance === 3);
    expect(found.map(({ id, seq, timeMs }) => ({ id, seq, timeMs }))).toEqual(
      placed.map(({ seq, timeMs }) => ({ id: 'I-01', seq, timeMs })),
    );
  });

  test('stops at the limit', () => {
    expect(checkLog(overfilled(), { limit: 2 })).toHaveLength(2);
  });

  test('reads any iterable once, and an empty one is no log', () => {
    function* records() {
      yield* tinyLog();
    }
    expect(checkLog(records())).toEqual([]);
    expect(checkLog([]).map(({ id }) => id)).toEqual(['I-09']);
  });
});

describe('formatViolation()', () => {
  test('is one line with rule, time, record and reason', () => {
    const violation = { id: 'I-01', seq: 12, timeMs: 1500, message: 'task 3 overfills instance 1' };
    expect(formatViolation(violation)).toBe('I-01 at 1500 ms (record 12): task 3 overfills instance 1');
  });
});
