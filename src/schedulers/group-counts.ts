import { CHANGE } from '../model/change-log.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';
import { attributeColumn } from './instance-rules.ts';

/** Values of one attribute as dense numbers; domain 0 is "no value": the attribute is missing or empty. */
interface Domains {
  readonly attribute: string;
  readonly byValueId: Map<number, number>;
  count: number;
  ofSlot: Int32Array;
  /** By group id; undefined until asked for. */
  readonly counters: (Int32Array | undefined)[];
}

/**
 * How many tasks of a group are on each instance, and on all instances that share a value of an attribute. Every
 * instance counts, whatever its state. Follows the change log; columns are made for the groups and attributes that
 * are asked for, from then on each change of a task costs an addition per column.
 */
export class GroupCounts {
  readonly #zoneAttribute: string;
  #view: ClusterView | null = null;
  #cursor = 0;
  #slots = 0;
  readonly #domains: Domains[] = [];
  /** By group id, then by slot; undefined until asked for. */
  readonly #columns: (Int32Array | undefined)[] = [];
  /** Tasks by group id and by slot, where the cursor stands. */
  #groupTotals = new Int32Array(16);
  #slotTotals = new Int32Array(0);

  /** `zoneAttribute`: the attribute whose value is the instance's zone, label or not. Default: none is. */
  constructor(zoneAttribute = '') {
    this.#zoneAttribute = zoneAttribute;
  }

  /** Brings every column up to the view's present. */
  catchUp(view: ClusterView): void {
    const { changes } = view;
    this.#growSlots(view.instanceId.length);
    if (view !== this.#view || changes.isBehind(this.#cursor)) {
      this.#restart(view);
      return;
    }
    const end = changes.version;
    let recount = false;
    for (let cursor = this.#cursor; cursor < end; cursor++) {
      const kind = changes.kindAt(cursor);
      const slot = changes.slotAt(cursor);
      if (kind === CHANGE.taskAdded) this.#count(view, slot, changes.classAt(cursor), 1);
      else if (kind === CHANGE.taskRemoved) this.#count(view, slot, changes.classAt(cursor), -1);
      else if (kind !== CHANGE.images) recount = this.#findDomains(view, slot) || recount;
    }
    this.#cursor = end;
    if (recount) this.#restart(view);
  }

  /** Tasks of the group by slot. Valid until the next `catchUp`; call that first. */
  perInstance(groupId: number): Int32Array {
    let column = this.#columns[groupId];
    if (column === undefined) {
      column = new Int32Array(this.#slots);
      this.#columns[groupId] = column;
      this.#fill(groupId, (slot) => {
        column![slot]! += 1;
      });
    }
    return column;
  }

  /** The domain of each slot: an index into `perDomain`. Valid until the next `catchUp`. */
  domainOfSlot(attribute: string): Int32Array {
    return this.#domainsOf(attribute).ofSlot;
  }

  /** Tasks of the group by domain of the attribute. Valid until the next `catchUp`. */
  perDomain(groupId: number, attribute: string): Int32Array {
    const domains = this.#domainsOf(attribute);
    let counters = domains.counters[groupId];
    if (counters === undefined) {
      counters = new Int32Array(Math.max(8, domains.count * 2));
      domains.counters[groupId] = counters;
      this.#fill(groupId, (slot) => {
        counters![domains.ofSlot[slot]!]! += 1;
      });
    }
    return counters;
  }

  #domainsOf(attribute: string): Domains {
    for (const domains of this.#domains) if (domains.attribute === attribute) return domains;
    const domains: Domains = {
      attribute,
      byValueId: new Map(),
      count: 1,
      ofSlot: new Int32Array(this.#slots),
      counters: [],
    };
    this.#domains.push(domains);
    const view = this.#view!;
    for (let slot = 0; slot < view.slotCount; slot++)
      domains.ofSlot[slot] = this.#domainAt(view, domains, slot);
    return domains;
  }

  #count(view: ClusterView, slot: number, classId: number, by: number): void {
    const groupId = view.classes[classId]!.groupId;
    if (groupId >= this.#groupTotals.length) {
      this.#groupTotals = grown(Int32Array, this.#groupTotals, groupId * 2);
    }
    this.#groupTotals[groupId]! += by;
    this.#slotTotals[slot]! += by;
    const column = this.#columns[groupId];
    if (column !== undefined) column[slot]! += by;
    for (let i = 0; i < this.#domains.length; i++) {
      const { counters, ofSlot } = this.#domains[i]!;
      const counter = counters[groupId];
      if (counter !== undefined) counter[ofSlot[slot]!]! += by;
    }
  }

  /** Reads the slot's values afresh. True when one changed under tasks, which only a recount can follow. */
  #findDomains(view: ClusterView, slot: number): boolean {
    let moved = false;
    for (let i = 0; i < this.#domains.length; i++) {
      const domains = this.#domains[i]!;
      const domain = this.#domainAt(view, domains, slot);
      if (domain === domains.ofSlot[slot]) continue;
      domains.ofSlot[slot] = domain;
      if (this.#slotTotals[slot]! > 0) moved = true;
    }
    return moved;
  }

  #domainAt(view: ClusterView, domains: Domains, slot: number): number {
    const valueId = attributeColumn(view, domains.attribute, this.#zoneAttribute)?.[slot] ?? 0;
    if (valueId === 0 || valueId === view.strings.find('')) return 0;
    let domain = domains.byValueId.get(valueId);
    if (domain === undefined) {
      domain = domains.count++;
      domains.byValueId.set(valueId, domain);
      domains.counters.forEach((counters, groupId) => {
        if (counters !== undefined && domain! >= counters.length) {
          domains.counters[groupId] = grown(Int32Array, counters, domain! * 2);
        }
      });
    }
    return domain;
  }

  /** Walks the tasks of a group, unless it has none: the usual case when a group is first asked for. */
  #fill(groupId: number, add: (slot: number) => void): void {
    if ((this.#groupTotals[groupId] ?? 0) === 0) return;
    forEachTask(this.#view!, (slot, classId) => {
      if (this.#view!.classes[classId]!.groupId === groupId) add(slot);
    });
  }

  #restart(view: ClusterView): void {
    if (view !== this.#view) this.#domains.length = 0;
    this.#view = view;
    this.#cursor = view.changes.version;
    this.#groupTotals.fill(0);
    this.#slotTotals.fill(0);
    for (const column of this.#columns) column?.fill(0);
    for (const domains of this.#domains) {
      for (const counters of domains.counters) counters?.fill(0);
      for (let slot = 0; slot < view.slotCount; slot++)
        domains.ofSlot[slot] = this.#domainAt(view, domains, slot);
    }
    forEachTask(view, (slot, classId) => this.#count(view, slot, classId, 1));
  }

  #growSlots(slots: number): void {
    if (slots <= this.#slots) return;
    this.#slots = slots;
    this.#slotTotals = grown(Int32Array, this.#slotTotals, slots);
    this.#columns.forEach((column, groupId) => {
      if (column !== undefined) this.#columns[groupId] = grown(Int32Array, column, slots);
    });
    for (const domains of this.#domains) domains.ofSlot = grown(Int32Array, domains.ofSlot, slots);
  }
}

function forEachTask(view: ClusterView, visit: (slot: number, classId: number) => void): void {
  for (let slot = 0; slot < view.slotCount; slot++) {
    for (let task = view.firstTask[slot]!; task >= 0; task = view.nextTask[task]!)
      visit(slot, view.taskClass[task]!);
  }
}
