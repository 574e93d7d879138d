import { describe, expect, test } from 'vitest';
import { wallClock } from '../../src/model/wall-clock.ts';

const at = (text: string) => Date.parse(`${text}Z`);

describe('wallClock()', () => {
  test.each([
    // forward on 29 March 2026 at 01:00 UTC (02:00 → 03:00), back on 25 October at 01:00 UTC (03:00 → 02:00)
    { timezone: 'Europe/Berlin', wall: '2026-03-29T01:59:59', instant: '2026-03-29T00:59:59' },
    { timezone: 'Europe/Berlin', wall: '2026-03-29T02:00:00', instant: null },
    { timezone: 'Europe/Berlin', wall: '2026-03-29T02:59:59', instant: null },
    { timezone: 'Europe/Berlin', wall: '2026-03-29T03:00:00', instant: '2026-03-29T01:00:00' },
    { timezone: 'Europe/Berlin', wall: '2026-10-25T01:59:59', instant: '2026-10-24T23:59:59' },
    { timezone: 'Europe/Berlin', wall: '2026-10-25T02:30:00', instant: '2026-10-25T00:30:00' },
    { timezone: 'Europe/Berlin', wall: '2026-10-25T03:00:00', instant: '2026-10-25T02:00:00' },
    // Lord Howe goes by half an hour
    { timezone: 'Australia/Lord_Howe', wall: '2024-10-06T02:15:00', instant: null },
    { timezone: 'Australia/Lord_Howe', wall: '2024-04-07T01:45:00', instant: '2024-04-06T14:45:00' },
    // 24 hours left out
    { timezone: 'Pacific/Apia', wall: '2011-12-30T12:00:00', instant: null },
    { timezone: 'Pacific/Apia', wall: '2011-12-31T00:00:00', instant: '2011-12-30T10:00:00' },
    { timezone: 'UTC', wall: '2026-03-29T02:30:00', instant: '2026-03-29T02:30:00' },
  ])('in $timezone, $wall is $instant', ({ timezone, wall, instant }) => {
    expect(wallClock(timezone)!.epochMs(at(wall))).toBe(instant === null ? null : at(instant));
  });

  test.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'])(
    'epochMs() undoes wallMs() in %s, or finds the first of two instants',
    (timezone) => {
      const clock = wallClock(timezone)!;
      // Every 7 hours and some of a year
      for (
        let epochMs = at('2026-01-01T00:00:00');
        epochMs < at('2027-01-01T00:00:00');
        epochMs += 25_333_777
      ) {
        const back = clock.epochMs(clock.wallMs(epochMs))!;
        expect(clock.wallMs(back)).toBe(clock.wallMs(epochMs));
        expect(epochMs - back === 0 || epochMs - back === 3_600_000 || epochMs - back === 1_800_000).toBe(
          true,
        );
      }
    },
  );

  test.each(['Mars/Olympus', '', '+05:30', '-01:00', '05:30'])('knows no zone "%s"', (timezone) => {
    expect(wallClock(timezone)).toBeNull();
  });
});
