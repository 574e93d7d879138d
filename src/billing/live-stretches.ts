/** A stretch of time; end exclusive. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The unbroken stretches during which at least one of some lives lasts, in order of time. Touching ones are
 * one; a life of 0 ms has none.
 */
export function liveStretches(lives: readonly Stretch[]): Stretch[] {
  const sorted = lives.filter(({ startMs, endMs }) => endMs > startMs).sort((a, b) => a.startMs - b.startMs);
  const stretches: Stretch[] = [];
  for (const { startMs, endMs } of sorted) {
    const last = stretches.at(-1);
    if (last !== undefined && startMs <= last.endMs) {
      stretches[stretches.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, endMs) };
    } else {
      stretches.push({ startMs, endMs });
    }
  }
  return stretches;
}
