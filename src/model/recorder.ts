import type { InstanceState, TaskEnd } from './cluster-view.ts';

/**
 * Told by the cluster store about every write, after it was made; only counts, never writes back. Slots are
 * valid during the call. All implementations together see the public event log of a run.
 */
export interface Recorder {
  /** The instance in `slot` entered `state`. On 'terminated' its columns are still readable. */
  instance(nowMs: number, slot: number, state: InstanceState): void;
  /** AWS has said what will become of the instance in `slot`. */
  noticed?(nowMs: number, slot: number, notice: InstanceNotice): void;
  /** The taints of the instance in `slot` have changed. */
  tainted?(nowMs: number, slot: number): void;
  /** A task entered the system and waits. */
  submitted(nowMs: number, task: number): void;
  /** It got room on the instance in `slot`; the start-up begins. */
  placed(nowMs: number, task: number, slot: number): void;
  /** Its start-up is over. */
  running(nowMs: number, task: number, slot: number): void;
  /** Its containers were killed while it ran; it keeps its room in `slot`, and is up again at `upMs`. */
  restarted?(nowMs: number, task: number, slot: number, upMs: number): void;
  /**
   * It is to go, to make room for `forTask`, which waits, or because it was told to (null); by `untilMs` it is requeued
   * or has ended, and until then holds its room in `slot`.
   */
  evicted?(nowMs: number, task: number, slot: number, forTask: number | null, untilMs: number): void;
  /**
   * Its room in `slot` was taken away before its end; it waits again. `taskAttempt` already names the attempt to
   * come: the one that ended is one less. `heldSinceMs`: when that attempt got its room.
   */
  requeued(nowMs: number, task: number, slot: number, heldSinceMs: number): void;
  /** It left the system. `slot` is -1 when it had no room in this attempt; then `heldSinceMs` means nothing. */
  ended(nowMs: number, task: number, slot: number, end: TaskEnd, heldSinceMs: number): void;
}

/** What AWS tells an instance of itself. */
export interface InstanceNotice {
  /** rebalance: a recommendation, the risk has risen. interruption: it will end. */
  readonly notice: 'rebalance' | 'interruption';
  readonly reason: 'capacity' | 'price';
  /** When it ends at the latest; null where nothing is certain. */
  readonly endsMs: number | null;
}

/**
 * Fans out to several recorders in the given order, which are one at least. Two by two and not in a loop, so that the
 * compiler knows at each call who is meant.
 */
export function tee(recorders: readonly Recorder[]): Recorder {
  return recorders.reduce((first, second) => new Pair(first, second));
}

class Pair implements Recorder {
  readonly #first: Recorder;
  readonly #second: Recorder;

  constructor(first: Recorder, second: Recorder) {
    this.#first = first;
    this.#second = second;
  }

  instance(nowMs: number, slot: number, state: InstanceState): void {
    this.#first.instance(nowMs, slot, state);
    this.#second.instance(nowMs, slot, state);
  }

  noticed(nowMs: number, slot: number, notice: InstanceNotice): void {
    this.#first.noticed?.(nowMs, slot, notice);
    this.#second.noticed?.(nowMs, slot, notice);
  }

  tainted(nowMs: number, slot: number): void {
    this.#first.tainted?.(nowMs, slot);
    this.#second.tainted?.(nowMs, slot);
  }

  submitted(nowMs: number, task: number): void {
    this.#first.submitted(nowMs, task);
    this.#second.submitted(nowMs, task);
  }

  placed(nowMs: number, task: number, slot: number): void {
    this.#first.placed(nowMs, task, slot);
    this.#second.placed(nowMs, task, slot);
  }

  running(nowMs: number, task: number, slot: number): void {
    this.#first.running(nowMs, task, slot);
    this.#second.running(nowMs, task, slot);
  }

  restarted(nowMs: number, task: number, slot: number, upMs: number): void {
    this.#first.restarted?.(nowMs, task, slot, upMs);
    this.#second.restarted?.(nowMs, task, slot, upMs);
  }

  evicted(nowMs: number, task: number, slot: number, forTask: number | null, untilMs: number): void {
    this.#first.evicted?.(nowMs, task, slot, forTask, untilMs);
    this.#second.evicted?.(nowMs, task, slot, forTask, untilMs);
  }

  requeued(nowMs: number, task: number, slot: number, heldSinceMs: number): void {
    this.#first.requeued(nowMs, task, slot, heldSinceMs);
    this.#second.requeued(nowMs, task, slot, heldSinceMs);
  }

  ended(nowMs: number, task: number, slot: number, end: TaskEnd, heldSinceMs: number): void {
    this.#first.ended(nowMs, task, slot, end, heldSinceMs);
    this.#second.ended(nowMs, task, slot, end, heldSinceMs);
  }
}

/** Records nothing. */
export const SILENT_RECORDER: Recorder = {
  instance() {},
  submitted() {},
  placed() {},
  running() {},
  requeued() {},
  ended() {},
};
