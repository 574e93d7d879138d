/** The kernel's promise in the plainest words: keep every event in a list, sort the whole list, take the first. */
export class NaiveKernel {
  nowMs = 0;
  readonly #phases: number[] = [];
  readonly #handlers: ((entity: number) => void)[] = [];
  #events: NaiveEvent[] = [];
  #sequence = 0;
  #sources = 0;

  defineKind(_name: string, phase: number, handler: (entity: number) => void): number {
    this.#handlers.push(handler);
    return this.#phases.push(phase) - 1;
  }

  at(timeMs: number, kind: number, entity: number): NaiveEvent {
    const event = { timeMs, phase: this.#phases[kind]!, queued: 1, sequence: this.#sequence++, kind, entity };
    this.#events.push(event);
    return event;
  }

  after(delayMs: number, kind: number, entity: number): NaiveEvent {
    return this.at(this.nowMs + delayMs, kind, entity);
  }

  cancel(event: NaiveEvent): boolean {
    const found = this.#events.includes(event);
    this.#events = this.#events.filter((other) => other !== event);
    return found;
  }

  /** Everything a source will ever say, at once; sources come before queued events. */
  addSource(kind: number, timesMs: readonly number[]): void {
    const sequence = this.#sources++;
    timesMs.forEach((timeMs, entity) => {
      this.#events.push({ timeMs, phase: this.#phases[kind]!, queued: 0, sequence, kind, entity });
    });
  }

  run(untilMs: number): void {
    for (;;) {
      // Stable: events of one source at one time stay in the order of the source.
      this.#events.sort(
        (a, b) => a.timeMs - b.timeMs || a.phase - b.phase || a.queued - b.queued || a.sequence - b.sequence,
      );
      const event = this.#events[0];
      if (event === undefined) return;
      if (event.timeMs > untilMs) {
        this.nowMs = untilMs;
        return;
      }
      this.#events.shift();
      this.nowMs = event.timeMs;
      this.#handlers[event.kind]!(event.entity);
    }
  }
}

export interface NaiveEvent {
  readonly timeMs: number;
  readonly phase: number;
  readonly queued: number;
  readonly sequence: number;
  readonly kind: number;
  readonly entity: number;
}
