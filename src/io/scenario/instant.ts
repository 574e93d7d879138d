import { DAY, HOUR, MINUTE } from '../../units.ts';

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Milliseconds since 1970 UTC of an ISO 8601 instant with its offset (`2026-03-02T00:00:00Z`), years 1970 to 9999;
 * undefined for other text and for days that the calendar does not have.
 */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const second = Number(match[6] ?? 0);
  const millisecond = Number((match[7] ?? '').padEnd(3, '0'));
  const offset = Number(match[9] ?? 0) * HOUR + Number(match[10] ?? 0) * MINUTE;
  if (hour > 23 || minute > 59 || second > 59 || offset > 14 * HOUR || Number(match[10] ?? 0) > 59)
    return undefined;
  const days = daysSince1970(year, month, day);
  const [sameYear, sameMonth, sameDay] = civilDate(days);
  if (year < 1970 || sameYear !== year || sameMonth !== month || sameDay !== day) return undefined;
  const local = days * DAY + hour * HOUR + minute * MINUTE + second * 1000 + millisecond;
  const epochMs = match[8] === '-' ? local + offset : local - offset;
  return epochMs < 0 ? undefined : epochMs;
}

/** `2026-03-02T00:00:00Z`, with milliseconds only where there are some. `parseInstant` reads the same number back. */
export function formatInstant(epochMs: number): string {
  const [year, month, day] = civilDate(Math.floor(epochMs / DAY));
  const rest = epochMs % DAY;
  const fraction = rest % 1000 === 0 ? '' : `.${padded(rest % 1000, 3)}`;
  const time = [Math.floor(rest / HOUR), Math.floor(rest / MINUTE) % 60, Math.floor(rest / 1000) % 60];
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${time.map((part) => padded(part, 2)).join(':')}${fraction}Z`;
}

/** Proleptic Gregorian calendar; H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The same source, civil_from_days. */
function civilDate(days: number): [year: number, month: number, day: number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
