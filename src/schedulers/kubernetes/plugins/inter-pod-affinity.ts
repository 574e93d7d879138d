import type { Refusal } from '../../scheduler.ts';
import {
  type Cluster,
  type DomainColumns,
  type DomainCounts,
  MAX_NODE_SCORE,
  type Plugin,
  type PodWeight,
  RUN,
  SKIP,
} from '../framework.ts';
import { NO_MAXIMUM, NO_MINIMUM } from '../domain-gates.ts';
import type { Pod } from '../pod.ts';
import { type Namespaces, NO_POD_AFFINITY } from '../pod-affinity.ts';
import { FRAGMENT } from '../pod-signature.ts';
import { type InterPodAffinityArgs, PairRules } from './inter-pod-affinity-rules.ts';

const NAME = 'InterPodAffinity';
const refusal = (reason: string, resolvable: boolean): Refusal => ({
  rule: NAME,
  reasons: [reason],
  resolvable,
});
const NO_COMPANY = refusal("node(s) didn't match pod affinity rules", false);
const UNWANTED_COMPANY = refusal("node(s) didn't match pod anti-affinity rules", true);
const UNWELCOME = refusal("node(s) didn't satisfy existing pods anti-affinity rules", true);

/** Counts about different topology keys; `keys[i]` is that of `counts[i]`. */
interface CountsByKey {
  readonly keys: string[];
  readonly counts: DomainCounts[];
}

/** Everything counted for one class, bound to one cluster. */
interface Bound {
  /** Per required affinity term: pods that all these terms select. */
  readonly wanted: readonly DomainCounts[];
  /** The terms select the pod itself: the first of its kind may go anywhere. */
  readonly selectsItself: boolean;
  /** Per required anti-affinity term: pods that it selects. */
  readonly unwanted: readonly DomainCounts[];
  /** By topology key: required anti-affinity terms of pods that select this one. */
  readonly hostile: CountsByKey;
  /** By topology key: what pods add to the score. */
  readonly scores: CountsByKey;
  /** How many of the cluster's pods with terms `hostile` and `scores` take into account. */
  known: number;
}

/**
 * InterPodAffinity. Filter: every required affinity term finds its pods in the node's domain (or the pod is the first
 * of a kind that wants its own company), no required anti-affinity term does, neither the pod's own nor one of the
 * pods there. Score: weights of preferred terms, of both sides, over the pods of the node's domains; affinity adds,
 * anti-affinity subtracts. Normalised to int(100 × ((score - min) / (max - min))), in this order of operations.
 *
 * All of it is sums over the pods of a domain, so the cluster counts: one column per term, and per topology key one of
 * hostile terms and one of scores. Terminating pods count.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/interpodaffinity/{filtering,scoring}.go
 */
export function interPodAffinity(args: InterPodAffinityArgs, namespaces: Namespaces): Plugin {
  const rules = new PairRules(args, namespaces);
  let boundTo: Cluster | null = null;
  let bound: Bound[] = [];
  const boundOf = (pod: Pod, cluster: Cluster): Bound => {
    if (boundTo !== cluster) {
      boundTo = cluster;
      bound = [];
    }
    const { id } = pod.taskClass;
    bound[id] ??= bind(rules, pod, cluster);
    learnTerms(rules, bound[id], pod, cluster);
    return bound[id];
  };
  let wanted: readonly DomainCounts[] = [];
  let unwanted: readonly DomainCounts[] = [];
  let isFirst = false;
  const hostile: DomainCounts[] = [];
  const scored: DomainCounts[] = [];
  return {
    name: NAME,
    sign(pod) {
      if (pod.podAffinity !== NO_POD_AFFINITY || pod.podAntiAffinity !== NO_POD_AFFINITY) return null;
      return args.ignorePreferredTermsOfExistingPods ? {} : FRAGMENT.labels(pod);
    },
    preFilter(pod, cluster) {
      const current = boundOf(pod, cluster);
      keepUsed(current.hostile.counts, hostile);
      ({ wanted, unwanted } = current);
      isFirst = current.selectsItself && wanted.every(({ pods }) => pods === 0);
      return hostile.length + wanted.length + unwanted.length === 0 ? SKIP : RUN;
    },
    filter: {
      dependsOn: 'cluster',
      check(_pod, slot) {
        if (!findsCompany(wanted, slot, isFirst)) return NO_COMPANY;
        if (isAnyIn(unwanted, slot)) return UNWANTED_COMPANY;
        return isAnyIn(hostile, slot) ? UNWELCOME : null;
      },
      gates(gates) {
        const fewest = isFirst ? NO_MINIMUM : 1;
        for (const { columns } of wanted) gates.add(columns!, fewest, NO_MAXIMUM, false);
        for (const { columns } of unwanted) gates.add(columns!, NO_MINIMUM, 0, true);
        for (const { columns } of hostile) gates.add(columns!, NO_MINIMUM, 0, true);
      },
    },
    preScore(pod, cluster) {
      keepUsed(boundOf(pod, cluster).scores.counts, scored);
      return scored.length > 0;
    },
    score: {
      dependsOn: 'cluster',
      raw(_pod, _cluster, slots, count, scores) {
        scores.fill(0, 0, count);
        for (const counts of scored) {
          if (counts.columns === undefined) addTotals(counts, slots, count, scores);
          else addColumn(counts.columns, slots, count, scores);
        }
      },
      normalise,
      alike: (pod, cluster) => boundOf(pod, cluster).scores.counts.every(({ pods }) => pods === 0),
    },
  };
}

/** Those that count any pod, into `used`. */
function keepUsed(all: readonly DomainCounts[], used: DomainCounts[]): void {
  // Setting the length costs more than all of the rest.
  if (used.length > 0) used.length = 0;
  for (let i = 0; i < all.length; i++) if (all[i]!.pods > 0) used.push(all[i]!);
}

function findsCompany(wanted: readonly DomainCounts[], slot: number, isFirst: boolean): boolean {
  for (let i = 0; i < wanted.length; i++) {
    const domain = wanted[i]!.of(slot);
    if (domain < 0 || (!isFirst && wanted[i]!.total(domain) === 0)) return false;
  }
  return true;
}

/** A node without the label is in no domain. */
function isAnyIn(counted: readonly DomainCounts[], slot: number): boolean {
  for (let i = 0; i < counted.length; i++) {
    const domain = counted[i]!.of(slot);
    if (domain >= 0 && counted[i]!.total(domain) > 0) return true;
  }
  return false;
}

function addTotals(counts: DomainCounts, slots: Int32Array, count: number, scores: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const domain = counts.of(slots[i]!);
    if (domain >= 0) scores[i]! += counts.total(domain);
  }
}

/** The same from columns. */
function addColumn(
  { domainOf, totals }: DomainColumns,
  slots: Int32Array,
  count: number,
  scores: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const domain = domainOf[slots[i]!]!;
    if (domain >= 0) scores[i]! += totals[domain]!;
  }
}

function normalise(scores: Float64Array, _slots: Int32Array, count: number): void {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    if (scores[i]! < min) min = scores[i]!;
    if (scores[i]! > max) max = scores[i]!;
  }
  const range = max - min;
  for (let i = 0; i < count; i++) {
    scores[i] = range > 0 ? Math.trunc(MAX_NODE_SCORE * ((scores[i]! - min) / range)) : 0;
  }
}

/** The columns that the pod's own terms need. */
function bind(rules: PairRules, pod: Pod, cluster: Cluster): Bound {
  const { podAffinity, podAntiAffinity } = pod;
  const bound: Bound = {
    wanted: podAffinity.required.map(({ topologyKey }) =>
      domainsOf(cluster, topologyKey, rules.selected(podAffinity.required)),
    ),
    selectsItself: rules.selectsAll(podAffinity.required, pod),
    unwanted: podAntiAffinity.required.map((term) =>
      domainsOf(cluster, term.topologyKey, rules.selected([term])),
    ),
    hostile: { keys: [], counts: [] },
    scores: { keys: [], counts: [] },
    known: 0,
  };
  for (const { topologyKey } of [...podAffinity.preferred, ...podAntiAffinity.preferred]) {
    enter(bound.scores, topologyKey, cluster, rules.scoreOf(pod, topologyKey));
  }
  return bound;
}

/** Takes pods into account that appeared in the cluster since: their terms may be about other topology keys. */
function learnTerms(rules: PairRules, bound: Bound, pod: Pod, cluster: Cluster): void {
  const { podsWithTerms } = cluster;
  for (; bound.known < podsWithTerms.length; bound.known++) {
    const other = podsWithTerms[bound.known]!;
    for (const { topologyKey } of rules.hostileTerms(other, pod)) {
      enter(bound.hostile, topologyKey, cluster, rules.hostilityTo(pod, topologyKey));
    }
    for (const { topologyKey } of rules.scoredTerms(other, pod)) {
      enter(bound.scores, topologyKey, cluster, rules.scoreOf(pod, topologyKey));
    }
  }
}

function enter(
  { keys, counts }: CountsByKey,
  topologyKey: string,
  cluster: Cluster,
  weight: PodWeight,
): void {
  if (keys.includes(topologyKey)) return;
  keys.push(topologyKey);
  counts.push(domainsOf(cluster, topologyKey, weight));
}

function domainsOf(cluster: Cluster, topologyKey: string, weight: PodWeight): DomainCounts {
  return cluster.domains({ topologyKey, weight, requiredKeys: [], policyKey: 'any', accepts: () => true });
}
