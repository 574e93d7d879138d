import { assert } from '../../errors.ts';
import { grown } from '../../model/grown.ts';
import type { DomainColumns, DomainCounts, DomainQuery } from './framework.ts';
import type { NodeAttributes } from './node-selector.ts';
import type { CountColumn } from './pod-counts.ts';

const NONE = -1;

/**
 * Nodes grouped by the value of one label. Columns by slot: the node's domain, and whether its pods count. Columns by
 * domain: nodes with the value, and nodes among them that count. A domain's number is reused once no node has its value.
 */
export class TopologyDomains {
  readonly #query: Omit<DomainQuery, 'weight'>;
  readonly #domainOfValue = new Map<string, number>();
  readonly #values: string[] = [];
  readonly #unused: number[] = [];
  domainOf = new Int32Array(0);
  #counts = new Uint8Array(0);
  #holders = new Int32Array(16);
  #members = new Int32Array(16);
  /** By slot: 1 for nodes without the label. */
  #lacks = new Uint8Array(0);
  unlabelled = 0;
  /** Domains of which some node counts. */
  existing = 0;
  readonly totals: DomainTotals[] = [];

  constructor(query: Omit<DomainQuery, 'weight'>) {
    this.#query = query;
  }

  get size(): number {
    return this.#values.length;
  }

  exists(domain: number): boolean {
    return this.#members[domain]! > 0;
  }

  /** The domain in which pods on the slot count, or -1. */
  countingDomain(slot: number): number {
    return this.#counts[slot] === 1 ? this.domainOf[slot]! : NONE;
  }

  /** The node in the slot came, changed or (null) went. */
  nodeChanged(slot: number, node: NodeAttributes | null): void {
    if (slot >= this.domainOf.length) {
      const length = (slot + 1) * 2;
      this.domainOf = grown(Int32Array, this.domainOf, length, NONE);
      this.#counts = grown(Uint8Array, this.#counts, length);
      this.#lacks = grown(Uint8Array, this.#lacks, length);
    }
    for (const totals of this.totals) totals.leave(slot);
    this.#forget(slot);
    if (node !== null) this.#enter(slot, node);
    for (const totals of this.totals) totals.enter(slot);
  }

  clear(): void {
    for (let slot = 0; slot < this.domainOf.length; slot++) this.#forget(slot);
  }

  #enter(slot: number, node: NodeAttributes): void {
    const value = node.label(this.#query.topologyKey);
    if (value === undefined) {
      this.#lacks[slot] = 1;
      this.unlabelled += 1;
      return;
    }
    const domain = this.#domainOfValue.get(value) ?? this.#open(value);
    this.domainOf[slot] = domain;
    this.#holders[domain]! += 1;
    const { requiredKeys } = this.#query;
    if (requiredKeys.every((key) => node.label(key) !== undefined) && this.#query.accepts(node)) {
      this.#counts[slot] = 1;
      if (this.#members[domain] === 0) this.existing += 1;
      this.#members[domain]! += 1;
    }
  }

  #forget(slot: number): void {
    this.unlabelled -= this.#lacks[slot]!;
    this.#lacks[slot] = 0;
    const domain = this.domainOf[slot]!;
    if (domain < 0) return;
    if (this.#counts[slot] === 1) {
      this.#members[domain]! -= 1;
      if (this.#members[domain] === 0) this.existing -= 1;
    }
    this.#holders[domain]! -= 1;
    this.domainOf[slot] = NONE;
    this.#counts[slot] = 0;
    if (this.#holders[domain] === 0) {
      this.#domainOfValue.delete(this.#values[domain]!);
      this.#unused.push(domain);
    }
  }

  #open(value: string): number {
    const domain = this.#unused.pop() ?? this.#values.length;
    this.#values[domain] = value;
    this.#domainOfValue.set(value, domain);
    if (domain >= this.#holders.length) {
      this.#holders = grown(Int32Array, this.#holders, domain * 2);
      this.#members = grown(Int32Array, this.#members, domain * 2);
    }
    return domain;
  }
}

/** Up to here the smallest total is looked for among all. */
const FEW_DOMAINS = 32;

/** Pods by domain: each node that counts adds the weights of its pods. */
export class DomainTotals implements DomainCounts, DomainColumns {
  readonly #domains: TopologyDomains;
  readonly #column: CountColumn;
  #totals = new Int32Array(16);
  /** Existing domains by their total, once `fewest` was asked for; null when nodes changed since. */
  #domainsAt: Int32Array | null = null;
  /** No domain is below. */
  #lowest = 0;
  pods = 0;

  constructor(domains: TopologyDomains, column: CountColumn) {
    this.#domains = domains;
    this.#column = column;
    this.recount();
    domains.totals.push(this);
    column.followers.push(this);
  }

  get size(): number {
    return this.#domains.size;
  }

  of(slot: number): number {
    return this.#domains.domainOf[slot]!;
  }

  exists(domain: number): boolean {
    return this.#domains.exists(domain);
  }

  total(domain: number): number {
    return this.#totals[domain] ?? 0;
  }

  get columns(): DomainColumns {
    return this;
  }

  get domainOf(): Int32Array {
    return this.#domains.domainOf;
  }

  get totals(): Int32Array {
    if (this.#totals.length < this.size) this.#totals = grown(Int32Array, this.#totals, this.size * 2);
    return this.#totals;
  }

  get unlabelled(): number {
    return this.#domains.unlabelled;
  }

  get existing(): number {
    return this.#domains.existing;
  }

  /** With many domains from a tally by total, which follows each pod: no search. Totals must not be negative. */
  get fewest(): number {
    if (this.existing === 0) return Number.POSITIVE_INFINITY;
    if (this.size <= FEW_DOMAINS) return this.#searchFewest();
    this.#domainsAt ??= this.#tally();
    while (this.#domainsAt[this.#lowest] === 0) this.#lowest += 1;
    return this.#lowest;
  }

  podChanged(slot: number, difference: number, pods: number): void {
    this.#add(this.#domains.countingDomain(slot), difference, pods);
  }

  leave(slot: number): void {
    this.#domainsAt = null;
    this.#add(this.#domains.countingDomain(slot), -this.#column.on(slot), -this.#column.podsOn(slot));
  }

  enter(slot: number): void {
    this.#domainsAt = null;
    this.#add(this.#domains.countingDomain(slot), this.#column.on(slot), this.#column.podsOn(slot));
  }

  recount(): void {
    this.#totals.fill(0);
    this.pods = 0;
    for (let slot = 0; slot < this.#domains.domainOf.length; slot++) this.enter(slot);
  }

  #add(domain: number, difference: number, pods: number): void {
    if (domain < 0 || pods === 0) return;
    this.pods += pods;
    if (domain >= this.#totals.length) this.#totals = grown(Int32Array, this.#totals, domain * 2);
    const before = this.#totals[domain]!;
    this.#totals[domain] = before + difference;
    if (this.#domainsAt !== null) this.#move(this.#domainsAt, before, before + difference);
  }

  #move(domainsAt: Int32Array, from: number, to: number): void {
    assert(to >= 0, 'a total that is asked for its smallest is negative');
    domainsAt[from]! -= 1;
    if (to >= domainsAt.length) this.#domainsAt = grown(Int32Array, domainsAt, to * 2);
    this.#domainsAt![to]! += 1;
    this.#lowest = Math.min(this.#lowest, to);
  }

  #searchFewest(): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (let domain = 0; domain < this.size; domain++) {
      if (this.exists(domain)) fewest = Math.min(fewest, this.total(domain));
    }
    return fewest;
  }

  #tally(): Int32Array {
    let domainsAt = new Int32Array(16);
    for (let domain = 0; domain < this.size; domain++) {
      if (!this.exists(domain)) continue;
      const total = this.total(domain);
      if (total >= domainsAt.length) domainsAt = grown(Int32Array, domainsAt, total * 2);
      domainsAt[total]! += 1;
    }
    this.#lowest = 0;
    return domainsAt;
  }
}
