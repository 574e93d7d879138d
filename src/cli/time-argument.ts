import { parseInstant } from '../io/scenario/instant.ts';
import type { Plan } from '../model/plan.ts';
import { parseDurationMs } from '../units.ts';
import { usage } from './usage.ts';

/**
 * A time of a run, in milliseconds since its start: `1h30m` or `+1h30m` after the start, `-10m` before the horizon,
 * `end`, or an instant of the scenario's calendar. Errors: E5001.
 */
export function timeOf(
  flag: string,
  text: string,
  { startEpochMs, horizonMs }: Pick<Plan, 'startEpochMs' | 'horizonMs'>,
): number {
  const atMs = parsed(text, startEpochMs, horizonMs);
  if (atMs === undefined) {
    throw usage(`cannot read ${flag} '${text}' as a time`, 'write 1h30m, -10m, end or 2026-03-02T01:30:00Z');
  }
  if (atMs < 0 || atMs > horizonMs) throw usage(`${flag} ${text} lies outside the run`);
  return atMs;
}

function parsed(text: string, startEpochMs: number, horizonMs: number): number | undefined {
  if (text === 'end') return horizonMs;
  const instant = parseInstant(text);
  if (instant !== undefined) return instant - startEpochMs;
  const duration = parseDurationMs(text.replace(/^[+-]/, ''));
  if (duration === undefined) return undefined;
  return text.startsWith('-') ? horizonMs - duration : duration;
}
