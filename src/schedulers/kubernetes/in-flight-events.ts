/** Besides events proper: `everything` may have changed, or `target` is asked to be tried again. */
export interface RecordedEvent<Pod, Event> {
  readonly event: Event | 'everything' | 'activate';
  readonly target: Pod | null;
}

/**
 * The pods being tried, and what happened meanwhile: a pod that fails must not have missed the event that would have
 * brought it back. Events are kept until every pod that was in flight at the time has landed.
 * Source: kubernetes v1.36.2 pkg/scheduler/backend/queue/active_queue.go, inFlightPods and inFlightEvents
 */
export class InFlightEvents<Pod, Event> {
  /** By pod, in order of take-off: how many events had been recorded before. */
  readonly #starts = new Map<Pod, number>();
  #events: RecordedEvent<Pod, Event>[] = [];
  /** Events recorded before the first one in `#events`. */
  #forgotten = 0;

  get size(): number {
    return this.#starts.size;
  }

  has(pod: Pod): boolean {
    return this.#starts.has(pod);
  }

  start(pod: Pod): void {
    this.#starts.set(pod, this.#forgotten + this.#events.length);
  }

  /** Nothing for a pod that is not in flight. */
  end(pod: Pod): void {
    if (!this.#starts.delete(pod)) return;
    if (this.#starts.size === 0) {
      this.#forgotten += this.#events.length;
      if (this.#events.length > 0) this.#events = [];
      return;
    }
    const [earliest = this.#forgotten + this.#events.length] = this.#starts.values();
    // Dropped by halves, so that each event is copied once on average.
    const unused = earliest - this.#forgotten;
    if (unused === 0 || unused * 2 < this.#events.length) return;
    this.#events = this.#events.slice(unused);
    this.#forgotten = earliest;
  }

  record(event: Event | 'everything' | 'activate', target: Pod | null = null): void {
    this.#events.push({ event, target });
  }

  /** What was recorded since the pod took off, in order. */
  *since(pod: Pod): Iterable<RecordedEvent<Pod, Event>> {
    const start = this.#starts.get(pod)! - this.#forgotten;
    for (let i = start; i < this.#events.length; i++) yield this.#events[i]!;
  }
}
