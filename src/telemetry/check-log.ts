import { RULES } from './invariants/index.ts';
import type { RuleOptions } from './invariants/rule.ts';
import { World } from './invariants/world.ts';
import type { LogRecord } from './log-record.ts';

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

/**
 * Proves a run right from its event log alone, or says what is wrong with it: replays the log and holds every record
 * against every rule. Shares no code with the engine. Linear in the length of the log, apart from the brute force of
 * I-12 and I-18 while tasks wait; memory is that of what is alive.
 */
export function checkLog(records: Iterable<LogRecord>, options: CheckOptions = {}): Violation[] {
  const limit = options.limit ?? 100;
  const violations: Violation[] = [];
  const world = new World();
  let at = { seq: 0, timeMs: 0 };
  const checks = RULES.map(({ id, fatal, create }) => ({
    fatal,
    check: create(options),
    fail: (message: string) => void violations.push({ id, seq: at.seq, timeMs: at.timeMs, message }),
  }));
  for (const record of records) {
    at = record;
    const known = violations.length;
    for (const { check, fail, fatal } of checks) {
      check.record(record, world, fail);
      if (fatal && violations.length > known) return violations;
    }
    if (violations.length >= limit) return violations.slice(0, limit);
    world.apply(record);
  }
  if (!world.ended) {
    const message = 'the log has no end: the run was cut short';
    violations.push({ id: 'I-09', seq: world.lastSeq, timeMs: world.nowMs, message });
  }
  return violations;
}

/** `I-01 at 1500 ms (record 12): task 3 overfills instance 1: ...` */
export function formatViolation({ id, seq, timeMs, message }: Violation): string {
  return `${id} at ${timeMs} ms (record ${seq}): ${message}`;
}
