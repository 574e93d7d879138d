/**
 * The six fields of an AWS cron expression, each written out in full for croner, which reads some of AWS's spellings
 * differently (Sunday is 0), and others not at all (`0/15`, wrapping ranges).
 *
 * | field | values | besides lists of `x`, `x-y`, `*`, with `/step` |
 * |---|---|---|
 * | minutes | 0-59 | |
 * | hours | 0-23 | |
 * | day of month | 1-31 | `?`; `L` last day; `3W` weekday nearest to the 3rd, in the same month |
 * | month | 1-12, JAN-DEC | |
 * | day of week | 1-7, SUN-SAT, no `/` | `?`; `L` is 7; `6L` last Friday; `3#2` second Tuesday |
 * | year | 1970-2199 | |
 *
 * Ranges may wrap (hours `20-2`), but not those of years. One of the two day fields must be `?`, and only one.
 * Source: Amazon EventBridge user guide, "Cron expressions"; EventBridge Scheduler user guide, "Schedule types".
 */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names?: readonly string[];
  readonly allowsStep: boolean;
  readonly allowsWrap: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const MINUTES: Field = { name: 'minutes', min: 0, max: 59, allowsStep: true, allowsWrap: true };
const HOURS: Field = { name: 'hours', min: 0, max: 23, allowsStep: true, allowsWrap: true };
const DAY_OF_MONTH: Field = { name: 'day-of-month', min: 1, max: 31, allowsStep: true, allowsWrap: true };
const MONTH: Field = { name: 'month', min: 1, max: 12, names: MONTHS, allowsStep: true, allowsWrap: true };
const DAY_OF_WEEK: Field = {
  name: 'day-of-week',
  min: 1,
  max: 7,
  names: WEEKDAYS,
  allowsStep: false,
  allowsWrap: true,
};
const YEAR: Field = { name: 'year', min: 1970, max: 2199, allowsStep: true, allowsWrap: false };

/** Thrown and caught in this file only. */
class FieldProblem extends Error {}

/** A croner pattern with seven fields, seconds first, from the text between the brackets of `cron(...)`. */
export function cronerPattern(fields: string): { readonly pattern: string } | { readonly problem: string } {
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year, ...rest] = fields.split(/ +/).filter(Boolean);
  if (year === undefined || rest.length > 0) {
    return { problem: 'cron() takes six fields: minutes hours day-of-month month day-of-week year' };
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    return { problem: 'exactly one of day-of-month and day-of-week must be ?' };
  }
  try {
    const pattern = [
      '0',
      list(MINUTES, minutes!),
      list(HOURS, hours!),
      cronerDayOfMonth(dayOfMonth!),
      list(MONTH, month!),
      cronerDayOfWeek(dayOfWeek!),
      list(YEAR, year),
    ].join(' ');
    return { pattern };
  } catch (error) {
    if (error instanceof FieldProblem) return { problem: error.message };
    throw error;
  }
}

function cronerDayOfMonth(text: string): string {
  if (text === '?' || text === '*') return '*';
  if (text === 'L') return 'L';
  const nearest = /^(\d+)W$/.exec(text);
  if (nearest) return `${value(DAY_OF_MONTH, nearest[1]!)}W`;
  return list(DAY_OF_MONTH, text);
}

/** croner counts weekdays from Sunday = 0. */
function cronerDayOfWeek(text: string): string {
  if (text === '?' || text === '*') return '*';
  if (text === 'L') return '6';
  const last = /^(\w+)L$/.exec(text);
  if (last) return `${value(DAY_OF_WEEK, last[1]!) - 1}L`;
  const nth = /^(\w+)#(\d+)$/.exec(text);
  if (nth) {
    const week = Number(nth[2]);
    if (week < 1 || week > 5) throw new FieldProblem(`day-of-week ${text}: the week is a number from 1 to 5`);
    return `${value(DAY_OF_WEEK, nth[1]!) - 1}#${week}`;
  }
  return values(DAY_OF_WEEK, text)
    .map((day) => day - 1)
    .join();
}

function list(field: Field, text: string): string {
  return values(field, text).join();
}

/** Every value that a comma list of `x`, `x-y`, `*`, each with or without `/step`, stands for, ascending. */
function values(field: Field, text: string): number[] {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (!match || (match[4] !== undefined && !field.allowsStep)) {
      throw new FieldProblem(`${field.name} cannot be ${text}`);
    }
    const step = Number(match[4] ?? 1);
    if (step < 1) throw new FieldProblem(`${field.name} ${text}: a step is at least 1`);
    for (const each of stepped(field, range(field, match), step)) found.add(each);
  }
  return [...found].sort((a, b) => a - b);
}

/** First and last value of one part of a list; `x/step` runs to the end of the field. */
function range(field: Field, [, star, from, to, step]: RegExpExecArray): readonly [number, number] {
  if (star !== undefined) return [field.min, field.max];
  const first = value(field, from!);
  if (to !== undefined) return [first, value(field, to)];
  return [first, step === undefined ? first : field.max];
}

/** Every `step`th value from the first to the last; past the end of the field it goes on at its beginning. */
function stepped(field: Field, [first, last]: readonly [number, number], step: number): number[] {
  const size = field.max - field.min + 1;
  if (last < first && !field.allowsWrap)
    throw new FieldProblem(`${field.name} ${first}-${last} runs backwards`);
  const length = last < first ? last + size - first : last - first;
  const found: number[] = [];
  for (let offset = 0; offset <= length; offset += step) {
    found.push(field.min + ((first - field.min + offset) % size));
  }
  return found;
}

function value(field: Field, text: string): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return field.min + named;
  if (!/^\d+$/.test(text)) throw new FieldProblem(`${field.name} cannot be ${text}`);
  const number = Number(text);
  if (number < field.min || number > field.max) {
    throw new FieldProblem(`${field.name} ${text} is not between ${field.min} and ${field.max}`);
  }
  return number;
}
