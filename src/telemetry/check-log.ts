import { InputError } from '../errors.ts';
import { RULES } from './invariants/index.ts';
import type { RuleOptions } from './invariants/rule.ts';
import { World } from './invariants/world.ts';
import type { LogRecord } from './log-record.ts';
import { isSampled } from './log-sample.ts';

/** A rule that the log breaks, and where. */
export interface Violation {
  /** `I-01`. */
  readonly id: string;
  readonly seq: number;
  readonly timeMs: number;
  readonly message: string;
}

export interface CheckOptions extends RuleOptions {
  /** Stop after this many violations; default 100. One bug breaks many rules many times. */
  readonly limit?: number;
}

/** Takes the records of a log one by one. */
export interface LogChecker {
  /** The next record. Returns whether more are wanted: after a fatal violation, or too many, they are not. */
  take(record: LogRecord): boolean;
  /** After the last record: what was found. */
  finish(): Violation[];
}

/**
 * Proves a run right from its event log alone, or says what is wrong with it: replays the log and holds every record
 * against every rule. Shares no code with the engine. Linear in the length of the log, apart from the brute force of
 * I-12 and I-18 while tasks wait; memory is that of what is alive. Errors: E4012 for the log of a sample of the tasks.
 */
export function checkLog(records: Iterable<LogRecord>, options: CheckOptions = {}): Violation[] {
  const checker = createLogChecker(options);
  for (const record of records) if (!checker.take(record)) break;
  return checker.finish();
}

/** As `checkLog`, for logs that come bit by bit. */
export function createLogChecker(options: CheckOptions = {}): LogChecker {
  const limit = options.limit ?? 100;
  const violations: Violation[] = [];
  const world = new World();
  let at = { seq: 0, timeMs: 0 };
  let isOver = false;
  const checks = RULES.map(({ id, fatal, create }) => ({
    fatal,
    check: create(options),
    fail: (message: string) => void violations.push({ id, seq: at.seq, timeMs: at.timeMs, message }),
  }));
  const holds = (record: LogRecord): boolean => {
    const known = violations.length;
    for (const { check, fail, fatal } of checks) {
      check.record(record, world, fail);
      if (fatal && violations.length > known) return false;
    }
    return violations.length < limit;
  };
  return {
    take(record) {
      if (isSampled(record)) throw onlyASample();
      at = record;
      isOver ||= !holds(record);
      if (!isOver) world.apply(record);
      return !isOver;
    },
    finish() {
      if (isOver) return violations.slice(0, limit);
      if (!world.ended) {
        const message = 'the log has no end: the run was cut short';
        violations.push({ id: 'I-09', seq: world.lastSeq, timeMs: world.nowMs, message });
      }
      return violations;
    },
  };
}

function onlyASample(): InputError {
  const message = 'Cannot check the event log: it holds a sample of the tasks';
  const hint = 'whether instances were full or tasks waited in order shows in the log of all tasks only';
  return new InputError([{ severity: 'error', code: 'E4012', message, hint }]);
}

/** `I-01 at 1500 ms (record 12): task 3 overfills instance 1: ...` */
export function formatViolation({ id, seq, timeMs, message }: Violation): string {
  return `${id} at ${timeMs} ms (record ${seq}): ${message}`;
}
