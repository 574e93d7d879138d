import type { ClusterEvent, QueueingHint } from '../../../src/schedulers/kubernetes/cluster-event.ts';
import type { Rejection } from '../../../src/schedulers/kubernetes/queued-pod.ts';
import type { QueuePlace } from '../../../src/schedulers/kubernetes/scheduling-queue.ts';

/** A pod of the model; `gates` are the names of the plugins that do not admit it. */
export interface ModelPod {
  readonly id: number;
  readonly priority: number;
  gates: string[];
}

type Event = ClusterEvent<ModelPod>;

interface Record {
  readonly pod: ModelPod;
  place: QueuePlace | 'flight';
  sinceMs: number;
  attempts: number;
  rejections: number;
  errors: number;
  rejectors: string[];
  pending: string[];
  gate: string;
  expiresMs: number;
  /** Events in the history when it was popped. */
  seen: number;
}

type Happening = { readonly event: Event | 'everything' } | { readonly activate: ModelPod };

/**
 * The scheduling queue as the rules say it, with one list, no heaps, and the whole history of events; every answer
 * is searched for. Two pods must not have the same timestamp, for then the real one goes by the shape of its heap.
 */
export class PlainQueue {
  readonly #hints: readonly QueueingHint<ModelPod, ModelPod>[];
  #records: Record[] = [];
  readonly #history: Happening[] = [];

  constructor(hints: readonly QueueingHint<ModelPod, ModelPod>[]) {
    this.#hints = hints;
  }

  in(place: QueuePlace | 'flight'): number[] {
    return this.#records.filter((one) => one.place === place).map(({ pod }) => pod.id);
  }

  add(pod: ModelPod, nowMs: number): void {
    const counts = { attempts: 0, rejections: 0, errors: 0, expiresMs: Number.NEGATIVE_INFINITY, seen: 0 };
    const record: Record = {
      pod,
      place: 'flight',
      sinceMs: nowMs,
      rejectors: [],
      pending: [],
      gate: '',
      ...counts,
    };
    this.#records.push(record);
    this.#enter(record, 'active');
  }

  pop(): { readonly id: number; readonly attempts: number } | undefined {
    const byAge = (a: Record, b: Record) => b.pod.priority - a.pod.priority || a.sinceMs - b.sinceMs;
    const [active] = this.#records.filter(({ place }) => place === 'active').sort(byAge);
    const [waiting] = this.#records
      .filter((one) => one.place === 'backoff' && one.rejectors.length + one.pending.length > 0)
      .sort((a, b) => a.expiresMs - b.expiresMs || byAge(a, b));
    const record = active ?? waiting;
    if (record === undefined) return undefined;
    Object.assign(record, { place: 'flight', rejectors: [], pending: [], seen: this.#history.length });
    record.attempts += 1;
    return { id: record.pod.id, attempts: record.attempts };
  }

  fail(pod: ModelPod, rejection: Rejection, nowMs: number): void {
    const record = this.#of(pod);
    record.rejectors = [...(rejection.unschedulablePlugins ?? [])];
    record.pending = [...(rejection.pendingPlugins ?? [])];
    const isError = record.rejectors.length + record.pending.length === 0;
    record.errors = isError ? record.errors + 1 : 0;
    record.rejections += isError ? 0 : 1;
    record.sinceMs = nowMs;
    let seconds = 1;
    for (let n = record.errors || record.rejections; n > 1; n--) seconds = Math.min(10, seconds * 2);
    record.expiresMs = Math.floor(nowMs / 1000 + seconds) * 1000;
    const worths = this.#history.slice(record.seen).map((happening) => {
      if ('activate' in happening) return happening.activate === pod ? 1 : 0;
      return this.#worth(record, happening.event);
    });
    this.#settle(record, isError ? 1 : Math.max(0, ...worths), nowMs);
  }

  remove(pod: ModelPod): void {
    this.#records = this.#records.filter((one) => one.pod !== pod);
  }

  move(event: Event | 'everything', nowMs: number, which = (_: Record) => true): void {
    const touched = this.#records.filter((one) => one.place === 'unschedulable' && which(one));
    for (const record of touched) {
      const gateListens = event !== 'everything' && this.#listeners(event).includes(record.gate);
      if (record.gate !== '' && !gateListens) continue;
      this.#settle(record, this.#worth(record, event), nowMs);
    }
    if (this.#records.some(({ place }) => place === 'flight')) this.#history.push({ event });
  }

  update(pod: ModelPod, event: Event, nowMs: number): void {
    const record = this.#of(pod);
    if (record.place === 'flight') this.#history.push({ event });
    if (record.place === 'unschedulable') this.#settle(record, this.#worth(record, event), nowMs);
  }

  activate(pod: ModelPod): void {
    const record = this.#of(pod);
    if (record.place === 'flight') this.#history.push({ activate: pod });
    else if (record.place === 'backoff') record.place = 'active';
    else if (record.place === 'unschedulable') this.#enter(record, 'active');
  }

  flushBackoff(nowMs: number): void {
    for (const record of this.#records) {
      if (record.place === 'backoff' && !isBackingOff(record, nowMs)) record.place = 'active';
    }
  }

  flushUnschedulable(nowMs: number): void {
    const isLate = ({ sinceMs }: Record) => nowMs - sinceMs > 300_000;
    if (!this.#records.some((one) => one.place === 'unschedulable' && isLate(one))) return;
    this.move('everything', nowMs, isLate);
  }

  #of(pod: ModelPod): Record {
    return this.#records.find((one) => one.pod === pod)!;
  }

  #listeners(event: Event): string[] {
    return this.#heard(event).map(({ plugin }) => plugin);
  }

  #heard({ resource, action }: Event): QueueingHint<ModelPod, ModelPod>[] {
    return this.#hints.filter((hint) => hint.resource === resource && hint.actions.includes(action));
  }

  /** 0 not worth it, 1 after its back-off, 2 at once. */
  #worth(record: Record, event: Event | 'everything'): number {
    if (event === 'everything') return 1;
    const heard = this.#heard(event).filter((hint) => hint.isWorthIt?.(record.pod, event) ?? true);
    if (heard.some(({ plugin }) => record.pending.includes(plugin))) return 2;
    return heard.some(({ plugin }) => record.rejectors.includes(plugin)) ? 1 : 0;
  }

  #settle(record: Record, worth: number, nowMs: number): void {
    if (worth === 0) record.place = 'unschedulable';
    else this.#enter(record, worth === 1 && isBackingOff(record, nowMs) ? 'backoff' : 'active');
  }

  #enter(record: Record, place: QueuePlace): void {
    const gates = record.pod.gates;
    record.gate = gates.includes(record.gate) ? record.gate : (gates[0] ?? '');
    record.place = record.gate === '' ? place : 'unschedulable';
    if (record.gate !== '') record.rejectors.push(record.gate);
  }
}

function isBackingOff({ expiresMs }: Record, nowMs: number): boolean {
  return expiresMs >= Math.floor(nowMs / 1000) * 1000;
}
