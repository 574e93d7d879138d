import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  nextFiringMs,
  parseScheduleExpression,
  type ScheduleFrontEnd,
} from '../../src/model/schedule-expression.ts';

interface Question {
  readonly expression: string;
  readonly frontEnd: ScheduleFrontEnd;
  readonly after: string;
  readonly count: number;
  readonly timezone?: string;
  readonly start?: string;
}

interface Case {
  readonly id: string;
  readonly in: Question;
  readonly out: { readonly times: readonly string[] } | { readonly error: string };
}

const iso = (epochMs: number) => new Date(epochMs).toISOString().replace('.000Z', 'Z');

/** The first firings strictly after a time, or the problem. */
function firings(question: Question): string[] | string {
  const { frontEnd, timezone, count } = question;
  const expression = parseScheduleExpression(question.expression, { frontEnd, timezone });
  if ('problem' in expression) return expression.problem;
  const startEpochMs = Date.parse(question.start ?? question.after);
  const times: string[] = [];
  let afterEpochMs = Date.parse(question.after);
  while (times.length < count) {
    afterEpochMs = nextFiringMs(expression, { afterEpochMs, startEpochMs });
    if (afterEpochMs === Number.POSITIVE_INFINITY) break;
    times.push(iso(afterEpochMs));
  }
  return times;
}

const vectors = new URL('../conformance/ecs/13-schedules.jsonl.gz', import.meta.url);
const cases = gunzipSync(readFileSync(vectors))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

describe('schedule expressions agree with the conformance vectors', () => {
  test('there are 192 of them', () => {
    expect(cases).toHaveLength(192);
  });

  test.each(cases)('$id $in.expression ($in.frontEnd)', ({ in: question, out }) => {
    const answer = firings(question);
    if ('error' in out) expect(answer).toBeTypeOf('string');
    else expect(answer).toEqual(out.times);
  });
});

describe('parseScheduleExpression()', () => {
  test.each<{ expression: string; frontEnd?: ScheduleFrontEnd; timezone?: string; problem: string }>([
    { expression: 'rate(1 minutes)', frontEnd: 'rules', problem: 'rate(1 minutes): write 1 minute' },
    { expression: 'rate(5 hour)', frontEnd: 'rules', problem: 'rate(5 hour): write 5 hours' },
    { expression: 'rate(999999999999 days)', problem: 'rate(999999999999 days) is too long' },
    {
      expression: ' rate(1 day)',
      problem: ' rate(1 day) is not of the form rate(...), cron(...) or at(...)',
    },
    { expression: 'cron(0 24 * * ? *)', problem: 'cron(0 24 * * ? *): hours 24 is not between 0 and 23' },
    { expression: 'at(2026-03-02T10:00:00)', frontEnd: 'rules', problem: 'rules have no at(...)' },
    {
      expression: 'rate(1 day)',
      timezone: 'Europe/Atlantis',
      problem: 'there is no time zone Europe/Atlantis',
    },
    // Node 22 takes such a zone, Node 20 does not: so none does
    { expression: 'rate(1 day)', timezone: '+05:30', problem: 'there is no time zone +05:30' },
    {
      expression: 'rate(1 day)',
      frontEnd: 'rules',
      timezone: 'Asia/Tokyo',
      problem: 'rules have no time zone but UTC',
    },
  ])('$expression $timezone: $problem', ({ expression, frontEnd = 'scheduler', timezone, problem }) => {
    expect(parseScheduleExpression(expression, { frontEnd, timezone })).toEqual({ problem });
  });
});

describe('nextFiringMs()', () => {
  const utc = (text: string) => Date.parse(text);
  const first = (expression: string, after: string, timezone = 'UTC') => {
    const parsed = parseScheduleExpression(expression, { frontEnd: 'scheduler', timezone });
    if ('problem' in parsed) throw new Error(parsed.problem);
    const next = nextFiringMs(parsed, { afterEpochMs: utc(after), startEpochMs: 0 });
    return next === Number.POSITIVE_INFINITY ? 'never' : iso(next);
  };

  test.each([
    { expression: 'cron(0 0 29 2 ? *)', after: '2097-01-01T00:00:00Z', next: '2104-02-29T00:00:00Z' },
    { expression: 'cron(0 0 30 2 ? *)', after: '2026-01-01T00:00:00Z', next: 'never' },
    { expression: 'cron(59 23 31 12 ? 2199)', after: '2026-01-01T00:00:00Z', next: '2199-12-31T23:59:00Z' },
    { expression: 'cron(59 23 31 12 ? *)', after: '2199-12-31T23:59:00Z', next: 'never' },
    // beyond 2^31 seconds
    { expression: 'cron(0 0 * * ? *)', after: '2038-01-19T03:14:08Z', next: '2038-01-20T00:00:00Z' },
    // strictly after, also when the time before lies inside a second
    { expression: 'cron(0 12 * * ? *)', after: '2026-03-02T11:59:59.999Z', next: '2026-03-02T12:00:00Z' },
    { expression: 'cron(0 12 * * ? *)', after: '2026-03-02T12:00:00.001Z', next: '2026-03-03T12:00:00Z' },
    // New York goes forward on the second Sunday of March, at 02:00: this never exists
    {
      expression: 'cron(30 2 ? 3 1#2 *)',
      after: '2026-01-01T00:00:00Z',
      timezone: 'America/New_York',
      next: 'never',
    },
    // Samoa went over the date line and had no 30 December 2011
    {
      expression: 'cron(0 12 30 12 ? 2011)',
      after: '2011-01-01T00:00:00Z',
      timezone: 'Pacific/Apia',
      next: 'never',
    },
    // in the hour that Berlin has for the second time, 02:30 has been
    {
      expression: 'cron(0/30 2 * * ? *)',
      after: '2024-10-27T01:10:00Z',
      timezone: 'Europe/Berlin',
      next: '2024-10-28T01:00:00Z',
    },
    // Kathmandu is 5:45 ahead
    {
      expression: 'cron(0 0 * * ? *)',
      after: '2026-03-02T00:00:00Z',
      timezone: 'Asia/Kathmandu',
      next: '2026-03-02T18:15:00Z',
    },
  ])('$expression after $after: $next', ({ expression, after, timezone, next }) => {
    expect(first(expression, after, timezone)).toBe(next);
  });

  test('nothing fires before the start', () => {
    const start = utc('2026-03-02T10:00:00Z');
    const next = (expression: string) => {
      const parsed = parseScheduleExpression(expression, { frontEnd: 'scheduler' });
      if ('problem' in parsed) throw new Error(parsed.problem);
      return nextFiringMs(parsed, { afterEpochMs: 0, startEpochMs: start });
    };
    expect(next('rate(5 minutes)')).toBe(start);
    expect(next('cron(0 * * * ? *)')).toBe(start);
    expect(next('cron(0 9 * * ? *)')).toBe(start + 23 * 3_600_000);
    expect(next('at(2026-03-02T10:00:00)')).toBe(start);
    expect(next('at(2026-03-02T09:59:59)')).toBe(Number.POSITIVE_INFINITY);
  });

  test('every firing matches hours, minutes and weekdays read off the calendar, and none is left out', () => {
    const field = (max: number) => fc.uniqueArray(fc.nat(max), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(field(59), field(23), field(6), fc.nat(400), (minutes, hours, weekdays, day) => {
        const days = weekdays.map((weekday) => weekday + 1);
        const parsed = parseScheduleExpression(`cron(${minutes} ${hours} ? * ${days} *)`, {
          frontEnd: 'rules',
        });
        if ('problem' in parsed) throw new Error(parsed.problem);
        const from = utc('2026-03-02T10:00:00Z') + day * 86_400_000;
        const next = nextFiringMs(parsed, { afterEpochMs: from, startEpochMs: 0 });
        let plain = from + 60_000;
        for (; ; plain += 60_000) {
          const date = new Date(plain);
          if (
            minutes.includes(date.getUTCMinutes()) &&
            hours.includes(date.getUTCHours()) &&
            weekdays.includes(date.getUTCDay())
          ) {
            break;
          }
        }
        expect(iso(next)).toBe(iso(plain));
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
