import { describe, expect, test } from 'vitest';
import { NEVER, parseKubernetesCron } from '../../src/model/kubernetes-cron.ts';

function firings(text: string, timezone: string, after: string, count: number): string[] {
  const schedule = parseKubernetesCron(text, timezone);
  if ('problem' in schedule) throw new Error(schedule.problem);
  const times: string[] = [];
  let at = Date.parse(after);
  for (let index = 0; index < count; index++) {
    at = schedule.next(at);
    times.push(new Date(at).toISOString().slice(0, 16));
  }
  return times;
}

describe('parseKubernetesCron', () => {
  // Clocks: New York goes forward on 8 March 2026 at 02:00 (07:00 UTC), back on 1 November at 02:00 (06:00 UTC).
  test.each([
    {
      text: '30 2 * * *',
      zone: 'America/New_York',
      after: '2026-03-07T00:00Z',
      times: ['2026-03-07T07:30', '2026-03-09T06:30'],
    },
    {
      text: '30 1 * * *',
      zone: 'America/New_York',
      after: '2026-11-01T00:00Z',
      times: ['2026-11-01T05:30', '2026-11-01T06:30'],
    },
    {
      text: '@every 90m',
      zone: 'UTC',
      after: '2026-03-02T10:00Z',
      times: ['2026-03-02T11:30', '2026-03-02T13:00'],
    },
    // Both day fields restricted: the 13th, or a Friday.
    {
      text: '0 0 13 * 5',
      zone: 'UTC',
      after: '2026-03-02T00:00Z',
      times: ['2026-03-06T00:00', '2026-03-13T00:00'],
    },
    {
      text: '0 0 29 2 *',
      zone: 'UTC',
      after: '2026-03-02T00:00Z',
      times: ['2028-02-29T00:00', '2032-02-29T00:00'],
    },
    {
      text: '@weekly',
      zone: 'UTC',
      after: '2026-03-02T00:00Z',
      times: ['2026-03-08T00:00', '2026-03-15T00:00'],
    },
  ])('$text in $zone', ({ text, zone, after, times }) => {
    expect(firings(text, zone, after, times.length)).toEqual(times);
  });

  test('31 February never comes', () => {
    const schedule = parseKubernetesCron('0 0 31 2 *');
    expect('next' in schedule && schedule.next(0)).toBe(NEVER);
  });

  test.each([
    ['* * * *', "'* * * *' has 4 fields, not five"],
    ['60 * * * *', "'60' lies outside 0 to 59, or goes backwards"],
    ['* * * * 7', "'7' lies outside 0 to 6, or goes backwards"],
    ['5-1 * * * *', "'5-1' lies outside 0 to 59, or goes backwards"],
    ['*/0 * * * *', "'*/0' lies outside 0 to 59, or goes backwards"],
    ['1-2-3 * * * *', "'1-2-3' is no range"],
    ['x * * * *', "'x' is no number"],
    ['@often', '@often is no known descriptor'],
    ['@every soon', "'soon' is no duration such as 1h30m"],
  ])('%s: %s', (text, problem) => {
    expect(parseKubernetesCron(text)).toEqual({ problem });
  });

  test('an unknown zone is told', () => {
    expect(parseKubernetesCron('* * * * *', 'Mars/Olympus')).toEqual({
      problem: 'there is no time zone Mars/Olympus',
    });
  });
});
