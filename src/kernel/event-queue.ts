import FastPriorityQueue from 'fastpriorityqueue';

/** Phases are small integers below this. */
export const PHASE_LIMIT = 16;
/** Sequence numbers below 2^49 leave room for the phase above them in one exact double. */
const SEQUENCE_LIMIT = 2 ** 49;

/**
 * Phase and sequence as one number that sorts like the pair: phase × 2^49 + sequence. At ten million events a second
 * the sequence lasts for 1.8 years.
 */
export function rankOf(phase: number, sequence: number): number {
  return phase * SEQUENCE_LIMIT + sequence;
}

/** The phase in a rank. */
export function phaseOf(rank: number): number {
  return Math.floor(rank / SEQUENCE_LIMIT);
}

/**
 * What a queued event is sorted by, indexed by event slot and owned by the kernel, which writes a slot before it is
 * pushed and leaves it alone until it has been popped. Replaced when they grow, so readers go through the object.
 */
export interface EventKeys {
  timesMs: Float64Array;
  /** See `rankOf`. No two queued events have the same rank, so the order is total. */
  ranks: Float64Array;
}

/** Event slots in the order of (time, phase, sequence). `pop` and `peek` answer -1 when there is none. */
export interface EventQueue {
  push(slot: number): void;
  pop(): number;
  peek(): number;
  /** Replaces everything queued; O(n). */
  reset(slots: number[]): void;
  readonly size: number;
}

/**
 * A binary heap of small integers (fastpriorityqueue), which looks into the columns to compare: nothing is allocated
 * per event. The heap is not stable, which a total order does not need.
 */
export function createEventQueue(keys: EventKeys): EventQueue {
  const heap = new FastPriorityQueue<number>((a, b) => {
    const timesMs = keys.timesMs;
    const timeA = timesMs[a]!;
    const timeB = timesMs[b]!;
    return timeA < timeB || (timeA === timeB && keys.ranks[a]! < keys.ranks[b]!);
  });
  return {
    push(slot) {
      heap.add(slot);
    },
    pop() {
      return heap.poll() ?? -1;
    },
    peek() {
      return heap.peek() ?? -1;
    },
    reset(slots) {
      // heapify would put `undefined` into an empty array and slow every later access down
      if (slots.length > 0) heap.heapify(slots);
      else heap.size = 0;
    },
    get size() {
      return heap.size;
    },
  };
}
