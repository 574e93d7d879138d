import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkCounters } from './work-counters.ts';

/**
 * Machine time that came to nothing. Not a part of the results: whoever does the sweep again has other failures.
 *
 * | what | times | ms |
 * |---|---|---|
 * | run | runs that ended with an error | of those runs |
 * | attempt | attempts at a chunk that took their thread down | since the last run of the chunk that was kept |
 * | worker | processes that vanished with a chunk in hand | until the claim on it was last renewed, at most |
 */
export interface Loss {
  readonly what: (typeof KINDS)[number];
  readonly times: number;
  /** Of one core. */
  readonly ms: number;
}

const KINDS = ['run', 'attempt', 'worker'] as const;

/** The runs of this process that failed, as a loss of each time that it is asked. */
export class FailedRuns {
  readonly #counters: WorkCounters;
  #told = { times: 0, ms: 0 };

  constructor(counters: WorkCounters) {
    this.#counters = counters;
  }

  /** Those since it was asked last; null when there are none. */
  take(): Loss | null {
    const { times, ms } = this.#counters.lostRuns;
    const told = this.#told;
    if (times === told.times) return null;
    this.#told = { times, ms };
    return { what: 'run', times: times - told.times, ms: ms - told.ms };
  }
}

/** All losses of a sweep so far. */
export interface LossSum {
  readonly failedRuns: number;
  readonly failedAttempts: number;
  readonly vanishedWorkers: number;
  readonly machineMs: number;
}

/** Adds up. */
export function sumLosses(losses: readonly Loss[]): LossSum {
  const timesOf = (kind: Loss['what']) =>
    losses.reduce((sum, { what, times }) => sum + (what === kind ? times : 0), 0);
  return {
    failedRuns: timesOf('run'),
    failedAttempts: timesOf('attempt'),
    vanishedWorkers: timesOf('worker'),
    machineMs: losses.reduce((sum, { ms }) => sum + ms, 0),
  };
}

/** A loss as a line of text. */
export function encodeLoss({ what, times, ms }: Loss): string {
  return JSON.stringify({ what, times, ms: Math.max(0, Math.round(ms)) });
}

/** Reads what `encodeLoss` writes; null when it is something else, such as the end of a torn file. */
export function decodeLoss(line: string): Loss | null {
  try {
    const { what, times, ms } = JSON.parse(line) as Loss;
    return KINDS.includes(what) && Number.isFinite(times) && Number.isFinite(ms) ? { what, times, ms } : null;
  } catch {
    return null;
  }
}

/** In the folder of the results: one line for each loss. */
export const LOSSES_FILE = 'losses.ndjson';

/** Adds to the losses of a folder. A full disk is told of by whoever keeps results; what was lost is not worth an end. */
export function appendLoss(folder: string, loss: Loss): void {
  try {
    appendFileSync(join(folder, LOSSES_FILE), `${encodeLoss(loss)}\n`);
  } catch {}
}

/** The losses of a folder; none when nothing has failed there. */
export function readLosses(folder: string): Loss[] {
  let text: string;
  try {
    text = readFileSync(join(folder, LOSSES_FILE), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => decodeLoss(line) ?? []);
}
