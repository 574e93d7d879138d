import { EXIT } from './exit-codes.ts';

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** How often a run gives signals a turn: a Ctrl-C is answered within this time, and the pauses cost nothing. */
const TURN_MS = 50;

/** SIGINT and SIGTERM end the process at once, unless something is going on that is worth to be finished. */
export class Signals {
  #received: StopSignal | null = null;
  #isHeld = false;
  #nextTurnMs = 0;

  /** Starts to listen. `note` tells the user, `exit` ends the process. */
  listen(note: (text: string) => void, exit: (code: number) => void): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (!this.#isHeld || this.#received !== null) exit(exitCodeOfSignal(signal));
        this.#received = signal;
        note(`${signal}: stopping here; the result so far follows, once more ends at once\n`);
      });
    }
  }

  /** From now on the first signal is a request to stop; only the second one ends the process. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The request to stop. */
  get received(): StopSignal | null {
    return this.#received;
  }

  /**
   * Must the work stop? Cheap, to be asked often. A simulation keeps the thread to itself, and signals arrive between
   * turns of the event loop: now and then the answer is a promise that lets one turn pass.
   */
  stops(nowMs: number): boolean | Promise<boolean> {
    if (this.#received !== null || nowMs < this.#nextTurnMs) return this.#received !== null;
    this.#nextTurnMs = nowMs + TURN_MS;
    return new Promise((resolve) => {
      setImmediate(() => resolve(this.#received !== null));
    });
  }
}

export function exitCodeOfSignal(signal: StopSignal): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
