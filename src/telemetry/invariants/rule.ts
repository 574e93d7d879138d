import type { LogRecord } from '../log-record.ts';
import type { World } from './world.ts';

/** Reports one violation, in a sentence, at the record in hand. */
export type Fail = (message: string) => void;

export interface RuleOptions {
  /**
   * I-18: a task that some instance has had room for all this time must have started. Absent: not checked, because
   * only the platform knows its pass interval and backoff.
   */
  readonly livenessMs?: number;
  /** I-24: how long a daemon may be missing on an instance with room for it. Default 30 s: it is tried every 10 s. */
  readonly coverageMs?: number;
}

/** One law of the log. */
export interface Rule {
  readonly id: string;
  /** What must hold, in one sentence. */
  readonly rule: string;
  /** Once it is broken nothing else can be judged; checked first. */
  readonly fatal?: true;
  create(options: RuleOptions): RuleCheck;
}

/** A rule under way over one log. */
export interface RuleCheck {
  /** Sees each record, and the world as it was before it. */
  record(record: LogRecord, before: World, fail: Fail): void;
}
