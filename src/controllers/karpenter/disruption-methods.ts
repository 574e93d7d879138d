import { BalancedScores } from './balanced.ts';
import { bySavings, type Candidate, type DisruptionInput, isEmpty } from './candidates.ts';
import { type Change, consolidate, replacementOf, withoutSameType } from './consolidation.ts';
import { compare } from './instance-types.ts';
import type { DisruptionReason } from './node-pool.ts';
import { withoutNodes } from './removal.ts';

/** How many nodes of each pool may still go; methods take from it. */
export type Allowed = Map<string, number>;

/** One way of removing nodes. */
export interface DisruptionMethod {
  readonly kind: 'empty' | 'drift' | 'multi' | 'single';
  readonly reason: DisruptionReason;
  readonly mayDisrupt: (candidate: Candidate) => boolean;
  /** Null: nothing to do. */
  readonly compute: (
    input: DisruptionInput,
    candidates: readonly Candidate[],
    allowed: Allowed,
  ) => Change | null;
}

/** At most so many nodes are looked at together. */
const MAX_TOGETHER = 100;

/** Every empty node that the budgets let go. Source: karpenter v1.14.1 pkg/controllers/disruption/emptiness.go */
const emptiness: DisruptionMethod = {
  kind: 'empty',
  reason: 'Empty',
  mayDisrupt: (one) => one.pool.consolidateAfterMs !== null && isEmpty(one) && one.node.consolidatable,
  compute: (_input, candidates, allowed) => {
    const going = bySavings(candidates).filter((one) => take(allowed, one));
    return going.length === 0 ? null : { candidates: going, replacements: [] };
  },
};

/**
 * Nodes that are not as their pool wants them, one by one, those without pods first.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/drift.go
 */
const drift: DisruptionMethod = {
  kind: 'drift',
  reason: 'Drifted',
  mayDisrupt: ({ node }) => node.drifted,
  compute: (input, candidates, allowed) => {
    const isBare = ({ node }: Candidate) => node.pods.every(({ reschedulable }) => !reschedulable);
    for (const one of [...candidates.filter(isBare), ...candidates.filter((other) => !isBare(other))]) {
      if (allowed.get(one.pool.name) === 0) continue;
      const { isPossible, claims } = withoutNodes(input, [one]);
      if (isPossible) return { candidates: [one], replacements: claims.map(replacementOf) };
    }
    return null;
  },
};

function mayConsolidate(one: Candidate): boolean {
  const { node, pool, type } = one;
  return (
    type !== null &&
    pool.consolidateAfterMs !== null &&
    pool.consolidationPolicy !== 'WhenEmpty' &&
    !isEmpty(one) &&
    node.consolidatable
  );
}

/**
 * As many nodes as can go together, in order of what they save: a binary search over the length of that list.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/multinodeconsolidation.go
 */
const multiNode: DisruptionMethod = {
  kind: 'multi',
  reason: 'Underutilized',
  mayDisrupt: mayConsolidate,
  compute: (input, all, allowed) => {
    const scores = new BalancedScores(input);
    const candidates = bySavings(all).filter((one) => take(allowed, one));
    let best: Change | null = null;
    // Indexes of the last node of the list. Beyond a hundred it is the hundred-and-first, as in the original.
    let low = 1;
    let high = candidates.length <= MAX_TOGETHER ? candidates.length - 1 : MAX_TOGETHER;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const found = consolidate(input, candidates.slice(0, middle + 1));
      const change = found === null ? null : withoutSameType(found);
      if (change !== null && scores.approves(change)) {
        best = change;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return best;
  },
};

/**
 * The first node that can go alone, taken from the pools in turn.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/singlenodeconsolidation.go
 */
const singleNode: DisruptionMethod = {
  kind: 'single',
  reason: 'Underutilized',
  mayDisrupt: mayConsolidate,
  compute: (input, candidates, allowed) => {
    const scores = new BalancedScores(input);
    for (const one of inTurn(bySavings(candidates))) {
      if (allowed.get(one.pool.name) === 0 || !scores.mayPass(one)) continue;
      const change = consolidate(input, [one]);
      if (change !== null && scores.approves(change)) return change;
    }
    return null;
  },
};

/** In the order in which they are tried. */
export const DISRUPTION_METHODS: readonly DisruptionMethod[] = [emptiness, drift, multiNode, singleNode];

/** Is there a budget left for the candidate's pool? Then one is taken. */
export function take(allowed: Allowed, { pool }: Candidate): boolean {
  const left = allowed.get(pool.name) ?? 0;
  if (left === 0) return false;
  allowed.set(pool.name, left - 1);
  return true;
}

/** The first of each pool, then the second of each; pools by name (chosen: the real order is that of a map). */
function inTurn(candidates: readonly Candidate[]): Candidate[] {
  const rank = new Map<string, number>();
  return candidates
    .map((one) => {
      const turn = rank.get(one.pool.name) ?? 0;
      rank.set(one.pool.name, turn + 1);
      return { one, turn };
    })
    .sort((a, b) => a.turn - b.turn || compare(a.one.pool.name, b.one.pool.name))
    .map(({ one }) => one);
}
