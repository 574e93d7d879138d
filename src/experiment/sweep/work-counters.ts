import { InvariantError } from '../../errors.ts';

/** Fields at the start of the shared memory; then two for every chunk that is in work. */
const DONE = 0;
const FAILED = 1;
const STOP = 2;
const CLOCK = 3;
const LOST_RUNS = 4;
const LOST_MS = 5;
const SLOTS = 6;
/** Of a slot: the first run of its chunk plus 1, or 0; and the clock when its last run was kept. */
const SLOT_FIELDS = 2;

/** One chunk while a thread is at it. */
export interface ChunkInWork {
  /** Another run has ended and is kept, or was found as someone had left it. Returns whether the work is to stop. */
  ran(hasFailed: boolean, wasFound: boolean): boolean;
  /** The chunk is kept, or given back. Not called by a thread that dies. */
  end(): void;
}

/**
 * What the worker threads of a process tell it, as 32-bit integers in shared memory. Threads read no clock: the process
 * sets one here every moment, and what a run took is the ticks between its ends, right on average however short runs are.
 */
export class WorkCounters {
  readonly shared: SharedArrayBuffer;
  readonly #fields: Int32Array;

  /** `shared`: as the process made it. */
  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#fields = new Int32Array(shared);
  }

  /** For so many threads at once. */
  static forThreads(threads: number): WorkCounters {
    return new WorkCounters(new SharedArrayBuffer(4 * (SLOTS + SLOT_FIELDS * threads)));
  }

  /** Runs that are done, those that failed included. */
  get done(): number {
    return Atomics.load(this.#fields, DONE);
  }

  /** Of them, runs that ended with an error. */
  get failed(): number {
    return Atomics.load(this.#fields, FAILED);
  }

  /** Of those, what was run here, and the machine time that it took. */
  get lostRuns(): { readonly times: number; readonly ms: number } {
    return { times: Atomics.load(this.#fields, LOST_RUNS), ms: Atomics.load(this.#fields, LOST_MS) };
  }

  /** What the process has set last. */
  get clockMs(): number {
    return Atomics.load(this.#fields, CLOCK);
  }

  /** Sets the clock: milliseconds since any moment. */
  tick(ms: number): void {
    Atomics.store(this.#fields, CLOCK, Math.floor(ms));
  }

  /** Threads give back what they have at the next run that ends. */
  stop(): void {
    Atomics.store(this.#fields, STOP, 1);
  }

  /** Called by a thread when it begins with a chunk. */
  begin(firstRun: number): ChunkInWork {
    const fields = this.#fields;
    const slot = this.#claim(firstRun);
    Atomics.store(fields, slot + 1, Atomics.load(fields, CLOCK));
    return {
      ran(hasFailed, wasFound) {
        const now = Atomics.load(fields, CLOCK);
        const before = Atomics.exchange(fields, slot + 1, now);
        Atomics.add(fields, DONE, 1);
        if (hasFailed) Atomics.add(fields, FAILED, 1);
        if (hasFailed && !wasFound) {
          Atomics.add(fields, LOST_RUNS, 1);
          Atomics.add(fields, LOST_MS, now - before);
        }
        return Atomics.load(fields, STOP) !== 0;
      },
      end: () => Atomics.store(fields, slot, 0),
    };
  }

  /** Milliseconds since the last run of a chunk was kept, when the thread at it has died; its slot is free again. */
  lost(firstRun: number): number {
    const slot = this.#find(firstRun + 1);
    if (slot === undefined) return 0;
    const ms = Atomics.load(this.#fields, CLOCK) - Atomics.load(this.#fields, slot + 1);
    Atomics.store(this.#fields, slot, 0);
    return ms;
  }

  #claim(firstRun: number): number {
    for (let slot = SLOTS; slot < this.#fields.length; slot += SLOT_FIELDS) {
      if (Atomics.compareExchange(this.#fields, slot, 0, firstRun + 1) === 0) return slot;
    }
    throw new InvariantError('more chunks are in work than there are threads');
  }

  #find(mark: number): number | undefined {
    for (let slot = SLOTS; slot < this.#fields.length; slot += SLOT_FIELDS) {
      if (Atomics.load(this.#fields, slot) === mark) return slot;
    }
    return undefined;
  }
}
