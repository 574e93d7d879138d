import FastPriorityQueue from 'fastpriorityqueue';
import { assert } from '../errors.ts';
import type { EventKind, Kernel } from '../kernel/kernel.ts';
import { CHANGE } from '../model/change-log.ts';
import type { ClusterStore } from '../model/cluster-store.ts';
import { PHASE } from '../model/phases.ts';
import type { TaskClass } from '../model/task-class.ts';
import { NO_INSTANCE, type RandomDraws, type Scheduler } from '../schedulers/scheduler.ts';
import { PendingQueue } from './pending-queue.ts';
import type { Placer } from './placer.ts';

export type Passes = 'at-end-of-instant' | 'after-each-release';

export interface PlacementOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly scheduler: Scheduler;
  /** The scheduler's own stream: ties and random strategies. */
  readonly random: RandomDraws;
  /** skip: a task that does not fit lets later ones pass. strict: it blocks everything behind it. */
  readonly discipline: 'skip' | 'strict';
  /**
   * When room that a task gave back is offered to those that wait. `at-end-of-instant`, the default: once everything has
   * happened that happens at that moment. `after-each-release`: at once, so that of two tasks that end together the
   * first one's room is taken before the second one's is free.
   */
  readonly passes?: Passes;
  /** Told after a task got its room. */
  readonly onPlaced: (task: number) => void;
  /** Told when a pass left tasks waiting, and when one joins others that none has to try. */
  readonly onLeftWaiting: () => void;
  readonly onPassEnded?: (nowMs: number) => void;
}

/**
 * Asks the scheduler for a place for each waiting task. A pass runs at the end of an instant in which a task arrived
 * or room came free (or after each release, see `passes`), and goes on until nothing that waits can be placed.
 *
 * A class that found no instance stays set aside until something happens that could help it: room came free on an
 * instance where it fits, or, for classes whose constraints look at other tasks, any placement. Trying it earlier
 * would find nothing: capacity only shrinks during a pass.
 */
export class Placement implements Placer {
  readonly queue: PendingQueue;
  readonly #options: PlacementOptions;
  readonly #pass: EventKind;
  /** Classes with waiting tasks, each in exactly one place: to be tried next, in the heap, or set aside. */
  readonly #toTry: number[] = [];
  #setAside: number[] = [];
  /** By class id: 0 nothing waits, 1 in `#toTry` or the heap (or in hand), 2 in `#setAside`. */
  readonly #standing: number[] = [];
  /** Classes by whose head goes first. Strict: those to be tried, from pass to pass; else empty between passes. */
  readonly #heap: FastPriorityQueue<number>;
  /** A head in the heap has left the queue by itself: the class stands in a wrong place. */
  #isDisturbed = false;
  readonly #roomier = new Set<number>();
  #isRequested = false;
  /** Change-log cursor: room that came free since the last pass. */
  #cursor = 0;
  readonly #input: { view: ClusterStore; task: number; random: RandomDraws; nowMs: number };
  /** Decisions asked for. */
  attempts = 0;

  constructor(options: PlacementOptions) {
    this.#options = options;
    this.queue = new PendingQueue(options.store);
    this.#heap = new FastPriorityQueue<number>((a, b) => this.queue.goesFirst(a, b));
    this.#pass = options.kernel.defineKind('pass', PHASE.schedule, () => this.#run());
    this.#input = { view: options.store, task: -1, random: options.random, nowMs: 0 };
  }

  /** The task waits for room from now on. */
  enqueue(task: number): void {
    const classId = this.#options.store.taskClass[task]!;
    while (this.#standing.length <= classId) this.#standing.push(0);
    const isFirst = this.queue.head(classId) < 0;
    this.queue.push(task);
    if (this.#standing[classId] === 0) {
      this.#standing[classId] = 1;
      this.#toTry.push(classId);
    }
    // Behind others of a class set aside no pass is needed: room that comes free has one run while tasks wait. The
    // first in a line that was empty may have missed that.
    if (this.#standing[classId] === 1 || isFirst) this.requestPass();
    else this.#options.onLeftWaiting();
  }

  /** It waits no longer: it is about to leave. */
  withdraw(task: number): void {
    const { store, discipline } = this.#options;
    this.#isDisturbed ||= this.queue.head(store.taskClass[task]!) === task;
    this.queue.remove(task);
    // It may have been the one that blocked the others.
    if (discipline === 'strict' && this.queue.size > 0) this.requestPass();
  }

  heldBack(): string {
    return '';
  }

  context(): ReturnType<Placer['context']> {
    return {};
  }

  /** Nobody is held back here. */
  removeGate(): void {}

  /** Less room helps nobody who waits. */
  roomTaken(): void {}

  roomFreed(): void {
    if (this.queue.size === 0) return;
    if (this.#options.passes === 'after-each-release') this.#run();
    else this.requestPass();
  }

  instanceReady(): void {
    this.requestPass();
  }

  /**
   * An instance is gone. That frees no room, but a hard spread counts one domain less and may allow more in the
   * others.
   */
  instanceGone(): void {
    const { store, scheduler } = this.#options;
    const mayHelp = store.classes.some(
      (taskClass) => this.queue.waiting(taskClass.id) > 0 && scheduler.placementsMayHelp(taskClass),
    );
    if (mayHelp) this.requestPass();
  }

  /** A pass at the end of this instant, once. */
  requestPass(): void {
    const { kernel } = this.#options;
    if (this.#isRequested) return;
    this.#isRequested = true;
    kernel.at(kernel.nowMs, this.#pass, 0);
  }

  #run(): void {
    this.#isRequested = false;
    this.#recallRoomier();
    if (this.queue.size > 0) {
      const isStrict = this.#options.discipline === 'strict';
      while (
        (isStrict ? this.#tryInTurn() : this.#tryAll()) &&
        this.#setAside.length > 0 &&
        this.#recall((taskClass) => this.#options.scheduler.placementsMayHelp(taskClass))
      ) {
        // Placements may have made room for constraints of classes set aside: once more.
      }
    }
    this.#cursor = this.#options.store.changes.version;
    this.#options.onPassEnded?.(this.#options.kernel.nowMs);
    if (this.queue.size > 0) this.#options.onLeftWaiting();
  }

  /** Tries heads, best first, until every class to try is empty or set aside. Was anything placed? */
  #tryAll(): boolean {
    const heap = this.#heap;
    // Nearly always: one task has come.
    if (this.#toTry.length === 1 && heap.size === 0) return this.#tryOne(this.#toTry.pop()!);
    this.#fillHeap();
    let placed = false;
    for (let classId = heap.poll(); classId !== undefined; classId = heap.poll()) {
      if (this.#tryHead(classId)) {
        placed = true;
        this.#putBack(classId);
      } else this.#putAside(classId);
    }
    return placed;
  }

  /** The same for a single class. */
  #tryOne(classId: number): boolean {
    this.#isDisturbed = false;
    let placed = false;
    for (this.#standing[classId] = 1; this.queue.head(classId) >= 0; placed = true) {
      if (!this.#tryHead(classId)) {
        this.#putAside(classId);
        return placed;
      }
    }
    this.#standing[classId] = 0;
    return placed;
  }

  /** The same until a head finds no instance, which blocks everything behind it: only that one is asked about. */
  #tryInTurn(): boolean {
    const heap = this.#heap;
    const { scheduler, store } = this.#options;
    this.#fillHeap();
    let placed = false;
    for (let classId = heap.peek(); classId !== undefined; classId = heap.peek()) {
      const isPlaced = this.#tryHead(classId);
      if (!isPlaced && scheduler.isLeftToOthers?.(store.classes[classId]!) !== true) break;
      heap.poll();
      if (isPlaced) {
        placed = true;
        this.#putBack(classId);
      } else this.#putAside(classId);
      if (this.#isDisturbed) this.#sortAnew();
    }
    return placed;
  }

  #fillHeap(): void {
    if (this.#isDisturbed) this.#sortAnew();
    for (const classId of this.#toTry) this.#putBack(classId);
    this.#toTry.length = 0;
  }

  /** Lists what stands in the heap again, each class where its head belongs now. */
  #sortAnew(): void {
    this.#isDisturbed = false;
    const classIds: number[] = [];
    for (let classId = this.#heap.poll(); classId !== undefined; classId = this.#heap.poll()) {
      classIds.push(classId);
    }
    for (const classId of classIds) this.#putBack(classId);
  }

  /** Into the heap, if a task of the class still waits. */
  #putBack(classId: number): void {
    if (this.queue.head(classId) >= 0) this.#heap.add(classId);
    else this.#standing[classId] = 0;
  }

  #putAside(classId: number): void {
    this.#standing[classId] = 2;
    this.#setAside.push(classId);
  }

  /** Room came free since the last pass: classes that fit on one of those instances are tried again. */
  #recallRoomier(): void {
    if (this.#setAside.length === 0) return;
    const { store, scheduler } = this.#options;
    const { changes } = store;
    if (changes.isBehind(this.#cursor)) {
      this.#recall(() => true);
      return;
    }
    const roomier = this.#roomier;
    roomier.clear();
    for (let cursor = this.#cursor; cursor < changes.version; cursor++) {
      const kind = changes.kindAt(cursor);
      const frees = kind === CHANGE.taskRemoved || kind === CHANGE.joined || kind === CHANGE.altered;
      if (frees && store.accepts[changes.slotAt(cursor)] === 1) roomier.add(changes.slotAt(cursor));
    }
    if (changes.version === this.#cursor) return;
    this.#recall((taskClass) => {
      if (scheduler.placementsMayHelp(taskClass)) return true;
      for (const slot of roomier) if (store.fits(slot, taskClass)) return true;
      return false;
    });
  }

  /** Moves classes that `mayFit` from the aside list back to be tried. Any? */
  #recall(mayFit: (taskClass: TaskClass) => boolean): boolean {
    const { classes } = this.#options.store;
    const stay: number[] = [];
    for (const classId of this.#setAside) {
      if (this.queue.head(classId) < 0) {
        this.#standing[classId] = 0;
      } else if (mayFit(classes[classId]!)) {
        this.#standing[classId] = 1;
        this.#toTry.push(classId);
      } else {
        stay.push(classId);
      }
    }
    const any = stay.length < this.#setAside.length;
    this.#setAside = stay;
    return any;
  }

  #tryHead(classId: number): boolean {
    const { kernel, store, scheduler, onPlaced } = this.#options;
    const task = this.queue.head(classId);
    assert(task >= 0, 'a line without a head was tried');
    this.#input.task = task;
    this.#input.nowMs = kernel.nowMs;
    this.attempts += 1;
    const slot = scheduler.decide(this.#input);
    if (slot === NO_INSTANCE) return false;
    this.queue.remove(task);
    store.place(task, slot, kernel.nowMs, scheduler.reserve?.(this.#input, slot));
    onPlaced(task);
    return true;
  }
}
