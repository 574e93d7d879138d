/** How a queue deals with chunks that fail and workers that vanish. */
export interface QueueSettings {
  /** Times that a chunk is tried before it is put aside. */
  readonly attempts: number;
  /** Before the second attempt; doubles each time. */
  readonly backoffMs: number;
  /** A worker that has not renewed its claim on a chunk for so long is taken for dead. Renewed at half of it. */
  readonly lockMs: number;
  /** How often a worker looks for chunks whose worker is dead. */
  readonly stalledCheckMs: number;
  /** Workers that may die of a chunk before it is put aside. */
  readonly mostStalls: number;
}

/**
 * Longer and more patient than BullMQ's own values (30 s, 30 s, 1): a chunk is seconds of work, and several machines of
 * a cheap market may vanish one after the other with the same chunk in hand. Chosen.
 */
export const QUEUE_SETTINGS: QueueSettings = {
  attempts: 3,
  backoffMs: 5000,
  lockMs: 60_000,
  stalledCheckMs: 30_000,
  mostStalls: 3,
};
