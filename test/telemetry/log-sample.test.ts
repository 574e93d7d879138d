import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { formatRecord } from '../../src/telemetry/log-format.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { isSampled, type LogSample, sampledLog } from '../../src/telemetry/log-sample.ts';
import { MemoryLog } from '../../src/telemetry/log-sink.ts';
import { writeFrequent } from '../support/frequent-records.ts';
import { tinyLog } from '../support/tiny-log.ts';

function sampleOf(records: readonly LogRecord[], sample: LogSample): readonly LogRecord[] {
  const log = new MemoryLog();
  writeFrequent(sampledLog(log, sample), records);
  return log.records;
}

const taskOf = (record: LogRecord) => ('task' in record ? record.task : null);

/** The tasks of the first million whose records a sample lets through. */
function chosen(sample: LogSample, count = 1_000_000): number[] {
  const tasks: number[] = [];
  const { frequent } = sampledLog({ write: (record) => tasks.push(taskOf(record)!) }, sample);
  for (let task = 0; task < count; task++) frequent!.running(task, 0, task, 0, 1);
  return tasks;
}

describe('sampledLog()', () => {
  test('keeps every record of its tasks and of what is no task, as it is, apart from passes', () => {
    const whole = tinyLog();
    const half = { tasks: 1, of: 2 };
    const [run, ...rest] = sampleOf(whole, half);
    expect(run).toEqual({ ...whole[0], sample: half });
    const tasks = new Set(rest.flatMap((record) => taskOf(record) ?? []));
    // Of ten tasks; which ones follows from their numbers.
    expect(tasks.size).toBeGreaterThan(1);
    expect(tasks.size).toBeLessThan(9);
    const expected = whole.slice(1).filter((record) => {
      const task = taskOf(record);
      return record.kind !== 'pass' && (task === null || tasks.has(task));
    });
    expect(rest).toEqual(expected);
  });

  test('chooses the same of the records that come as objects', () => {
    const log = new MemoryLog();
    const sink = sampledLog(log, { tasks: 1, of: 3 });
    for (const record of tinyLog()) sink.write(record);
    expect(log.records.map(formatRecord)).toEqual(sampleOf(tinyLog(), { tasks: 1, of: 3 }).map(formatRecord));
  });

  test.each([
    // Binomial: n p = 10,000 with a standard deviation of 99.5; three of them.
    [{ tasks: 1, of: 100 }, 10_000, 300],
    // 500,000 with one of 500.
    [{ tasks: 1, of: 2 }, 500_000, 1500],
    // 1,000 with one of 31.6.
    [{ tasks: 1, of: 1000 }, 1000, 95],
  ])('takes about its share: %o', (sample, expected, most) => {
    expect(Math.abs(chosen(sample).length - expected)).toBeLessThan(most);
  });

  test('takes no more of every tenth task than of all: the order of arrival does not matter', () => {
    const tenths = chosen({ tasks: 1, of: 10 }).filter((task) => task % 10 === 0).length;
    // 10,000 of 100,000, with a standard deviation of 95.
    expect(Math.abs(tenths - 10_000)).toBeLessThan(285);
  });

  test('a smaller sample is a part of a larger one', () => {
    const larger = new Set(chosen({ tasks: 3, of: 100 }, 100_000));
    const smaller = chosen({ tasks: 1, of: 100 }, 100_000);
    expect(smaller.length).toBeGreaterThan(0);
    expect(smaller.filter((task) => !larger.has(task))).toEqual([]);
  });
});

test('checkLog() refuses a sample: E4012', () => {
  const records = sampleOf(tinyLog(), { tasks: 1, of: 2 });
  expect(records.some(isSampled)).toBe(true);
  expect(() => checkLog(records)).toThrow(InputError);
  expect(() => checkLog(records)).toThrow(
    'E4012: Cannot check the event log: it holds a sample of the tasks',
  );
});
