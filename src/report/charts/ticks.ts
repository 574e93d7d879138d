import { DAY, HOUR, MINUTE, SECOND } from '../../units.ts';

/** Ticks from zero in steps of 1, 2 or 5 times a power of ten, at most `most` steps, the last at or above `largest`. */
export function niceTicks(largest: number, most: number): number[] {
  if (!(largest > 0)) return [0, 1];
  const step = niceStep(largest / most);
  const steps = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => roundTo(index * step, step));
}

/** The smallest of 1, 2, 5 × 10^k that is not below `least`. */
function niceStep(least: number): number {
  let power = 1;
  while (power > least) power /= 10;
  while (power * 10 <= least) power *= 10;
  for (const factor of [1, 2, 5, 10]) if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

/** Removes the binary noise of index × step. */
function roundTo(value: number, step: number): number {
  let digits = 0;
  for (let scaled = step; scaled < 1 && digits < 12; scaled *= 10) digits++;
  return Number(value.toFixed(digits));
}

const TIME_STEPS = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
] as const;

/** Times from 0 to `endMs` in a step that calendars know, at most `most` steps. */
export function timeTicks(endMs: number, most: number): number[] {
  const step = TIME_STEPS.find((size) => endMs / size <= most) ?? Math.ceil(endMs / most / DAY) * DAY;
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, index) => index * step);
}

/** A time since the start for an axis: `0`, `6h`, `1d`, `1d 12h`, `45m`. */
export function formatTimeTick(timeMs: number): string {
  if (timeMs === 0) return '0';
  const units = [
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
    ['s', SECOND],
  ] as const;
  let rest = timeMs;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)}${unit}`);
    rest %= size;
  }
  return parts.slice(0, 2).join(' ');
}
