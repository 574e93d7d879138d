import type { HeapItem } from './indexed-heap.ts';

/** What the queue knows of a pod. */
export interface QueuedPod<Pod> {
  readonly pod: Pod;
  readonly priority: number;
  /** When it was added, or its last attempt failed. */
  readonly timestampMs: number;
  /** Counts these moments over all pods, to tell apart those that fall on one. */
  readonly turn: number;
  /** Times it was popped. */
  readonly attempts: number;
  /** Attempts that ended in a rejection; never falls. */
  readonly unschedulableCount: number;
  /** Attempts since the last rejection that ended in an error. */
  readonly consecutiveErrors: number;
  /** Who rejected the last attempt: a change may help, and then only after the back-off. */
  readonly unschedulablePlugins: ReadonlySet<string>;
  /** Who let the pod wait for somebody else: once that is done there is no back-off. */
  readonly pendingPlugins: ReadonlySet<string>;
  /** The plugin that keeps it out of the queues; empty when none does. */
  readonly gatingPlugin: string;
  /** End of its back-off, a whole second; null before the first failure. */
  readonly backoffExpiresMs: number | null;
}

/** Sets are taken over as they are and must not change afterwards. */
export interface Rejection {
  readonly unschedulablePlugins?: readonly string[] | ReadonlySet<string>;
  readonly pendingPlugins?: readonly string[] | ReadonlySet<string>;
}

/** A queued pod as the queue itself sees it. */
export type Entry<Pod> = Mutable<QueuedPod<Pod>> & HeapItem;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface BackoffLimits {
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** Back-offs end at whole seconds, and are ordered and flushed by them. */
export const WINDOW_MS = 1000;

/** The whole second that contains `timeMs`. */
function windowOf(timeMs: number): number {
  return Math.floor(timeMs / WINDOW_MS) * WINDOW_MS;
}

/** Of equal priority: the earlier timestamp, and at one time the earlier turn. */
export function goesFirstInTurn(a: QueuedPod<unknown>, b: QueuedPod<unknown>): boolean {
  const isTie = a.priority === b.priority && a.timestampMs === b.timestampMs;
  return isTie ? a.turn < b.turn : goesFirst(a, b);
}

/**
 * PrioritySort: higher priority first, then the earlier timestamp.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/queuesort/priority_sort.go
 */
export function goesFirst(a: QueuedPod<unknown>, b: QueuedPod<unknown>): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.timestampMs < b.timestampMs);
}

/** Order of the back-off queues: by its end, ties as `tieBreak` says. */
export function endsSooner(
  a: QueuedPod<unknown>,
  b: QueuedPod<unknown>,
  tieBreak: typeof goesFirst = () => false,
): boolean {
  if (a.backoffExpiresMs === b.backoffExpiresMs) return tieBreak(a, b);
  return a.backoffExpiresMs! < b.backoffExpiresMs!;
}

/** Did its last attempt end without any plugin having rejected it? */
export function isError({ unschedulablePlugins, pendingPlugins }: QueuedPod<unknown>): boolean {
  return unschedulablePlugins.size === 0 && pendingPlugins.size === 0;
}

/** A back-off that ends within the current second has not ended. */
export function isBackingOff({ backoffExpiresMs }: QueuedPod<unknown>, nowMs: number): boolean {
  return backoffExpiresMs !== null && backoffExpiresMs >= windowOf(nowMs);
}

/**
 * End of the back-off after a failure at `timestampMs`: initial × 2^(n-1) later, at most the longest, down to the whole
 * second. n counts the errors in a row, or without one all rejections.
 * Source: kubernetes v1.36.2 pkg/scheduler/backend/queue/backoff_queue.go
 */
export function backoffEnd(
  failed: QueuedPod<unknown>,
  { initialBackoffMs, maxBackoffMs }: BackoffLimits,
): number {
  const { consecutiveErrors, unschedulableCount, timestampMs } = failed;
  const failures = consecutiveErrors > 0 ? consecutiveErrors : unschedulableCount;
  return windowOf(timestampMs + Math.min(initialBackoffMs * 2 ** (failures - 1), maxBackoffMs));
}
