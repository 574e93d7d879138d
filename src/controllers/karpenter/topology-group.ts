import type { Taint, TaskClass } from '../../model/task-class.ts';
import type { NodeAffinity } from '../../schedulers/kubernetes/node-selector.ts';
import { isSatisfied, type Requirement as LabelCondition } from '../../schedulers/kubernetes/requirement.ts';
import { type PodSpec, toleratesAll } from './pod-demand.ts';
import { allows, intersection, operatorOf, type Requirement, requirement } from './requirement.ts';
import {
  combined,
  isCompatible,
  labelRequirements,
  type Requirements,
  termRequirements,
} from './requirements.ts';

export const HOSTNAME_LABEL = 'kubernetes.io/hostname';

export type TopologyKind = 'spread' | 'affinity' | 'anti-affinity';

/** Whose pods a constraint counts. */
export type Counted =
  | { readonly kind: 'group'; readonly groupId: number }
  | {
      readonly kind: 'labels';
      readonly namespaces: readonly string[];
      /** null selects no pod that is to come, yet counts every one that is there. */
      readonly conditions: readonly LabelCondition[] | null;
    };

/** Which nodes spreading looks at. */
interface NodeFilter {
  /** One of them must be met; null: any node. */
  readonly alternatives: readonly Requirements[] | null;
  readonly honourTaints: boolean;
  readonly tolerations: PodSpec['tolerations'];
}

export interface TopologyRule {
  readonly kind: TopologyKind;
  readonly topologyKey: string;
  readonly counted: Counted;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly filter: NodeFilter;
}

const EVERY_NODE: NodeFilter = { alternatives: null, honourTaints: false, tolerations: [] };

/** A constraint of spreading, on nodes that its pod may go to. */
export function spreadRule(spec: PodSpec, constraint: PodSpec['spread'][number]): TopologyRule {
  const { topologyKey, maxSkew, minDomains, selector, honourAffinity, honourTaints } = constraint;
  return {
    kind: 'spread',
    topologyKey,
    counted:
      selector.kind === 'group'
        ? selector
        : { kind: 'labels', namespaces: [selector.namespace], conditions: selector.requirements },
    maxSkew,
    minDomains,
    filter: {
      alternatives: honourAffinity ? alternativesOf(spec) : null,
      honourTaints,
      tolerations: spec.tolerations,
    },
  };
}

/** A term of affinity or anti-affinity between pods. */
export function termRule(
  kind: 'affinity' | 'anti-affinity',
  topologyKey: string,
  counted: Counted,
): TopologyRule {
  return { kind, topologyKey, counted, maxSkew: 2 ** 31 - 1, minDomains: 1, filter: EVERY_NODE };
}

function alternativesOf({ nodeSelector, nodeAffinity }: Pick<PodSpec, 'nodeSelector' | 'nodeAffinity'>) {
  const selected = labelRequirements(nodeSelector ?? new Map());
  const { required }: NodeAffinity = nodeAffinity;
  if (required === null) return [selected];
  return required.map((term) => combined(selected, termRequirements(term)));
}

/**
 * Counts the pods that a constraint is about, by domain, for all pods that have the same constraint.
 * Where the real code takes any of several equally good domains, the first by name is taken.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/topologygroup.go, topologynodefilter.go
 */
export class TopologyGroup {
  readonly rule: TopologyRule;
  readonly #counts = new Map<string, number>();
  /** Domains without a pod. */
  readonly #empty = new Set<string>();

  constructor(rule: TopologyRule, domains: readonly string[]) {
    this.rule = rule;
    for (const domain of domains) this.register(domain);
  }

  /** The domain exists. */
  register(domain: string): void {
    if (this.#counts.has(domain)) return;
    this.#counts.set(domain, 0);
    this.#empty.add(domain);
  }

  /** So many pods have come to the domain, or may have. */
  record(domain: string, pods = 1): void {
    if (pods === 0) return;
    this.#counts.set(domain, (this.#counts.get(domain) ?? 0) + pods);
    this.#empty.delete(domain);
  }

  /** Would the pod be counted, on a node like this? `allowUndefined`: labels that the node may still get. */
  counts(taskClass: TaskClass, taints: readonly Taint[], node: Requirements): boolean {
    return this.selects(taskClass) && this.looksAt(taints, node);
  }

  selects({ groupId, namespace, labels }: TaskClass): boolean {
    const { counted } = this.rule;
    if (counted.kind === 'group') return counted.groupId === groupId;
    if (counted.conditions === null || !counted.namespaces.includes(namespace)) return false;
    return counted.conditions.every((one) => isSatisfied(one, labels.get(one.key)));
  }

  /** Does it count a pod that is on a node? A selector that is missing lets the look-up pass everything. */
  selectsExisting(taskClass: TaskClass): boolean {
    const { counted } = this.rule;
    const isBlind = counted.kind === 'labels' && counted.conditions === null;
    return isBlind ? counted.namespaces.includes(taskClass.namespace) : this.selects(taskClass);
  }

  /** Do pods on such a node matter? */
  looksAt(taints: readonly Taint[], node: Requirements): boolean {
    const { alternatives, honourTaints, tolerations } = this.rule.filter;
    if (honourTaints && !toleratesAll(taints, { tolerations })) return false;
    return alternatives === null || alternatives.some((one) => isCompatible(node, one));
  }

  /** The domains that a pod may go to, of those that it and the node allow. None of them: DoesNotExist. */
  next(taskClass: TaskClass, podDomains: Requirement, nodeDomains: Requirement): Requirement {
    switch (this.rule.kind) {
      case 'spread':
        return this.#nextForSpread(taskClass, podDomains, nodeDomains);
      case 'affinity':
        return this.#nextForAffinity(taskClass, podDomains, nodeDomains);
      case 'anti-affinity':
        return this.#nextForAntiAffinity(podDomains, nodeDomains);
    }
  }

  /** The allowed domain with the fewest pods, among those that keep the skew. */
  #nextForSpread(taskClass: TaskClass, podDomains: Requirement, nodeDomains: Requirement): Requirement {
    const { maxSkew } = this.rule;
    const own = this.selects(taskClass) ? 1 : 0;
    const host = this.#onlyHost(nodeDomains);
    // A host can always be made, so the least is 0 there.
    if (host !== null) return this.#in((this.#counts.get(host) ?? 0) + own <= maxSkew ? [host] : []);
    const least = this.#leastCount(podDomains);
    let best: string | null = null;
    let bestCount = Number.POSITIVE_INFINITY;
    for (const [domain, others] of this.#counts) {
      const count = others + own;
      if (!allows(nodeDomains, domain) || count - least > maxSkew) continue;
      if (count < bestCount || (count === bestCount && domain < best!)) {
        best = domain;
        bestCount = count;
      }
    }
    return this.#in(best === null ? [] : [best]);
  }

  #leastCount(podDomains: Requirement): number {
    const { topologyKey, minDomains } = this.rule;
    if (topologyKey === HOSTNAME_LABEL) return 0;
    let least = Number.POSITIVE_INFINITY;
    let supported = 0;
    for (const [domain, count] of this.#counts) {
      if (!allows(podDomains, domain)) continue;
      supported += 1;
      if (count < least) least = count;
    }
    return supported < minDomains ? 0 : least;
  }

  #nextForAffinity(taskClass: TaskClass, podDomains: Requirement, nodeDomains: Requirement): Requirement {
    const host = this.#onlyHost(nodeDomains);
    const mayBegin = () =>
      this.selects(taskClass) &&
      (this.#counts.size === this.#empty.size || !this.#hasPodIn((domain) => allows(podDomains, domain)));
    if (host !== null) {
      const isAllowed = allows(podDomains, host) && ((this.#counts.get(host) ?? 0) > 0 || mayBegin());
      return this.#in(isAllowed ? [host] : []);
    }
    const taken = this.#domains(
      (domain, count) => count > 0 && allows(podDomains, domain) && allows(nodeDomains, domain),
    );
    if (taken.length > 0 || !mayBegin()) return this.#in(taken);
    // The first pod of its kind: a domain of the node, if it has one, and the first of all.
    const both = intersection(podDomains, nodeDomains);
    const ofNode = this.#domains((domain) => allows(both, domain));
    const ofPod = this.#domains((domain) => allows(podDomains, domain));
    return this.#in([...ofNode.slice(0, 1), ...ofPod.slice(0, 1)]);
  }

  #nextForAntiAffinity(podDomains: Requirement, nodeDomains: Requirement): Requirement {
    const host = this.#onlyHost(nodeDomains);
    if (host !== null) return this.#in((this.#counts.get(host) ?? 0) === 0 ? [host] : []);
    return this.#in(
      [...this.#empty].filter((domain) => allows(nodeDomains, domain) && allows(podDomains, domain)),
    );
  }

  #hasPodIn(isAllowed: (domain: string) => boolean): boolean {
    for (const [domain, count] of this.#counts) if (count > 0 && isAllowed(domain)) return true;
    return false;
  }

  #domains(matches: (domain: string, count: number) => boolean): string[] {
    return [...this.#counts]
      .filter(([domain, count]) => matches(domain, count))
      .map(([domain]) => domain)
      .sort();
  }

  /** The one host that the node is: claims and nodes have exactly one. */
  #onlyHost(nodeDomains: Requirement): string | null {
    if (this.rule.topologyKey !== HOSTNAME_LABEL || nodeDomains.values.size !== 1) return null;
    return [...nodeDomains.values][0]!;
  }

  #in(domains: readonly string[]): Requirement {
    return requirement(this.rule.topologyKey, domains.length > 0 ? 'In' : 'DoesNotExist', domains);
  }
}

/** Is just one value left? Then a pod is known to be there. */
export function onlyValue(one: Requirement): string | null {
  return operatorOf(one) === 'In' && one.values.size === 1 ? [...one.values][0]! : null;
}
