import {
  type ClusterEvent,
  concerns,
  type EventAction,
  type EventResource,
  type QueueingHint,
} from './cluster-event.ts';
import type { InFlightEvents } from './in-flight-events.ts';
import { type Entry, isError } from './queued-pod.ts';

/** What becomes of a pod that something happened to: it stays, waits for the end of its back-off, or is tried at once. */
export type Strategy = 'skip' | 'afterBackoff' | 'immediately';

/** Tells from the hints of the plugins what an event is worth to a pod that they rejected. */
export class RequeueStrategies<Pod, Subject> {
  readonly #all: readonly QueueingHint<Pod, Subject>[];
  /** Hints by the resource and action of the event. */
  readonly #hints = new Map<EventResource, Map<EventAction, readonly QueueingHint<Pod, Subject>[]>>();

  constructor(hints: readonly QueueingHint<Pod, Subject>[]) {
    this.#all = hints;
  }

  /** Does any plugin listen to such events; or this one? */
  isHeard(event: ClusterEvent<Subject>, by?: string): boolean {
    const hints = this.#hintsFor(event);
    return by === undefined ? hints.length > 0 : hints.some(({ plugin }) => plugin === by);
  }

  of(entry: Entry<Pod>, event: ClusterEvent<Subject>): Strategy {
    let strategy: Strategy = 'skip';
    for (const hint of this.#hintsFor(event)) {
      const isPending = entry.pendingPlugins.has(hint.plugin);
      if (!isPending && !entry.unschedulablePlugins.has(hint.plugin)) continue;
      if (hint.isWorthIt?.(entry.pod, event) === false) continue;
      if (isPending) return 'immediately';
      strategy = 'afterBackoff';
    }
    return strategy;
  }

  /** Of a pod that failed: what happened while it was in flight counts as if it happened now. */
  afterFlight(entry: Entry<Pod>, inFlight: InFlightEvents<Pod, ClusterEvent<Subject>>): Strategy {
    if (isError(entry)) return 'afterBackoff';
    let strategy: Strategy = 'skip';
    for (const { event, target } of inFlight.since(entry.pod)) {
      const isWildcard = event === 'everything' || event === 'activate';
      if (event === 'activate' && target !== entry.pod) continue;
      const worth = isWildcard ? 'afterBackoff' : this.of(entry, event);
      if (worth === 'immediately') return worth;
      if (worth === 'afterBackoff') strategy = worth;
    }
    return strategy;
  }

  #hintsFor(event: ClusterEvent<Subject>): readonly QueueingHint<Pod, Subject>[] {
    let ofResource = this.#hints.get(event.resource);
    if (ofResource === undefined) {
      ofResource = new Map();
      this.#hints.set(event.resource, ofResource);
    }
    let hints = ofResource.get(event.action);
    if (hints === undefined) {
      hints = this.#all.filter((hint) => concerns(hint, event));
      ofResource.set(event.action, hints);
    }
    return hints;
  }
}
