import { ln } from '../../../detmath.ts';
import type { Refusal } from '../../scheduler.ts';
import { type Cluster, MAX_NODE_SCORE, type Plugin, RUN, SKIP } from '../framework.ts';
import { NO_MAXIMUM, NO_MINIMUM } from '../domain-gates.ts';
import type { NodeAttributes } from '../node-selector.ts';
import { HOSTNAME_LABEL, type Pod, type SpreadConstraint, ZONE_LABEL } from '../pod.ts';
import type { SpreadObject } from '../pod-object.ts';
import { livingPods, selects } from '../pod-selector.ts';
import { matchesNodeSelection } from './node-affinity.ts';
import { addColumn, type Bound, countDomainsInColumns, DomainSet, normaliseAll } from './spread-score.ts';
import { toleratesHardTaints } from './taint-toleration.ts';

const NAME = 'PodTopologySpread';
const REFUSAL: Refusal = {
  rule: NAME,
  reasons: ["node(s) didn't match pod topology spread constraints"],
  resolvable: true,
};
const REFUSAL_NO_LABEL: Refusal = {
  rule: NAME,
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  resolvable: false,
};

/** Constraints for pods that have none of their own but an owner; `system`: nodes may lack their labels. */
export interface SpreadDefaults {
  readonly system: boolean;
  readonly constraints: readonly SpreadObject[];
}

const soft = { hard: false, minDomains: 1, selector: null, honourAffinity: true, honourTaints: false };
export const SYSTEM_DEFAULTS: SpreadDefaults = {
  system: true,
  constraints: [
    { ...soft, topologyKey: HOSTNAME_LABEL, maxSkew: 3 },
    { ...soft, topologyKey: ZONE_LABEL, maxSkew: 5 },
  ],
};

/** The constraints of one class that are in force. */
interface Spread {
  readonly hard: readonly Bound[];
  readonly soft: readonly Bound[];
  /** Nodes that lack a label of a soft constraint get 0 instead of being scored by the others. */
  readonly requireAll: boolean;
}

/**
 * PodTopologySpread. Filter (DoNotSchedule): selected pods in the node's domain, with the incoming one, minus the
 * fewest of any domain (0 with fewer domains than minDomains) must not exceed maxSkew. Score (ScheduleAnyway): per
 * constraint pods in the domain × ln(number of domains + 2) + maxSkew - 1, summed and rounded; normalised to
 * floor(100 × (max + min - score) / max), so that the emptiest domain is best.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/podtopologyspread/{common,filtering,scoring}.go
 */
export function podTopologySpread(defaults: SpreadDefaults): Plugin {
  const bound: Spread[] = [];
  const concerns = (pod: Pod): boolean =>
    pod.spread.length > 0 || (pod.owners !== null && defaults.constraints.length > 0);
  const spreadOf = (pod: Pod, cluster: Cluster): Spread => {
    const { id } = pod.taskClass;
    bound[id] ??= bindSpread(pod, cluster, defaults);
    return bound[id];
  };
  let current: Spread;
  let minima = new Float64Array(4);
  let weights = new Float64Array(4);
  const seen = new DomainSet();
  /** No node of this cycle is ignored, and everything counted stands in columns. */
  let inColumns = false;
  return {
    name: NAME,
    // Spreading is about other nodes too.
    sign: (pod) => (pod.spread.length > 0 || defaults.constraints.length > 0 ? null : {}),
    concerns,
    preFilter(pod, cluster) {
      current = spreadOf(pod, cluster);
      if (current.hard.length === 0) return SKIP;
      if (minima.length < current.hard.length) minima = new Float64Array(current.hard.length);
      for (let i = 0; i < current.hard.length; i++) minima[i] = fewestPods(current.hard[i]!);
      return RUN;
    },
    filter: {
      dependsOn: 'cluster',
      check(_pod, slot) {
        for (let i = 0; i < current.hard.length; i++) {
          const { constraint, domains, self } = current.hard[i]!;
          const domain = domains.of(slot);
          if (domain < 0) return REFUSAL_NO_LABEL;
          if (domains.total(domain) + self - minima[i]! > constraint.maxSkew) return REFUSAL;
        }
        return null;
      },
      gates(gates) {
        for (let i = 0; i < current.hard.length; i++) {
          const { constraint, domains, self } = current.hard[i]!;
          const most = constraint.maxSkew - self + minima[i]!;
          gates.add(domains.columns!, NO_MINIMUM, Math.min(most, NO_MAXIMUM), false);
        }
      },
    },
    preScore(pod, cluster, feasible, count) {
      current = spreadOf(pod, cluster);
      const { soft } = current;
      if (soft.length === 0) return false;
      if (weights.length < soft.length) weights = new Float64Array(soft.length);
      inColumns = haveColumns(current);
      for (let i = 0; i < soft.length; i++) {
        const domains = inColumns
          ? countDomainsInColumns(soft[i]!, feasible, count, seen)
          : countDomains(current, soft[i]!, feasible, count, seen);
        weights[i] = ln(domains + 2);
      }
      return true;
    },
    score: {
      dependsOn: 'cluster',
      raw(_pod, _cluster, slots, count, scores) {
        scores.fill(0, 0, count);
        for (let i = 0; i < current.soft.length; i++) {
          if (inColumns) addColumn(current.soft[i]!, weights[i]!, slots, count, scores);
          else addConstraint(current.soft[i]!, weights[i]!, slots, count, scores);
        }
        for (let i = 0; i < count; i++) {
          const isOut = !inColumns && isIgnored(current, slots[i]!);
          scores[i] = isOut ? 0 : Math.floor(scores[i]! + 0.5);
        }
      },
      normalise(scores, slots, count) {
        if (inColumns) normaliseAll(scores, count);
        else normalise(current, scores, slots, count);
      },
      concerns,
      alike: (pod, cluster) => spreadOf(pod, cluster).soft.length === 0,
    },
  };
}

function bindSpread(pod: Pod, cluster: Cluster, defaults: SpreadDefaults): Spread {
  const { owners } = pod;
  const constraints =
    pod.spread.length > 0 || owners === null
      ? pod.spread
      : defaults.constraints.map((constraint) => ({ ...constraint, selector: owners }));
  const bindAll = (chosen: readonly SpreadConstraint[], requireAll: boolean): Bound[] => {
    const keys = requireAll ? chosen.map(({ topologyKey }) => topologyKey) : [];
    return chosen.map((constraint) => bindConstraint(pod, cluster, constraint, keys));
  };
  const requireAll = pod.spread.length > 0 || !defaults.system;
  return {
    hard: bindAll(
      constraints.filter(({ hard }) => hard),
      true,
    ),
    soft: bindAll(
      constraints.filter(({ hard }) => !hard),
      requireAll,
    ),
    requireAll,
  };
}

function bindConstraint(
  pod: Pod,
  cluster: Cluster,
  constraint: SpreadConstraint,
  requiredKeys: readonly string[],
): Bound {
  const { selector, topologyKey, honourAffinity, honourTaints } = constraint;
  const weight = livingPods(selector);
  const asksNodes = honourAffinity && (pod.nodeSelector !== null || pod.nodeAffinity.required !== null);
  const policyKey = JSON.stringify([
    asksNodes ? [[...(pod.nodeSelector ?? [])], pod.nodeAffinity.required] : null,
    honourTaints ? pod.tolerations : null,
  ]);
  const accepts = (node: NodeAttributes) =>
    (!asksNodes || matchesNodeSelection(pod, node)) &&
    (!honourTaints || toleratesHardTaints(pod.tolerations, node));
  return {
    constraint,
    self: selects(selector, pod.taskClass) ? 1 : 0,
    perNode: cluster.counter(weight),
    domains: cluster.domains({ topologyKey, weight, requiredKeys, policyKey, accepts }),
  };
}

function fewestPods({ constraint, domains }: Bound): number {
  const { columns } = domains;
  if (columns !== undefined) return columns.existing < constraint.minDomains ? 0 : columns.fewest;
  let fewest = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let domain = 0; domain < domains.size; domain++) {
    if (!domains.exists(domain)) continue;
    count += 1;
    fewest = Math.min(fewest, domains.total(domain));
  }
  return count < constraint.minDomains ? 0 : fewest;
}

/** Does everything stand in columns, and lacks no node a label for which it would be ignored? */
function haveColumns({ requireAll, soft }: Spread): boolean {
  for (let i = 0; i < soft.length; i++) {
    const { columns } = soft[i]!.domains;
    if (columns === undefined || (requireAll && columns.unlabelled > 0)) return false;
  }
  return true;
}

function isIgnored({ requireAll, soft }: Spread, slot: number): boolean {
  if (!requireAll) return false;
  for (let i = 0; i < soft.length; i++) if (soft[i]!.domains.of(slot) < 0) return true;
  return false;
}

/** Domains among the feasible nodes; for host names simply the nodes. With system defaults "no label" is one, too. */
function countDomains(
  spread: Spread,
  { constraint, domains }: Bound,
  feasible: Int32Array,
  count: number,
  seen: DomainSet,
): number {
  const perNode = constraint.topologyKey === HOSTNAME_LABEL;
  let nodes = 0;
  seen.clear(domains.size);
  for (let i = 0; i < count; i++) {
    const slot = feasible[i]!;
    if (isIgnored(spread, slot)) continue;
    nodes += 1;
    if (!perNode) seen.add(domains.of(slot));
  }
  return perNode ? nodes : seen.size;
}

/** Nodes without the label get nothing from the constraint. */
function addConstraint(
  { constraint, perNode, domains }: Bound,
  weight: number,
  slots: Int32Array,
  count: number,
  scores: Float64Array,
): void {
  const isPerNode = constraint.topologyKey === HOSTNAME_LABEL;
  const base = constraint.maxSkew - 1;
  for (let i = 0; i < count; i++) {
    const slot = slots[i]!;
    const domain = domains.of(slot);
    if (domain < 0) continue;
    const pods = isPerNode ? perNode.on(slot) : domains.total(domain);
    scores[i]! += pods * weight + base;
  }
}

function normalise(spread: Spread, scores: Float64Array, slots: Int32Array, count: number): void {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let i = 0; i < count; i++) {
    if (isIgnored(spread, slots[i]!)) continue;
    if (scores[i]! < min) min = scores[i]!;
    if (scores[i]! > max) max = scores[i]!;
  }
  for (let i = 0; i < count; i++) {
    if (isIgnored(spread, slots[i]!)) scores[i] = 0;
    else if (max === 0) scores[i] = MAX_NODE_SCORE;
    else scores[i] = Math.floor((MAX_NODE_SCORE * (max + min - scores[i]!)) / max);
  }
}
