import { decimal, formatDurationMs, SECOND } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import { RunEstimate } from '../run-estimate.ts';
import { machineTime } from './losses-text.ts';

/** Milliseconds until the first sign of life, and between two. */
const PACE = {
  bar: { firstMs: 500, everyMs: 200 },
  plain: { firstMs: 10_000, everyMs: 10_000 },
  json: { firstMs: 1000, everyMs: 1000 },
} as const;

/** What does not go as it should. */
interface Trouble {
  readonly chunksAside?: number;
  /** Machine time that failures have cost. */
  readonly lostMs?: number;
}

/** Says on stderr how far a sweep is. */
export class SweepProgress {
  readonly #io: CommandIo;
  readonly #mode: keyof typeof PACE | 'none';
  readonly #runs: number;
  readonly #startedMs: number;
  readonly #estimate = new RunEstimate();
  #nextMs: number;
  #cached = 0;
  #isDrawn = false;

  /** `wanted`: `--progress`; `runs`: all of this process. */
  constructor(io: CommandIo, wanted: unknown, runs: number) {
    this.#io = io;
    const isAuto = wanted === undefined || wanted === 'auto';
    this.#mode = isAuto ? (io.stderrIsTerminal ? 'bar' : 'plain') : (wanted as keyof typeof PACE | 'none');
    this.#runs = runs;
    this.#startedMs = io.nowMs();
    this.#nextMs = this.#startedMs + (this.#mode === 'none' ? 0 : PACE[this.#mode].firstMs);
  }

  /** So many runs were done before. */
  cached(runs: number): void {
    this.#cached += runs;
  }

  /** To be called often; most calls do nothing. */
  show(done: number, failed: number, { chunksAside = 0, lostMs = 0 }: Trouble): void {
    const nowMs = this.#io.nowMs();
    if (this.#mode === 'none' || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + PACE[this.#mode].everyMs;
    const elapsedMs = nowMs - this.#startedMs;
    const share = (this.#cached + done) / this.#runs;
    this.#estimate.add(elapsedMs, share);
    const rest = this.#estimate.remaining();
    const runs = this.#runs;
    if (this.#mode === 'json') {
      const etaMs = rest === null ? null : Math.round(rest.ms);
      this.#io.note(
        JSON.stringify({ runs, done, cached: this.#cached, failed, chunksAside, lostMs, elapsedMs, etaMs }),
      );
      return;
    }
    const separator = this.#io.ascii ? ' | ' : ' │ ';
    const text = [
      `sweep ${decimal(this.#cached + done, 0)}/${decimal(runs, 0)} runs ${Math.floor(share * 100)}%`,
      ...(this.#cached > 0 ? [`${decimal(this.#cached, 0)} from before`] : []),
      ...(failed > 0 ? [`${decimal(failed, 0)} failed`] : []),
      ...(chunksAside > 0 ? [`chunks put aside: ${decimal(chunksAside, 0)}`] : []),
      ...(lostMs > 0 ? [`${machineTime(lostMs)} lost`] : []),
      `${((done * SECOND) / Math.max(elapsedMs, 1)).toFixed(1)} runs/s`,
      ...(rest === null ? [] : [`ETA ${rest.isVague ? '~' : ''}${wholeSeconds(rest.ms)}`]),
    ].join(separator);
    if (this.#mode === 'plain') this.#io.note(text);
    else {
      this.#io.redraw([...text].slice(0, this.#io.width - 1).join(''));
      this.#isDrawn = true;
    }
  }

  /** Clears the line, so that what follows starts clean. */
  end(): void {
    if (this.#isDrawn) this.#io.redraw('');
    this.#isDrawn = false;
  }
}

function wholeSeconds(ms: number): string {
  return formatDurationMs(Math.ceil(ms / SECOND) * SECOND);
}
