import type { Candidate, DisruptionInput } from './candidates.ts';
import type { Change } from './consolidation.ts';
import { cheapestPrice } from './instance-types.ts';
import { disruptionCost } from './node-pods.ts';

/** A move passes when it saves at least half as much of the pool's cost as it disturbs of the pool. */
const BALANCED_K = 2;

interface PoolTotals {
  readonly cost: number;
  readonly disruption: number;
}

/**
 * Policy Balanced: weighs what a change saves against what it disturbs, both as shares of the pool. Pools with other
 * policies let everything pass.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/balanced.go
 */
export class BalancedScores {
  readonly #totals = new Map<string, PoolTotals>();

  constructor(input: DisruptionInput) {
    for (const pool of input.catalogue.pools) {
      if (pool.consolidationPolicy !== 'Balanced') continue;
      const types = new Map(input.catalogue.typesOf(pool).map((type) => [type.name, type]));
      let cost = 0;
      let disruption = 0;
      for (const node of input.nodes.filter(({ state }) => state.pool === pool.name)) {
        const own = types
          .get(node.typeName)
          ?.offerings.find((one) => one.zone === node.zone && one.capacityType === node.capacityType);
        cost += own?.price ?? 0;
        disruption += disruptionCost(node);
      }
      this.#totals.set(pool.name, { cost, disruption });
    }
  }

  /** Could removing the node without replacement pass? */
  mayPass({ pool, price, disruptionCost: disturbed }: Candidate): boolean {
    const totals = this.#totals.get(pool.name);
    return totals === undefined || totals.cost <= 0 || passes(price, disturbed, totals);
  }

  /** Does the change pass in every pool that it touches? Savings are shared out by what the nodes cost. */
  approves({ candidates, replacements }: Change): boolean {
    const cost = sumOf(candidates, ({ price }) => price);
    let savings = cost;
    for (const { types, requirements } of replacements) {
      const price = types[0] === undefined ? 0 : cheapestPrice(types[0], requirements);
      savings -= Number.isFinite(price) ? price : 0;
    }
    const names = [...new Set(candidates.map(({ pool }) => pool.name))];
    return names.every((name) => {
      const totals = this.#totals.get(name);
      if (totals === undefined) return true;
      const own = candidates.filter(({ pool }) => pool.name === name);
      const share = names.length > 1 && cost > 0 ? sumOf(own, ({ price }) => price) / cost : 1;
      return passes(
        savings * share,
        sumOf(own, (one) => one.disruptionCost),
        totals,
      );
    });
  }
}

function passes(savings: number, disturbed: number, { cost, disruption }: PoolTotals): boolean {
  if (cost <= 0 || disruption <= 0 || savings <= 0) return false;
  return savings / cost / (disturbed / disruption) >= 1 / BALANCED_K;
}

function sumOf(candidates: readonly Candidate[], amount: (one: Candidate) => number): number {
  return candidates.reduce((sum, one) => sum + amount(one), 0);
}
