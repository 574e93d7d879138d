import { assert } from '../../errors.ts';
import type { ClusterEvent, QueueingHint } from './cluster-event.ts';
import { InFlightEvents } from './in-flight-events.ts';
import { IndexedHeap } from './indexed-heap.ts';
import { gateOf, type PreEnqueuePlugin } from './pre-enqueue.ts';
import {
  type BackoffLimits,
  backoffEnd,
  type Entry,
  endsSooner,
  goesFirst,
  goesFirstInTurn,
  isBackingOff,
  isError,
  type QueuedPod,
  type Rejection,
  WINDOW_MS,
} from './queued-pod.ts';
import { RequeueStrategies, type Strategy } from './requeue-strategy.ts';

export interface SchedulingQueueOptions<Pod, Subject> {
  /** Higher goes first. Must not change while the pod is queued. */
  priorityOf(pod: Pod): number;
  /** Default none. */
  readonly preEnqueue?: readonly PreEnqueuePlugin<Pod>[];
  /** Default none: then only wildcard events move pods. */
  readonly hints?: readonly QueueingHint<Pod, Subject>[];
  /** podInitialBackoffSeconds; default 1000. */
  readonly initialBackoffMs?: number;
  /** podMaxBackoffSeconds; default 10,000. */
  readonly maxBackoffMs?: number;
  /** pod-max-in-unschedulable-pods-duration; default 300,000. */
  readonly maxUnschedulableMs?: number;
  /**
   * Pods of equal priority and timestamp: `heap` (default) as the real heap happens to have them, `turn` in the order in
   * which they came. On a real clock no two pods come at once; on one of whole milliseconds many may.
   */
  readonly ties?: 'heap' | 'turn';
}

export type QueuePlace = 'active' | 'backoff' | 'unschedulable';

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Where kube-scheduler keeps pending pods: the active queue (highest priority first, then the longest wait), two
 * back-off queues (of rejected pods and of failed attempts), and the pool of unschedulable pods, which events bring
 * back. The clock is the caller's: methods that depend on time take it as `nowMs`, which must not fall.
 *
 * `pop` takes a pod in flight; `fail` or `done` ends that. Pods are told apart as map keys are: by identity. What a
 * pod is may change while it waits, if `update` then says what did.
 * Source: kubernetes v1.36.2 pkg/scheduler/backend/queue/{scheduling_queue,active_queue,backoff_queue}.go
 */
export class SchedulingQueue<Pod, Subject = never> {
  readonly #options: SchedulingQueueOptions<Pod, Subject>;
  readonly #preEnqueue: readonly PreEnqueuePlugin<Pod>[];
  readonly #backoffLimits: BackoffLimits;
  readonly #maxUnschedulableMs: number;
  readonly #active: IndexedHeap<Entry<Pod>>;
  readonly #backoff: IndexedHeap<Entry<Pod>>;
  readonly #errorBackoff: IndexedHeap<Entry<Pod>>;
  readonly #unschedulable = new Set<Entry<Pod>>();
  readonly #inFlight = new InFlightEvents<Pod, ClusterEvent<Subject>>();
  /** Every pod, queued or in flight. */
  readonly #entries = new Map<Pod, Entry<Pod>>();
  #turns = 0;
  readonly #strategies: RequeueStrategies<Pod, Subject>;

  constructor(options: SchedulingQueueOptions<Pod, Subject>) {
    this.#options = options;
    this.#preEnqueue = options.preEnqueue ?? [];
    this.#strategies = new RequeueStrategies(options.hints ?? []);
    const inTurn = options.ties === 'turn';
    const first = inTurn ? goesFirstInTurn : goesFirst;
    this.#active = new IndexedHeap<Entry<Pod>>(first);
    this.#backoff = new IndexedHeap<Entry<Pod>>((a, b) => endsSooner(a, b, first));
    this.#errorBackoff = new IndexedHeap<Entry<Pod>>((a, b) => endsSooner(a, b, inTurn ? first : undefined));
    const { initialBackoffMs = 1000, maxBackoffMs = 10_000, maxUnschedulableMs = 300_000 } = options;
    assert(initialBackoffMs > 0, 'a back-off lasts');
    assert(maxBackoffMs >= initialBackoffMs, 'the longest back-off is not shorter than the first');
    this.#backoffLimits = { initialBackoffMs, maxBackoffMs };
    this.#maxUnschedulableMs = maxUnschedulableMs;
  }

  /** Pods that wait; those in flight do not. */
  get size(): number {
    return this.#entries.size - this.#inFlight.size;
  }

  /** Would `pop` give a pod? */
  get isReady(): boolean {
    return this.#active.size > 0 || this.#backoff.size > 0;
  }

  find(pod: Pod): QueuedPod<Pod> | undefined {
    return this.#entries.get(pod);
  }

  /** Where a pod waits; undefined for one that is in flight or unknown. Gated pods are unschedulable. */
  placeOf(pod: Pod): QueuePlace | undefined {
    const entry = this.#entries.get(pod);
    if (entry === undefined) return undefined;
    if (this.#active.has(entry)) return 'active';
    if (this.#backoff.has(entry) || this.#errorBackoff.has(entry)) return 'backoff';
    return this.#unschedulable.has(entry) ? 'unschedulable' : undefined;
  }

  /** All pods of one place, in no promised order. */
  podsIn(place: QueuePlace): Pod[] {
    const [active, backoff] = [[this.#active], [this.#backoff, this.#errorBackoff]];
    const both = { active, backoff, unschedulable: [this.#unschedulable] };
    return both[place].flatMap((entries) => [...entries]).map(({ pod }) => pod);
  }

  /** A pod that was created. */
  add(pod: Pod, nowMs: number): QueuePlace {
    assert(!this.#entries.has(pod), 'a pod is added once');
    const entry: Entry<Pod> = {
      pod,
      priority: this.#options.priorityOf(pod),
      timestampMs: nowMs,
      turn: this.#turns++,
      attempts: 0,
      unschedulableCount: 0,
      consecutiveErrors: 0,
      unschedulablePlugins: NOBODY,
      pendingPlugins: NOBODY,
      gatingPlugin: '',
      backoffExpiresMs: null,
      heapPosition: -1,
    };
    this.#entries.set(pod, entry);
    return this.#enqueue(entry, 'active');
  }

  /**
   * The next pod to try, now in flight: the head of the active queue, or when that is empty the head of the back-off
   * queue though its time has not come. Undefined: nobody to try (errors wait for the end of their back-off).
   */
  pop(): QueuedPod<Pod> | undefined {
    const entry = this.#active.pop() ?? this.#backoff.pop();
    if (entry === undefined) return undefined;
    entry.attempts += 1;
    entry.unschedulablePlugins = NOBODY;
    entry.pendingPlugins = NOBODY;
    this.#inFlight.start(entry.pod);
    return entry;
  }

  /** The pod in flight was bound or given up: the queue forgets it. */
  done(pod: Pod): void {
    assert(this.#inFlight.has(pod), 'only a pod in flight is done');
    this.remove(pod);
  }

  /** The pod was deleted, wherever it was. */
  remove(pod: Pod): void {
    const entry = this.#entries.get(pod);
    if (entry === undefined) return;
    this.#takeOut(entry);
    this.#inFlight.end(pod);
    this.#entries.delete(pod);
  }

  /**
   * The pod in flight comes back. Without any plugin in `rejection` the attempt ended in an error. Events that
   * happened since it was popped count as if they happened now.
   */
  fail(pod: Pod, rejection: Rejection, nowMs: number): QueuePlace {
    assert(this.#inFlight.has(pod), 'only a pod in flight fails');
    const entry = this.#entries.get(pod)!;
    entry.unschedulablePlugins = asSet(rejection.unschedulablePlugins);
    entry.pendingPlugins = asSet(rejection.pendingPlugins);
    if (isError(entry)) entry.consecutiveErrors += 1;
    else {
      entry.unschedulableCount += 1;
      entry.consecutiveErrors = 0;
    }
    entry.timestampMs = nowMs;
    entry.turn = this.#turns++;
    entry.backoffExpiresMs = backoffEnd(entry, this.#backoffLimits);
    const strategy = this.#strategies.afterFlight(entry, this.#inFlight);
    this.#inFlight.end(pod);
    return this.#requeue(entry, strategy, nowMs);
  }

  /** Something happened: tries again whom it may help, of those that `concerned` says it may concern (default all). */
  move(event: ClusterEvent<Subject>, nowMs: number, concerned?: (pod: Pod) => boolean): void {
    if (!this.#strategies.isHeard(event)) return;
    const entries = this.#unschedulable.size === 0 ? [] : [...this.#unschedulable];
    this.#move(concerned === undefined ? entries : entries.filter(({ pod }) => concerned(pod)), event, nowMs);
  }

  /** Everything may have changed: tries all unschedulable pods again that no gate holds. */
  moveAll(nowMs: number): void {
    this.#move([...this.#unschedulable], null, nowMs);
  }

  /** A pending pod was changed in these ways; each event has the pod before and after. */
  update(pod: Pod, events: readonly ClusterEvent<Subject>[], nowMs: number): void {
    const entry = this.#entries.get(pod);
    assert(entry !== undefined, 'only a queued pod is updated');
    if (this.#inFlight.has(pod)) {
      for (const event of events) this.#inFlight.record(event);
      return;
    }
    if (!this.#unschedulable.has(entry)) return;
    for (const event of events) {
      const place = this.#requeue(entry, this.#strategies.of(entry, event), nowMs);
      if (place !== 'unschedulable') return;
    }
  }

  /** Tries the pod again without back-off, as who waited for its sake may ask; in flight, once it has failed. */
  activate(pod: Pod): void {
    const entry = this.#entries.get(pod);
    if (entry === undefined || this.#active.has(entry)) return;
    if (this.#inFlight.has(pod)) this.#inFlight.record('activate', pod);
    // Who is in a back-off queue was admitted when it came there.
    else if (this.#takeOut(entry) === 'backoff') this.#active.push(entry);
    else this.#enqueue(entry, 'active');
  }

  /** Once a second, at whole seconds: back-offs that ended before this second. */
  flushBackoff(nowMs: number): void {
    for (const queue of [this.#backoff, this.#errorBackoff]) {
      for (let head = queue.peek(); head !== undefined; head = queue.peek()) {
        if (isBackingOff(head, nowMs)) break;
        queue.pop();
        this.#active.push(head);
      }
    }
  }

  /** The first whole second at which `flushBackoff` finds a pod; null when nobody backs off. */
  get nextFlushMs(): number | null {
    const ends = [this.#backoff.peek(), this.#errorBackoff.peek()].flatMap(
      (head) => head?.backoffExpiresMs ?? [],
    );
    return ends.length === 0 ? null : Math.min(...ends) + WINDOW_MS;
  }

  /** Every 30 seconds: who has been unschedulable for too long is tried again, whatever has happened. */
  flushUnschedulable(nowMs: number): void {
    const late = [...this.#unschedulable].filter(
      ({ timestampMs }) => nowMs - timestampMs > this.#maxUnschedulableMs,
    );
    if (late.length > 0) this.#move(late, null, nowMs);
  }

  /** `event` null: the wildcard, which every pod is worth but none that a gate holds. */
  #move(entries: readonly Entry<Pod>[], event: ClusterEvent<Subject> | null, nowMs: number): void {
    for (const entry of entries) {
      if (entry.gatingPlugin !== '' && !this.#concernsGate(entry, event)) continue;
      const strategy = event === null ? 'afterBackoff' : this.#strategies.of(entry, event);
      if (strategy !== 'skip') this.#requeue(entry, strategy, nowMs);
    }
    if (this.#inFlight.size > 0) this.#inFlight.record(event ?? 'everything');
  }

  #concernsGate({ gatingPlugin }: Entry<Pod>, event: ClusterEvent<Subject> | null): boolean {
    return event !== null && this.#strategies.isHeard(event, gatingPlugin);
  }

  /** Puts a pod that is in flight or unschedulable where the strategy says. */
  #requeue(entry: Entry<Pod>, strategy: Strategy, nowMs: number): QueuePlace {
    if (strategy === 'skip') {
      this.#unschedulable.add(entry);
      return 'unschedulable';
    }
    const waits = strategy === 'afterBackoff' && isBackingOff(entry, nowMs);
    this.#unschedulable.delete(entry);
    return this.#enqueue(entry, waits ? 'backoff' : 'active');
  }

  /** Into the queue, or into the pool if some plugin does not admit it. */
  #enqueue(entry: Entry<Pod>, place: 'active' | 'backoff'): QueuePlace {
    const gate = gateOf(this.#preEnqueue, entry);
    entry.gatingPlugin = gate?.name ?? '';
    if (gate !== undefined) {
      entry.unschedulablePlugins = new Set([...entry.unschedulablePlugins, gate.name]);
      this.#unschedulable.add(entry);
      return 'unschedulable';
    }
    if (place === 'active') this.#active.push(entry);
    else (isError(entry) ? this.#errorBackoff : this.#backoff).push(entry);
    return place;
  }

  #takeOut(entry: Entry<Pod>): QueuePlace | undefined {
    if (this.#active.remove(entry)) return 'active';
    if (this.#backoff.remove(entry) || this.#errorBackoff.remove(entry)) return 'backoff';
    return this.#unschedulable.delete(entry) ? 'unschedulable' : undefined;
  }
}

function asSet(plugins: Rejection['unschedulablePlugins']): ReadonlySet<string> {
  return Array.isArray(plugins) ? new Set(plugins) : ((plugins as ReadonlySet<string> | undefined) ?? NOBODY);
}
