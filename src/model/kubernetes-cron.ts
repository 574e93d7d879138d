import { HOUR, MINUTE, SECOND } from '../units.ts';
import { type WallClock, wallClock } from './wall-clock.ts';

/** When a CronJob is due. */
export interface CronSchedule {
  /** The first time strictly after `afterMs` (epoch milliseconds), whole seconds; `NEVER` when there is none. */
  next(afterMs: number): number;
}

/** A time before all others: what the real parser answers for 31 February. */
export const NEVER = Number.NEGATIVE_INFINITY;

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTES: Field = { min: 0, max: 59 };
const HOURS: Field = { min: 0, max: 23 };
const DAYS: Field = { min: 1, max: 31 };
const MONTH: Field = { min: 1, max: 12, names: MONTHS };
const WEEKDAY: Field = { min: 0, max: 6, names: WEEKDAYS };

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** Thrown and caught in this file only. */
class FieldProblem extends Error {}

/**
 * Reads the schedule of a Kubernetes CronJob: five fields, a descriptor such as `@daily`, or `@every 90m`. A time that
 * the clock of the zone skips is passed over, one that it shows twice comes twice, as in the real controller.
 * Source: github.com/robfig/cron v3.0.1 parser.go, spec.go, constantdelay.go.
 */
export function parseKubernetesCron(
  text: string,
  timezone = 'UTC',
): CronSchedule | { readonly problem: string } {
  const clock = wallClock(timezone);
  if (clock === null) return { problem: `there is no time zone ${timezone}` };
  const every = /^@every (.+)$/.exec(text);
  if (every !== null) return everyDelay(every[1]!);
  if (text.startsWith('@') && !DESCRIPTORS.has(text)) return { problem: `${text} is no known descriptor` };
  const fields = (DESCRIPTORS.get(text) ?? text).trim().split(/\s+/);
  if (fields.length !== 5) return { problem: `'${text}' has ${fields.length} fields, not five` };
  try {
    const [minutes, hours, days, months, weekdays] = [MINUTES, HOURS, DAYS, MONTH, WEEKDAY].map(
      (field, index) => readField(fields[index]!, field),
    );
    return new FieldSchedule(
      { minutes: minutes!, hours: hours!, days: days!, months: months!, weekdays: weekdays! },
      clock,
    );
  } catch (error) {
    if (error instanceof FieldProblem) return { problem: error.message };
    throw error;
  }
}

function everyDelay(text: string): CronSchedule | { readonly problem: string } {
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    return { problem: `'${text}' is no duration such as 1h30m` };
  }
  const unitMs: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR };
  const lengthMs = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit!] ?? 0), 0);
  const delayMs = Math.max(Math.floor(lengthMs / SECOND), 1) * SECOND;
  return { next: (afterMs) => Math.floor(afterMs / SECOND) * SECOND + delayMs };
}

/** The values of a field; `any` when it was written as `*` or `?`. */
interface Values {
  readonly set: ReadonlySet<number>;
  readonly any: boolean;
}

function readField(text: string, field: Field): Values {
  const set = new Set<number>();
  let any = false;
  for (const part of text.split(',').filter((one) => one !== '')) any = readRange(part, field, set) || any;
  return { set, any };
}

function readRange(text: string, field: Field, set: Set<number>): boolean {
  const [range = '', step, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreRange] = range.split('-');
  if (moreSteps.length > 0 || moreRange.length > 0) throw new FieldProblem(`'${text}' is no range`);
  const star = low === '*' || low === '?';
  const start = star ? field.min : readValue(low, field);
  const stride = step === undefined ? 1 : readNumber(step);
  const single = star || step !== undefined ? field.max : start;
  const end = high !== undefined && !star ? readValue(high, field) : single;
  if (start < field.min || end > field.max || start > end || stride === 0) {
    throw new FieldProblem(`'${text}' lies outside ${field.min} to ${field.max}, or goes backwards`);
  }
  for (let value = start; value <= end; value += stride) set.add(value);
  return star && stride === 1;
}

function readValue(text: string, { names = [], min }: Field): number {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + min : readNumber(text);
}

function readNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new FieldProblem(`'${text}' is no number`);
  return Number(text);
}

/** How far it looks ahead. */
const YEARS_AHEAD = 5;

interface CronFields {
  readonly minutes: Values;
  readonly hours: Values;
  readonly days: Values;
  readonly months: Values;
  readonly weekdays: Values;
}

class FieldSchedule implements CronSchedule {
  readonly #fields: CronFields;
  readonly #clock: WallClock;

  constructor(fields: CronFields, clock: WallClock) {
    this.#fields = fields;
    this.#clock = clock;
  }

  /**
   * Field by field from the largest, the clock put to the start of the unit at the first step. Whenever a field wraps
   * round, all start again. Days begin at midnight, or where the clock has none, an hour off; hours and minutes are
   * stepped in real time.
   */
  next(afterMs: number): number {
    if (afterMs === NEVER) return NEVER;
    const { minutes, hours, months } = this.#fields;
    let at = Math.floor(afterMs / SECOND) * SECOND + SECOND;
    const lastYear = this.#wall(at).getUTCFullYear() + YEARS_AHEAD;
    let rounded = false;
    const round = (toEpoch: () => number) => {
      if (!rounded) at = toEpoch();
      rounded = true;
    };
    search: while (this.#wall(at).getUTCFullYear() <= lastYear) {
      while (!months.set.has(this.#wall(at).getUTCMonth() + 1)) {
        round(() => this.#epoch(this.#wall(at), (wall) => wall.setUTCDate(1), 'day'));
        at = this.#epoch(this.#wall(at), (wall) => wall.setUTCMonth(wall.getUTCMonth() + 1));
        if (this.#wall(at).getUTCMonth() === 0) continue search;
      }
      while (!this.#isDay(this.#wall(at))) {
        round(() => this.#epoch(this.#wall(at), () => undefined, 'day'));
        at = this.#nextDay(at);
        if (this.#wall(at).getUTCDate() === 1) continue search;
      }
      while (!hours.set.has(this.#wall(at).getUTCHours())) {
        round(() => this.#epoch(this.#wall(at), () => undefined, 'hour'));
        at += HOUR;
        if (this.#wall(at).getUTCHours() === 0) continue search;
      }
      while (!minutes.set.has(this.#wall(at).getUTCMinutes())) {
        round(() => Math.floor(at / MINUTE) * MINUTE);
        at += MINUTE;
        if (this.#wall(at).getUTCMinutes() === 0) continue search;
      }
      while (this.#wall(at).getUTCSeconds() !== 0) {
        rounded = true;
        at += SECOND;
        if (this.#wall(at).getUTCSeconds() === 0) continue search;
      }
      return at;
    }
    return NEVER;
  }

  /** What the clock shows, as if it were UTC. */
  #wall(epochMs: number): Date {
    return new Date(this.#clock.wallMs(epochMs));
  }

  /** The instant at which the clock shows the wall time after a change; one that it never shows moves as in Go. */
  #epoch(wall: Date, change: (wall: Date) => void, startOf?: 'day' | 'hour'): number {
    change(wall);
    if (startOf === 'day') wall.setUTCHours(0, 0, 0);
    if (startOf === 'hour') wall.setUTCMinutes(0, 0);
    return epochAsInGo(this.#clock, wall.getTime());
  }

  #nextDay(at: number): number {
    const next = this.#epoch(this.#wall(at), (wall) => wall.setUTCDate(wall.getUTCDate() + 1));
    const hour = this.#wall(next).getUTCHours();
    if (hour === 0) return next;
    return hour > 12 ? next + (24 - hour) * HOUR : next - hour * HOUR;
  }

  /** Both day fields restricted: either will do. */
  #isDay(wall: Date): boolean {
    const { days, weekdays } = this.#fields;
    const byDate = days.set.has(wall.getUTCDate());
    const byWeekday = weekdays.set.has(wall.getUTCDay());
    return days.any || weekdays.any ? byDate && byWeekday : byDate || byWeekday;
  }
}

/** Source: Go 1.25 src/time/time.go, Date: the offset at that time as if it were UTC, corrected once. */
function epochAsInGo(clock: WallClock, wallMs: number): number {
  const guess = wallMs - (clock.wallMs(wallMs) - wallMs);
  return wallMs - (clock.wallMs(guess) - guess);
}
