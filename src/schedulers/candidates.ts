import { assert } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { LANE, UNLIMITED } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import type { GroupCounts } from './group-counts.ts';
import { type ClassNeeds, FeasibleSet, meets } from './feasible-set.ts';
import { IndexBudget, type Tenant } from './index-budget.ts';
import { type InstanceRule, needsFullCheck } from './instance-rules.ts';
import { ReadyOrder } from './ready-order.ts';
import { type ClassRoom, RoomAnswers, UNINDEXED } from './room-answers.ts';
import type { RoomQuery } from './room-blocks.ts';
import type { RoomQuestion } from './room-index.ts';
import { mayHaveComeSince } from './room-since.ts';
import { NO_INSTANCE } from './scheduler.ts';
import { ScoreTree } from './score-tree.ts';

/** What a scheduler wants to know about a class, worked out when the class is first seen. */
export interface ClassDemands {
  /** null: every ready instance will do. */
  readonly rule: InstanceRule | null;
  /** What tasks on the instance can change, and every decision must ask. Absent or null: nothing. */
  readonly taskRule?: InstanceRule | null;
  readonly distinctInstance: boolean;
  /** What the scheduler asks for the class, if an index can answer it. */
  readonly question: RoomQuestion | null;
}

const NEVER = -1;

/** How good the instance in the slot is for a task of the class, before placement; higher is better. */
export type InstanceScore = (view: ClusterView, slot: number, taskClass: TaskClass) => number;

interface EligibleList {
  readonly rule: InstanceRule;
  /** `ReadyOrder.version` of the contents. */
  version: number;
  slots: Int32Array;
  count: number;
}

interface KnownClass<Demands> {
  readonly demands: Demands;
  readonly list: EligibleList | null;
  readonly needsFullCheck: boolean;
  /** Null when it asks nothing that an index could answer. */
  readonly room: ClassRoom | null;
  /** Version of the cluster at which the index had no instance for it; -1 when it had one. */
  refusedAt: number;
  feasible: Tenant<FeasibleSet> | null;
  scored: Tenant<ScoreTree> | null;
}

/**
 * Finds the instances that can take a task, for the ECS scheduler and the baselines. `prepare` turns to a class; then
 * `indexed` and `feasible` answer from an index where that pays, and `list` and `collect` from a scan: the instances
 * that satisfy the class's rule, and those of them with room. Everything is in order of instance id. Nothing is
 * allocated unless instances changed or the class is new.
 */
export class Candidates<Demands extends ClassDemands> {
  readonly counts: GroupCounts;
  /** Every answer from an index is compared with a scan. */
  readonly verify: boolean;
  /** After `list`: ready instances that satisfy the rule of the prepared class: the first `eligibleCount` entries. */
  eligible: Int32Array = new Int32Array(0);
  eligibleCount = 0;
  /** For the prepared class: CPU and memory decide alone; else `takes` must be asked too. */
  roomIsPlain = true;
  /** The instances that `collect` found: as many as it returned. Free for the caller to reorder. */
  found: Int32Array = new Int32Array(0);

  readonly #demandsOf: (taskClass: TaskClass) => Demands;
  readonly #order = new ReadyOrder();
  readonly #known: (KnownClass<Demands> | undefined)[] = [];
  readonly #lists = new Map<string, EligibleList>();
  #budget: IndexBudget;
  #answers: RoomAnswers;
  #view: ClusterView | null = null;
  /** Is the number of tasks on an instance limited anywhere? Never on ECS. */
  #slotsLimited = false;
  #shapesSeen = 0;
  #class: TaskClass | null = null;
  #knownClass: KnownClass<Demands> | null = null;
  /** Of the prepared class: tasks of its group by slot when no two may share an instance, else null. */
  #occupied: Int32Array | null = null;
  #needsFullCheck = false;
  #taskRule: InstanceRule | null = null;
  readonly #query: { -readonly [Field in keyof RoomQuery]: RoomQuery[Field] };
  readonly #takesPrepared = (slot: number): boolean => this.takes(this.#view!, this.#class!, slot);

  constructor(demandsOf: (taskClass: TaskClass) => Demands, counts: GroupCounts, verify = false) {
    this.#demandsOf = demandsOf;
    this.counts = counts;
    this.verify = verify;
    this.#budget = new IndexBudget(verify);
    this.#answers = new RoomAnswers(this.#budget, counts, verify);
    this.#query = { view: null as unknown as ClusterView, cpuNeed: 0, memoryNeed: 0, takes: null };
  }

  /** Turns to the class; returns its demands. */
  prepare(view: ClusterView, taskClass: TaskClass): Demands {
    if (view !== this.#view) this.#restart(view);
    while (this.#shapesSeen < view.shapes.length) {
      if (view.shapes[this.#shapesSeen++]!.allocatable[LANE.slots]! < UNLIMITED) this.#slotsLimited = true;
    }
    const known = this.#known[taskClass.id] ?? this.#learn(taskClass);
    this.#class = taskClass;
    this.#knownClass = known;
    this.#occupied = null;
    if (known.demands.distinctInstance) {
      this.counts.catchUp(view);
      this.#occupied = this.counts.perInstance(taskClass.groupId);
    }
    const slotsBind = this.#slotsLimited && taskClass.requests[LANE.slots]! > 0;
    this.#needsFullCheck = known.needsFullCheck || slotsBind;
    this.#taskRule = known.demands.taskRule ?? null;
    this.roomIsPlain = !this.#needsFullCheck && this.#occupied === null && this.#taskRule === null;
    return known.demands;
  }

  /** The answer to the question of the prepared class, `NO_INSTANCE` if nothing takes it; or `UNINDEXED`. */
  indexed(view: ClusterView, taskClass: TaskClass): number {
    const known = this.#knownClass!;
    const { room, demands } = known;
    if (room === null) return UNINDEXED;
    const query = this.#query;
    query.view = view;
    query.cpuNeed = need(taskClass, LANE.cpu);
    query.memoryNeed = need(taskClass, LANE.memory);
    query.takes = this.roomIsPlain ? null : this.#takesPrepared;
    const isStillRefused =
      known.refusedAt !== NEVER &&
      !mayHaveComeSince(view, known.refusedAt, query.cpuNeed, query.memoryNeed, this.#taskRule !== null);
    known.refusedAt = isStillRefused ? view.changes.version : NEVER;
    if (isStillRefused && !this.verify) return NO_INSTANCE;
    const { attribute, key } = demands.question!;
    if (attribute !== null || key.by === 'tasks-of-group') this.counts.catchUp(view);
    const slot = room.ask(view, query, taskClass.groupId);
    if (slot === UNINDEXED) return UNINDEXED;
    assert(!isStillRefused || slot === NO_INSTANCE, 'an instance takes what nothing that came could help');
    if (slot === NO_INSTANCE) known.refusedAt = view.changes.version;
    return slot;
  }

  /** The instances that can take the prepared class as a set; null when `collect` must find them. */
  feasible(view: ClusterView, taskClass: TaskClass): FeasibleSet | null {
    const known = this.#knownClass!;
    this.#order.catchUp(view);
    known.feasible ??= this.#budget.open(() => new FeasibleSet(this.#order, this.#needsOf(taskClass)));
    return this.#budget.ready(known.feasible, view);
  }

  /**
   * The prepared class's scores of the instances that can take it; null when `collect` must find them. `score` depends
   * on its own instance alone, and is the same function each time.
   */
  scored(view: ClusterView, taskClass: TaskClass, score: InstanceScore): ScoreTree | null {
    const known = this.#knownClass!;
    this.#order.catchUp(view);
    known.scored ??= this.#budget.open(() => {
      const needs = this.#needsOf(taskClass);
      const scoreOf = (slot: number) =>
        meets(needs, view, slot) ? score(view, slot, taskClass) : Number.NEGATIVE_INFINITY;
      return new ScoreTree(this.#order, scoreOf);
    });
    return this.#budget.ready(known.scored, view);
  }

  /** Fills `eligible` for the prepared class. */
  list(view: ClusterView): void {
    this.#order.catchUp(view);
    const { list } = this.#knownClass!;
    if (list === null) {
      this.eligible = this.#order.slots;
      this.eligibleCount = this.#order.count;
    } else {
      if (list.version !== this.#order.version) this.#refresh(view, list);
      this.eligible = list.slots;
      this.eligibleCount = list.count;
    }
    if (this.found.length < this.eligible.length) this.found = new Int32Array(this.eligible.length);
  }

  /** Writes every eligible instance with room for the prepared class into `found`; returns how many. */
  collect(view: ClusterView, taskClass: TaskClass): number {
    this.list(view);
    const { eligible, eligibleCount, found } = this;
    const cpuAllocatable = view.allocatable[LANE.cpu]!;
    const cpuRequested = view.requested[LANE.cpu]!;
    const memoryAllocatable = view.allocatable[LANE.memory]!;
    const memoryRequested = view.requested[LANE.memory]!;
    const cpuNeed = need(taskClass, LANE.cpu);
    const memoryNeed = need(taskClass, LANE.memory);
    let count = 0;
    for (let i = 0; i < eligibleCount; i++) {
      const slot = eligible[i]!;
      if (cpuAllocatable[slot]! - cpuRequested[slot]! < cpuNeed) continue;
      if (memoryAllocatable[slot]! - memoryRequested[slot]! < memoryNeed) continue;
      found[count++] = slot;
    }
    return this.roomIsPlain ? count : this.#dropUnfit(view, taskClass, count);
  }

  /** Has an eligible slot with enough CPU and memory room for one more task of the prepared class in all? */
  takes(view: ClusterView, taskClass: TaskClass, slot: number): boolean {
    if (this.#occupied !== null && this.#occupied[slot] !== 0) return false;
    if (this.#taskRule !== null && !this.#taskRule.admits(view, slot)) return false;
    return !this.#needsFullCheck || view.fits(slot, taskClass);
  }

  /** What CPU and memory alone could not tell. */
  #dropUnfit(view: ClusterView, taskClass: TaskClass, count: number): number {
    const { found } = this;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const slot = found[i]!;
      if (this.takes(view, taskClass, slot)) found[kept++] = slot;
    }
    return kept;
  }

  /** For the class while it is prepared. */
  #needsOf(taskClass: TaskClass): ClassNeeds {
    const { rule } = this.#knownClass!.demands;
    const admitted = (slot: number) =>
      (this.roomIsPlain || this.#takesPrepared(slot)) && (rule === null || rule.admits(this.#view!, slot));
    return {
      cpuNeed: need(taskClass, LANE.cpu),
      memoryNeed: need(taskClass, LANE.memory),
      takes: () => (this.roomIsPlain && rule === null ? null : admitted),
    };
  }

  #restart(view: ClusterView): void {
    this.#view = view;
    this.#known.length = 0;
    this.#budget = new IndexBudget(this.verify);
    this.#answers = new RoomAnswers(this.#budget, this.counts, this.verify);
    this.#shapesSeen = 0;
    this.#slotsLimited = false;
  }

  #learn(taskClass: TaskClass): KnownClass<Demands> {
    const demands = this.#demandsOf(taskClass);
    const { rule, question } = demands;
    const { groupId } = taskClass;
    const known = {
      demands,
      list: rule === null ? null : this.#listOf(rule),
      needsFullCheck: needsFullCheck(taskClass),
      room: question === null ? null : this.#answers.for({ ...question, rule, groupId }),
      refusedAt: NEVER,
      feasible: null,
      scored: null,
    };
    this.#known[taskClass.id] = known;
    return known;
  }

  #listOf(rule: InstanceRule): EligibleList {
    let list = this.#lists.get(rule.key);
    if (list === undefined) {
      list = { rule, version: -1, slots: new Int32Array(0), count: 0 };
      this.#lists.set(rule.key, list);
    }
    return list;
  }

  #refresh(view: ClusterView, list: EligibleList): void {
    const { slots, count, version } = this.#order;
    if (list.slots.length < count) list.slots = new Int32Array(slots.length);
    list.version = version;
    list.count = 0;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      if (list.rule.admits(view, slot)) list.slots[list.count++] = slot;
    }
  }
}

/** The free amount that is enough in a lane. Nothing asked is always enough, even where nothing is left. */
export function need(taskClass: TaskClass, lane: number): number {
  const amount = taskClass.requests[lane]!;
  return amount > 0 ? amount : Number.NEGATIVE_INFINITY;
}
