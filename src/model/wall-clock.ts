import { DAY, SECOND } from '../units.ts';

/**
 * Clock and calendar of a time zone. A wall time is what the clock shows, written as if it were UTC: milliseconds
 * since 1970-01-01T00:00. Zone rules are those of the Node binary (Intl, with the locale fixed).
 */
export interface WallClock {
  /** What the clock shows at an instant. */
  wallMs(epochMs: number): number;
  /**
   * When the clock shows `wallMs`; the first time, when it does twice (clocks go back); null when it never does
   * (clocks go forward).
   */
  epochMs(wallMs: number): number | null;
}

const UTC: WallClock = { wallMs: (epochMs) => epochMs, epochMs: (wallMs) => wallMs };

/**
 * The clock of an IANA time zone (`Europe/Berlin`), or null when there is no such zone. Offsets like `+02:00` are
 * none: Node 20 does not know them, later versions do.
 */
export function wallClock(timezone: string): WallClock | null {
  if (timezone === 'UTC') return UTC;
  if (!/^[A-Za-z]/.test(timezone)) return null;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
  const offsetMs = dailyOffset((epochMs) => {
    const field: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(epochMs)) field[type] = Number(value);
    const { year, month, day, hour, minute, second } = field;
    return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(epochMs / SECOND) * SECOND;
  });
  return {
    wallMs: (epochMs) => epochMs + offsetMs(epochMs),
    epochMs(wallMs) {
      // Offsets lie within a day, so a day before and a day after see both sides of a change near `wallMs`.
      const before = wallMs - offsetMs(wallMs - DAY);
      const after = wallMs - offsetMs(wallMs + DAY);
      const instants = [before, after].filter((epochMs) => epochMs + offsetMs(epochMs) === wallMs);
      return instants.length === 0 ? null : Math.min(...instants);
    },
  };
}

/**
 * Asking for an offset takes 10 µs, so those of midnights (UTC) are remembered: when two in a row are equal, all between
 * are. No zone has ever changed its offset and changed it back within a day.
 */
function dailyOffset(offsetMs: (epochMs: number) => number): (epochMs: number) => number {
  const atMidnight = new Map<number, number>();
  const midnightOffset = (day: number): number => {
    let offset = atMidnight.get(day);
    if (offset === undefined) {
      offset = offsetMs(day * DAY);
      atMidnight.set(day, offset);
    }
    return offset;
  };
  return (epochMs) => {
    const day = Math.floor(epochMs / DAY);
    const offset = midnightOffset(day);
    return offset === midnightOffset(day + 1) ? offset : offsetMs(epochMs);
  };
}
