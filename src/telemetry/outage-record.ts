/** A service is back when this share of its wanted tasks runs. */
const RECOVERED = 0.99;

/**
 * What the loss of zones does to the services: how deep they fall, and when they are back. Between a loss and the
 * recovery it is told of every change; a share counts only when it stood for some time.
 */
export class OutageRecord {
  /** Largest share of the wanted tasks that did not run; null before any loss. */
  depth: number | null = null;
  /** Longest time from a loss to the recovery; null when one never came, or nothing was lost. */
  recoveryMs: number | null = null;
  /** Time during which zones were lost, summed over losses. */
  durationMs = 0;
  #neverRecovered = false;
  #open: { readonly lostMs: number }[] = [];
  readonly #closedZones = new Map<string, number>();
  #share = 1;
  #sinceMs = 0;

  /** Is anybody watching for a recovery? */
  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  /** `share`: of the wanted tasks, how many run just before the loss. */
  lost(nowMs: number, zone: string, share: number): void {
    this.serves(nowMs, share);
    this.depth ??= 0;
    this.#open.push({ lostMs: nowMs });
    if (!this.#closedZones.has(zone)) this.#closedZones.set(zone, nowMs);
  }

  back(nowMs: number, zone: string): void {
    this.durationMs += nowMs - (this.#closedZones.get(zone) ?? nowMs);
    this.#closedZones.delete(zone);
  }

  /** From now on this share of the wanted tasks runs. */
  serves(nowMs: number, share: number): void {
    if (nowMs > this.#sinceMs) {
      this.#stood(nowMs);
      this.#sinceMs = nowMs;
    }
    this.#share = share;
  }

  /** The share of before stood until now. */
  #stood(untilMs: number): void {
    if (!this.isOpen) return;
    this.depth = Math.max(this.depth ?? 0, 1 - this.#share);
    if (this.#share < RECOVERED) return;
    for (const { lostMs } of this.#open) {
      if (lostMs < untilMs) this.#recovered(Math.max(this.#sinceMs - lostMs, 0));
    }
    this.#open = this.#open.filter(({ lostMs }) => lostMs >= untilMs);
  }

  #recovered(afterMs: number): void {
    this.recoveryMs = this.#neverRecovered ? null : Math.max(this.recoveryMs ?? 0, afterMs);
  }

  finish(endMs: number): void {
    this.serves(endMs, this.#share);
    for (const zone of [...this.#closedZones.keys()]) this.back(endMs, zone);
    if (this.isOpen) {
      this.#neverRecovered = true;
      this.recoveryMs = null;
    }
  }
}
