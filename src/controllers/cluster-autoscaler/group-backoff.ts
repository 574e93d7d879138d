import { HOUR, MINUTE } from '../../units.ts';

const INITIAL_MS = 5 * MINUTE;
const LONGEST_MS = 30 * MINUTE;
/** After so long without a failure it starts anew. */
const RESET_MS = 3 * HOUR;

/**
 * Node groups that did not deliver are left alone for a while, twice as long with every failure.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 utils/backoff/exponential_backoff.go
 */
export class GroupBackoff {
  readonly #entries = new Map<
    number,
    { readonly untilMs: number; readonly lengthMs: number; readonly failedMs: number }
  >();

  isBackedOff(group: number, nowMs: number): boolean {
    return (this.#entries.get(group)?.untilMs ?? 0) > nowMs;
  }

  /** The group has failed; while it is left alone anyway nothing changes. */
  failed(group: number, nowMs: number): void {
    const before = this.#entries.get(group);
    if (before !== undefined && before.untilMs > nowMs) return;
    const isOver = before === undefined || before.failedMs + RESET_MS < nowMs;
    const lengthMs = isOver ? INITIAL_MS : Math.min(LONGEST_MS, 2 * before.lengthMs);
    this.#entries.set(group, { untilMs: nowMs + lengthMs, lengthMs, failedMs: nowMs });
  }
}
