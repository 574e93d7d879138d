import { type DomainCounts, MAX_NODE_SCORE, type PodCounter } from '../framework.ts';
import { HOSTNAME_LABEL, type SpreadConstraint } from '../pod.ts';

/**
 * The score of PodTopologySpread from columns: the arithmetic of the plain version in the same order, node after node,
 * for clusters in which every node has every label that counts.
 */

/** A constraint bound to the counts that it needs. */
export interface Bound {
  readonly constraint: SpreadConstraint;
  /** 1 when the pod would count itself. */
  readonly self: number;
  readonly perNode: PodCounter;
  readonly domains: DomainCounts;
}

/** Domains among the feasible nodes; for host names simply the nodes. */
export function countDomainsInColumns(
  { constraint, domains }: Bound,
  feasible: Int32Array,
  count: number,
  seen: DomainSet,
): number {
  if (constraint.topologyKey === HOSTNAME_LABEL) return count;
  const { domainOf, unlabelled } = domains.columns!;
  const atMost = domains.size + (unlabelled > 0 ? 1 : 0);
  seen.clear(domains.size);
  for (let i = 0; i < count && seen.size < atMost; i++) seen.add(domainOf[feasible[i]!]!);
  return seen.size;
}

/** Nodes without the label get nothing from the constraint. */
export function addColumn(
  { constraint, perNode, domains }: Bound,
  weight: number,
  slots: Int32Array,
  count: number,
  scores: Float64Array,
): void {
  const { domainOf, totals } = domains.columns!;
  const base = constraint.maxSkew - 1;
  if (constraint.topologyKey === HOSTNAME_LABEL) {
    const pods = perNode.column!;
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!;
      if (domainOf[slot]! >= 0) scores[i]! += pods[slot]! * weight + base;
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    const domain = domainOf[slots[i]!]!;
    if (domain >= 0) scores[i]! += totals[domain]! * weight + base;
  }
}

/** floor(100 × (max + min - score) / max); all 100 when the largest is 0. */
export function normaliseAll(scores: Float64Array, count: number): void {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let i = 0; i < count; i++) {
    const score = scores[i]!;
    if (score < min) min = score;
    if (score > max) max = score;
  }
  if (max === 0) {
    scores.fill(MAX_NODE_SCORE, 0, count);
    return;
  }
  for (let i = 0; i < count; i++) scores[i] = Math.floor((MAX_NODE_SCORE * (max + min - scores[i]!)) / max);
}

/** A set of domain numbers, -1 included, cleared in constant time. */
export class DomainSet {
  #marks = new Int32Array(16);
  #mark = 0;
  size = 0;

  clear(domains: number): void {
    if (this.#marks.length <= domains) this.#marks = new Int32Array(domains * 2 + 2);
    this.#mark += 1;
    this.size = 0;
  }

  add(domain: number): void {
    if (this.#marks[domain + 1] === this.#mark) return;
    this.#marks[domain + 1] = this.#mark;
    this.size += 1;
  }
}
