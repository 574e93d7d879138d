import type { RunProgress } from '../experiment/cluster-run.ts';
import { formatDurationMs, SECOND } from '../units.ts';
import type { CommandIo } from './commands.ts';

const REDRAW_MS = 100;
const FIRST_MS = 500;
const PLAIN_EVERY_MS = 10_000;
/** No estimate of the rest before this much of the time has gone by. */
const ESTIMATE_AFTER_MS = 3000;

/** One line on stderr while a run goes on: redrawn in a terminal, a line every ten seconds elsewhere. */
export class Progress {
  readonly #io: CommandIo;
  readonly #mode: 'line' | 'plain' | 'none';
  #label = '';
  #horizonMs = 1;
  #startedMs = 0;
  #nextMs = 0;
  #shown = false;

  constructor(io: CommandIo, wanted: unknown) {
    this.#io = io;
    this.#mode = wanted === 'none' ? 'none' : wanted === 'plain' || !io.stderrIsTerminal ? 'plain' : 'line';
  }

  begin(label: string, horizonMs: number): void {
    this.#label = label;
    this.#horizonMs = horizonMs;
    this.#startedMs = this.#io.nowMs();
    this.#nextMs = this.#startedMs + (this.#mode === 'plain' ? PLAIN_EVERY_MS : FIRST_MS);
  }

  show(state: RunProgress): void {
    if (this.#mode === 'none') return;
    const now = this.#io.nowMs();
    if (now < this.#nextMs) return;
    this.#nextMs = now + (this.#mode === 'plain' ? PLAIN_EVERY_MS : REDRAW_MS);
    const text = this.#text(state, now - this.#startedMs);
    if (this.#mode === 'plain') this.#io.note(text);
    else process.stderr.write(`\r\u001b[2K${text.slice(0, this.#io.width - 1)}`);
    this.#shown = true;
  }

  /** Clears the line, so that what follows starts clean. */
  end(): void {
    if (this.#mode === 'line' && this.#shown) process.stderr.write('\r\u001b[2K');
    this.#shown = false;
  }

  #text({ nowMs, events, instances, pending }: RunProgress, wallMs: number): string {
    const share = nowMs / this.#horizonMs;
    const separator = this.#io.ascii ? ' | ' : ' │ ';
    const day = (ms: number) => formatDurationMs(Math.floor(ms / SECOND) * SECOND);
    const parts = [
      `${this.#label} ${day(nowMs)}/${day(this.#horizonMs)} ${Math.floor(share * 100)}%`,
      `${(events / Math.max(wallMs, 1) / 1000).toFixed(2)} M ev/s`,
      `instances ${instances}`,
      `waiting ${pending}`,
    ];
    if (wallMs > ESTIMATE_AFTER_MS && share > 0.02) {
      parts.push(`ETA ${day(Math.ceil((wallMs / share - wallMs) / SECOND) * SECOND)}`);
    }
    return parts.join(separator);
  }
}
