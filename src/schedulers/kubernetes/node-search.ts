import { NO_INSTANCE } from '../scheduler.ts';
import { FeasibleNodes } from './feasible-nodes.ts';
import type { LocalVerdicts } from './local-verdicts.ts';
import type { Pod } from './pod.ts';
import type { Trial } from './preemption/trial.ts';
import type { Preparation } from './preparation.ts';
import { STALE } from './verdict-cache.ts';

const NO_COLUMN = new Int32Array(0);

/** The search for feasible nodes, one after the other: a few loads for each. */
export class NodeSearch {
  readonly #local: LocalVerdicts;
  readonly #prepared: Preparation;
  readonly feasible = new FeasibleNodes();
  /** When pods are nominated to nodes: begun with the pod. */
  #nominees: Trial | null = null;
  /** A node that was refused before the search began; `NO_INSTANCE` for none. */
  #first = NO_INSTANCE;
  /** Nodes that the search turned down, with that one. */
  #refused = 0;

  constructor(local: LocalVerdicts, prepared: Preparation) {
    this.#local = local;
    this.#prepared = prepared;
  }

  /**
   * Goes round the nodes in question from position `begin` on until there are more than `enough`; returns how many nodes
   * were looked at. Feasible nodes get the scores that are kept of them. `nominees`: begun with the pod, when pods are
   * nominated to nodes. `first`: a node that was refused already, `NO_INSTANCE` for none. The verdicts must be turned to
   * the pod, and the PreFilters have run for it.
   */
  search(pod: Pod, nominees: Trial | null, first: number, begin: number, enough: number): number {
    const { feasible } = this;
    const { count: nodes } = this.#prepared;
    feasible.ensure(nodes);
    feasible.count = 0;
    this.#nominees = nominees;
    this.#first = first;
    this.#refused = first === NO_INSTANCE ? 0 : 1;
    const foundEnough = this.#stretch(pod, begin, nodes, enough);
    feasible.wrapAt = feasible.count;
    if (!foundEnough) this.#stretch(pod, 0, begin, enough);
    return feasible.count + this.#refused;
  }

  /** A stretch of the node list; true when it met one more feasible node than `enough`. */
  #stretch(pod: Pod, from: number, to: number, enough: number): boolean {
    return this.#prepared.isLocal && this.#nominees === null
      ? this.#searchLocal(pod, from, to, enough)
      : this.#search(pod, from, to, enough);
  }

  #search(pod: Pod, from: number, to: number, enough: number): boolean {
    const { nodes: list, gates, activeCount } = this.#prepared;
    const { scores } = this.#local;
    const { slots, totals } = this.feasible;
    const hasGates = gates.count > 0;
    const hasMoreGates = gates.count > 1;
    const domainOf = gates.domainOf[0] ?? NO_COLUMN;
    const domainTotals = gates.totals[0] ?? NO_COLUMN;
    const low = gates.low[0]!;
    const high = gates.high[0]!;
    const passesUnlabelled = gates.unlabelled[0] === 1;
    const asksRules = activeCount > 0 || this.#nominees !== null;
    const before = this.feasible.count;
    let found = before;
    let position = from;
    for (; position < to; position++) {
      const slot = list[position]!;
      let score = scores[slot]!;
      if (score === STALE) score = this.#local.judge(pod, slot);
      let passes = score >= 0;
      if (passes && hasGates) {
        const domain = domainOf[slot]!;
        if (domain < 0) passes = passesUnlabelled;
        else {
          const total = domainTotals[domain]!;
          passes = total >= low && total <= high;
        }
        if (passes && hasMoreGates) passes = gates.pass(slot, 1);
      }
      if (!passes || (asksRules && !this.#passesRules(pod, slot))) {
        // Counted already.
        if (slot === this.#first) this.#refused -= 1;
        continue;
      }
      if (found === enough) break;
      slots[found] = slot;
      totals[found] = score;
      found += 1;
    }
    this.#refused += position - from - (found - before);
    this.feasible.count = found;
    return position < to;
  }

  /** The same for a pod that is refused by rules on the node alone: nearly always a load and a comparison a node. */
  #searchLocal(pod: Pod, from: number, to: number, enough: number): boolean {
    const local = this.#local;
    const { nodes: list } = this.#prepared;
    const { scores } = local;
    const { slots, totals } = this.feasible;
    const before = this.feasible.count;
    let found = before;
    let position = from;
    for (; position < to; position++) {
      const slot = list[position]!;
      let score = scores[slot]!;
      if (score < 0) {
        if (score === STALE) score = local.judge(pod, slot);
        if (score < 0) {
          // Counted already.
          if (slot === this.#first) this.#refused -= 1;
          continue;
        }
      }
      if (found === enough) break;
      slots[found] = slot;
      totals[found] = score;
      found += 1;
    }
    this.#refused += position - from - (found - before);
    this.feasible.count = found;
    return position < to;
  }

  #passesRules(pod: Pod, slot: number): boolean {
    const nominees = this.#nominees;
    if (nominees !== null && nominees.nomineesRefusal(slot) !== null) return false;
    return this.#prepared.passesActive(pod, slot);
  }
}
