import type { LogRecord } from './log-record.ts';
import { frequentOf, type LogSink } from './log-sink.ts';

/** About `tasks` of each `of` tasks; both from 1 to `MOST_OF`. */
export interface LogSample {
  readonly tasks: number;
  readonly of: number;
}

/** So that the product with 32 bits is exact. */
export const MOST_OF = 1_000_000;

/**
 * Lets the records of a sample of the tasks through, each task with all of its own, and those that belong to no task but
 * passes. Who is in the sample follows from the number of the task alone: it is the same on every platform and with every
 * seed, a smaller sample is a part of a larger one, and nothing is drawn, so that the run is what it would be without.
 */
export function sampledLog(sink: LogSink, sample: LogSample): LogSink {
  const inner = frequentOf(sink);
  const limit = sample.tasks * 2 ** 32;
  const has = (task: number) => mixed(task) * sample.of < limit;
  return {
    write: (record) => {
      if (record.kind === 'run') sink.write({ ...record, sample });
      else if (record.kind !== 'pass' && (!('task' in record) || has(record.task))) sink.write(record);
    },
    frequent: {
      submitted: (seq, timeMs, task, taskClass, startupMs, runtimeMs, memoryBytes) => {
        if (has(task)) inner.submitted(seq, timeMs, task, taskClass, startupMs, runtimeMs, memoryBytes);
      },
      placed: (seq, timeMs, task, attempt, instance, devices) => {
        if (has(task)) inner.placed(seq, timeMs, task, attempt, instance, devices);
      },
      running: (seq, timeMs, task, attempt, instance) => {
        if (has(task)) inner.running(seq, timeMs, task, attempt, instance);
      },
      ended: (seq, timeMs, task, attempt, instance, outcome) => {
        if (has(task)) inner.ended(seq, timeMs, task, attempt, instance, outcome);
      },
      pass: () => {},
    },
  };
}

/** Is the record of a run that of a sample of its tasks? */
export function isSampled(record: LogRecord): boolean {
  return record.kind === 'run' && record.sample !== undefined;
}

/**
 * 32 bits in which neighbours have nothing in common: tasks of one arrival must not stand for all others.
 * Source: MurmurHash3, finalisation mix (A. Appleby, public domain).
 */
function mixed(task: number): number {
  let bits = task | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
