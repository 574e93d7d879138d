import type { RunProgress } from '../experiment/run/cluster-run.ts';
import { DAY, formatDurationMs, MINUTE, SECOND } from '../units.ts';
import type { CommandIo } from './command-io.ts';
import { RunEstimate } from './run-estimate.ts';

/** Milliseconds until the first sign of life, and between two. */
const PACE = {
  bar: { firstMs: 500, everyMs: 100 },
  plain: { firstMs: 10_000, everyMs: 10_000 },
  json: { firstMs: 1000, everyMs: 1000 },
} as const;

type Mode = keyof typeof PACE | 'none';

/** Says on stderr how far a run is: one line that is redrawn, or one line every ten seconds, or JSON every second. */
export class Progress {
  readonly #io: CommandIo;
  readonly #mode: Mode;
  #platform = '';
  #place = '';
  #horizonMs = 1;
  #startedMs = 0;
  #nextMs = 0;
  #estimate = new RunEstimate();
  #isDrawn = false;

  constructor(io: CommandIo, wanted: unknown) {
    this.#io = io;
    this.#mode = wanted === 'auto' ? (io.stderrIsTerminal ? 'bar' : 'plain') : (wanted as Mode);
  }

  /** `place`: which of several, `2/3`. */
  begin(platform: string, horizonMs: number, place = ''): void {
    this.end();
    this.#platform = platform;
    this.#place = place;
    this.#horizonMs = horizonMs;
    this.#startedMs = this.#io.nowMs();
    this.#estimate = new RunEstimate();
    if (this.#mode !== 'none') this.#nextMs = this.#startedMs + PACE[this.#mode].firstMs;
  }

  /** To be called often; most calls do nothing. */
  show(state: RunProgress, wallMs: number): void {
    if (this.#mode === 'none' || wallMs < this.#nextMs) return;
    this.#nextMs = wallMs + PACE[this.#mode].everyMs;
    const elapsedMs = wallMs - this.#startedMs;
    this.#estimate.add(elapsedMs, state.nowMs / this.#horizonMs);
    if (this.#mode === 'json') this.#io.note(this.#json(state, elapsedMs));
    else if (this.#mode === 'plain') this.#io.note(this.#text(state, elapsedMs));
    else {
      const text = this.#text(state, elapsedMs);
      this.#io.redraw([...text].slice(0, this.#io.width - 1).join(''));
      this.#isDrawn = true;
    }
  }

  /** Clears the line, so that what follows starts clean. */
  end(): void {
    if (this.#isDrawn) this.#io.redraw('');
    this.#isDrawn = false;
  }

  #text({ nowMs, events, instances, pending }: RunProgress, elapsedMs: number): string {
    const seconds = Math.max(elapsedMs, 1) / 1000;
    const label = this.#place === '' ? this.#platform : `${this.#place} ${this.#platform}`;
    // Of days, seconds only flicker.
    const step = this.#horizonMs >= DAY ? MINUTE : SECOND;
    const clock = formatDurationMs(Math.floor(nowMs / step) * step);
    const parts = [
      `${label} ${clock}/${formatDurationMs(this.#horizonMs)} ${Math.floor((nowMs / this.#horizonMs) * 100)}%`,
      `${shortNumber(events / seconds)} ev/s`,
      `${this.#io.ascii ? 'x' : '×'}${shortNumber(nowMs / 1000 / seconds)}`,
      `instances ${instances}`,
      `waiting ${shortNumber(pending)}`,
    ];
    const rest = this.#estimate.remaining();
    if (rest !== null) parts.push(`ETA ${rest.isVague ? '~' : ''}${wholeSeconds(rest.ms)}`);
    return parts.join(this.#io.ascii ? ' | ' : ' │ ');
  }

  #json({ nowMs, events, instances, pending, tasksSubmitted }: RunProgress, elapsedMs: number): string {
    const rest = this.#estimate.remaining();
    return JSON.stringify({
      platform: this.#platform,
      nowMs,
      horizonMs: this.#horizonMs,
      elapsedMs,
      events,
      instances,
      pending,
      tasksSubmitted,
      etaMs: rest === null ? null : Math.round(rest.ms),
    });
  }
}

function wholeSeconds(ms: number): string {
  return formatDurationMs(Math.ceil(ms / SECOND) * SECOND);
}

/** At most three digits and a unit: 37, 2.1k, 182k, 1.21M. */
function shortNumber(value: number): string {
  const [scaled, unit] = value >= 1e6 ? [value / 1e6, 'M'] : value >= 1e3 ? [value / 1e3, 'k'] : [value, ''];
  const digits = unit === '' || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  return `${scaled.toFixed(digits)}${unit}`;
}
