import { Cron } from 'croner';
import { DAY, HOUR, MINUTE } from '../units.ts';
import { cronerPattern } from './cron-fields.ts';
import { type WallClock, wallClock } from './wall-clock.ts';

/** Amazon EventBridge has two: rules (UTC, no `at`), and EventBridge Scheduler. */
export type ScheduleFrontEnd = 'rules' | 'scheduler';

/** A schedule expression, read and checked. */
export type ScheduleExpression =
  | {
      readonly kind: 'rate';
      readonly periodMs: number;
      /** Where the first firing lies: at the start (scheduler), or one period after (rules). */
      readonly firstAfterMs: number;
    }
  | { readonly kind: 'cron'; readonly wallTimes: Cron; readonly clock: WallClock }
  /** `epochMs` is null when clocks go forward over that time: then it never fires. */
  | { readonly kind: 'at'; readonly epochMs: number | null };

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['minute', MINUTE],
  ['hour', HOUR],
  ['day', DAY],
]);

/**
 * Reads `rate(5 minutes)`, `cron(0 12 * * ? *)` or `at(2026-03-02T10:00:00)`: lower case, nothing around. `timezone`
 * is an IANA name, UTC when left out; rules know no other. Returns what is wrong, as a sentence without full stop, when
 * AWS would answer ValidationException.
 *
 * Days of a rate are 24 hours. A `cron` fires at the hours and minutes it names, on the days it names, by the clock of
 * the zone: a time that the clock skips does not fire, a time that it shows twice fires the first time.
 * Source: Amazon EventBridge user guide, "Schedule expressions"; EventBridge Scheduler user guide, "Schedule types".
 */
export function parseScheduleExpression(
  text: string,
  options: { readonly frontEnd: ScheduleFrontEnd; readonly timezone?: string | undefined },
): ScheduleExpression | { readonly problem: string } {
  const { frontEnd, timezone = 'UTC' } = options;
  if (frontEnd === 'rules' && timezone !== 'UTC') return { problem: 'rules have no time zone but UTC' };
  const clock = wallClock(timezone);
  if (clock === null) return { problem: `there is no time zone ${timezone}` };
  const form = /^(rate|cron|at)\(([^()]*)\)$/.exec(text);
  if (!form) return { problem: `${text} is not of the form rate(...), cron(...) or at(...)` };
  const inner = form[2]!;
  switch (form[1]) {
    case 'rate':
      return parseRate(inner, frontEnd);
    case 'cron':
      return parseCron(inner, clock);
    default:
      if (frontEnd === 'rules') return { problem: 'rules have no at(...)' };
      return parseAt(inner, clock);
  }
}

/**
 * The first firing strictly after `afterEpochMs`; Infinity when there is none. `startEpochMs` is when the schedule
 * starts (a rule is created): rates count from there, and nothing fires before it.
 */
export function nextFiringMs(
  expression: ScheduleExpression,
  options: { readonly afterEpochMs: number; readonly startEpochMs: number },
): number {
  const { startEpochMs } = options;
  const afterMs = Math.max(options.afterEpochMs, startEpochMs - 1);
  switch (expression.kind) {
    case 'rate': {
      const firstMs = startEpochMs + expression.firstAfterMs;
      const periods = Math.floor((afterMs - firstMs) / expression.periodMs) + 1;
      return firstMs + Math.max(periods, 0) * expression.periodMs;
    }
    case 'cron':
      return nextCronMs(expression.wallTimes, expression.clock, afterMs);
    case 'at':
      return expression.epochMs !== null && expression.epochMs > afterMs
        ? expression.epochMs
        : Number.POSITIVE_INFINITY;
  }
}

/** Rules want `1 minute` and `5 minutes`; the scheduler takes singular and plural with any number. */
function parseRate(
  text: string,
  frontEnd: ScheduleFrontEnd,
): ScheduleExpression | { readonly problem: string } {
  const match = /^(\d{1,12}) (minute|hour|day)(s?)$/.exec(text);
  const value = Number(match?.[1]);
  if (!match || value < 1) {
    return { problem: `rate(${text}): a rate is a whole number from 1, a space, and minutes, hours or days` };
  }
  const unit = match[2]!;
  if (frontEnd === 'rules' && (value === 1) !== (match[3] === '')) {
    return { problem: `rate(${text}): write ${value} ${value === 1 ? unit : `${unit}s`}` };
  }
  const periodMs = value * UNIT_MS.get(unit)!;
  if (!Number.isSafeInteger(periodMs)) return { problem: `rate(${text}) is too long` };
  return { kind: 'rate', periodMs, firstAfterMs: frontEnd === 'rules' ? periodMs : 0 };
}

function parseCron(text: string, clock: WallClock): ScheduleExpression | { readonly problem: string } {
  const translated = cronerPattern(text);
  if ('problem' in translated) return { problem: `cron(${text}): ${translated.problem}` };
  // In UTC, croner answers wall times; its own handling of zones is not AWS's (it moves skipped times).
  return { kind: 'cron', wallTimes: new Cron(translated.pattern, { utcOffset: 0, paused: true }), clock };
}

function parseAt(text: string, clock: WallClock): ScheduleExpression | { readonly problem: string } {
  const problem = { problem: `at(${text}): a time is written yyyy-mm-ddThh:mm:ss, and must exist` };
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return problem;
  const wallMs = Date.parse(`${text}Z`);
  // Date.parse takes 30 February for 1 March, and 24:00 for the next day.
  if (Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 19) !== text) return problem;
  return { kind: 'at', epochMs: clock.epochMs(wallMs) };
}

/**
 * Wall times in order have instants in order, skipped ones apart; only in an hour that the clock shows for the second
 * time, those ahead on the clock lie back in time, and are passed over.
 */
function nextCronMs(wallTimes: Cron, clock: WallClock, afterMs: number): number {
  let wall = wallTimes.nextRun(new Date(clock.wallMs(afterMs)));
  while (wall !== null) {
    const epochMs = clock.epochMs(wall.getTime());
    if (epochMs !== null && epochMs > afterMs) return epochMs;
    wall = wallTimes.nextRun(wall);
  }
  return Number.POSITIVE_INFINITY;
}
