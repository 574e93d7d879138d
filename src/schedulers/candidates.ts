import type { ClusterView } from '../model/cluster-view.ts';
import { LANE, UNLIMITED } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import type { GroupCounts } from './group-counts.ts';
import { type InstanceRule, needsFullCheck } from './instance-rules.ts';
import { ReadyOrder } from './ready-order.ts';

/** What a scheduler wants to know about a class, worked out when the class is first seen. */
export interface ClassDemands {
  /** null: every ready instance will do. */
  readonly rule: InstanceRule | null;
  /** What tasks on the instance can change, and every decision must ask. Absent or null: nothing. */
  readonly taskRule?: InstanceRule | null;
  readonly distinctInstance: boolean;
}

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
}

/**
 * Finds the instances that can take a task: the one feasibility loop of the ECS scheduler and the baselines. `prepare`
 * selects the ready instances that satisfy the class's rule; what is left to look at in a decision is room.
 * Everything is in order of instance id. Nothing is allocated unless instances changed or the class is new.
 */
export class Candidates<Demands extends ClassDemands> {
  readonly counts: GroupCounts;
  /** Ready instances that satisfy the rule of the prepared class: the first `eligibleCount` entries. */
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
  #view: ClusterView | null = null;
  /** Is the number of tasks on an instance limited anywhere? Never on ECS. */
  #slotsLimited = false;
  #shapesSeen = 0;
  /** Of the prepared class: tasks of its group by slot when no two may share an instance, else null. */
  #occupied: Int32Array | null = null;
  #needsFullCheck = false;
  #taskRule: InstanceRule | null = null;

  constructor(demandsOf: (taskClass: TaskClass) => Demands, counts: GroupCounts) {
    this.#demandsOf = demandsOf;
    this.counts = counts;
  }

  /** Catches up with the view and turns to the class; returns its demands. */
  prepare(view: ClusterView, taskClass: TaskClass): Demands {
    if (view !== this.#view) {
      this.#view = view;
      this.#known.length = 0;
      this.#shapesSeen = 0;
      this.#slotsLimited = false;
    }
    while (this.#shapesSeen < view.shapes.length) {
      if (view.shapes[this.#shapesSeen++]!.allocatable[LANE.slots]! < UNLIMITED) this.#slotsLimited = true;
    }
    this.#order.catchUp(view);
    const known = this.#known[taskClass.id] ?? this.#learn(taskClass);
    if (known.list === null) {
      this.eligible = this.#order.slots;
      this.eligibleCount = this.#order.count;
    } else {
      if (known.list.version !== this.#order.version) this.#refresh(view, known.list);
      this.eligible = known.list.slots;
      this.eligibleCount = known.list.count;
    }
    if (this.found.length < this.eligible.length) this.found = new Int32Array(this.eligible.length);
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

  /** Writes every eligible instance with room for the prepared class into `found`; returns how many. */
  collect(view: ClusterView, taskClass: TaskClass): number {
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

  #learn(taskClass: TaskClass): KnownClass<Demands> {
    const demands = this.#demandsOf(taskClass);
    const known = {
      demands,
      list: demands.rule === null ? null : this.#listOf(demands.rule),
      needsFullCheck: needsFullCheck(taskClass),
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
