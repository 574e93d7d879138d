import type { Taint, TaskClass } from '../../model/task-class.ts';
import { isSatisfied } from '../../schedulers/kubernetes/requirement.ts';
import type { Namespaces, PodTerm } from '../../schedulers/kubernetes/pod-affinity.ts';
import type { KarpenterPod, PodDemand, PodSpec } from './pod-demand.ts';
import type { SortedPods } from './pod-queue.ts';
import { type Requirement, requirement } from './requirement.ts';
import { combined, type Requirements } from './requirements.ts';
import { censusOf, type TopologyCensus } from './topology-census.ts';
import type { TopologyDomains } from './topology-domains.ts';
import {
  type Counted,
  onlyValue,
  spreadRule,
  termRule,
  TopologyGroup,
  type TopologyRule,
} from './topology-group.ts';

interface TopologyPod {
  readonly uid: string;
  readonly taskClass: TaskClass;
  readonly spec: PodSpec;
}

/** The node with these pods on it. */
export function topologyNode(
  node: Omit<TopologyNode, 'pods' | 'repelling'>,
  pods: readonly Pick<KarpenterPod, 'uid' | 'spec'>[],
): TopologyNode {
  const there = pods.map(({ uid, spec }) => ({ uid, taskClass: spec.taskClass, spec }));
  const repelling = there.filter(({ spec }) => spec.podAntiAffinity.required.length > 0);
  const { name, labels, taints } = node;
  return { name, labels, taints, pods: there, repelling };
}

/** A node as constraints count on it: its pods, and domains that it has. */
export interface TopologyNode {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  /** Classes of the pods that run there and are not on their way out, by uid. */
  readonly pods: readonly TopologyPod[];
  /** Those of them that must not have certain others near them. */
  readonly repelling: readonly TopologyPod[];
}

/** A constraint of the simulation, and what decides that two are the same. */
interface KeyedRule {
  readonly key: string;
  readonly rule: TopologyRule;
}

/** Constraints of a specification: its own, and those of them that bind others the other way round. */
interface KeyedRules {
  readonly own: readonly KeyedRule[];
  readonly inverse: readonly KeyedRule[];
}

const RULES = new WeakMap<Namespaces, WeakMap<PodSpec, KeyedRules>>();

/**
 * The spread constraints and the terms between pods that bind the pods of one simulation, with their counts.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/topology.go
 */
export class Topology {
  readonly #domains: TopologyDomains;
  /** Taken when the first constraint counts. */
  readonly #census: () => TopologyCensus;
  readonly #namespaces: Namespaces;
  readonly #staysUp: (name: string) => boolean;
  /** Pods that are to be placed and thus count nowhere yet; the common ones are not in the census at all. */
  readonly #own: SortedPods;
  readonly #groups = new Map<string, TopologyGroup>();
  /** Anti-affinity binds both ways: where pods are that do not want others near them. */
  readonly #inverse = new Map<string, TopologyGroup>();
  /** The same in all simulations of a cluster. */
  readonly #rules: WeakMap<PodSpec, KeyedRules>;
  /** The constraints of each specification, and those of the inverse that its pods are behind. */
  readonly #groupsOf = new Map<PodSpec, readonly TopologyGroup[]>();
  readonly #behind = new Map<PodSpec, readonly TopologyGroup[]>();
  /** Constraints that count pods of a class, and whether any is about them; forgotten when there is a new one. */
  readonly #counting = new Map<TaskClass, readonly TopologyGroup[]>();
  readonly #concerned = new Map<TaskClass, boolean>();

  constructor(input: {
    readonly domains: TopologyDomains;
    readonly nodes: readonly TopologyNode[];
    readonly own: SortedPods;
    readonly common: SortedPods;
    readonly namespaces: Namespaces;
    /** Does the node lend its domain even without pods? Those that are about to be removed do not. Default: all. */
    readonly staysUp?: (name: string) => boolean;
  }) {
    this.#domains = input.domains;
    this.#census = () => censusOf(input.nodes, input.common);
    this.#namespaces = input.namespaces;
    this.#staysUp = input.staysUp ?? (() => true);
    this.#own = input.own;
    this.#rules = RULES.get(input.namespaces) ?? new WeakMap();
    RULES.set(input.namespaces, this.#rules);
    for (const { labels, repelling } of repellingNodes(input.nodes)) {
      for (const { uid, spec } of repelling) {
        if (input.own.uids.has(uid) || input.common.uids.has(uid)) continue;
        for (const group of this.#inverseOf(spec)) {
          const domain = labels.get(group.rule.topologyKey);
          if (domain !== undefined) group.record(domain);
        }
      }
    }
    for (const spec of input.common.specs) this.expect(spec);
    for (const spec of input.own.specs) this.expect(spec);
  }

  /** Is no pod bound by where others are? */
  get isFree(): boolean {
    return this.#groups.size === 0 && this.#inverse.size === 0;
  }

  /** Does any constraint count by that label? */
  countsBy(topologyKey: string): boolean {
    const isBy = ({ rule }: TopologyGroup) => rule.topologyKey === topologyKey;
    return [...this.#groups.values()].some(isBy) || [...this.#inverse.values()].some(isBy);
  }

  /** Pods with these wishes are to be placed. */
  expect(spec: PodSpec): void {
    if (this.#groupsOf.has(spec)) return;
    this.#behind.set(spec, this.#inverseOf(spec));
    this.#groupsOf.set(
      spec,
      this.#rulesOf(spec).own.map((one) => this.#group(one, spec)),
    );
  }

  /** The domain exists. */
  register(topologyKey: string, domain: string): void {
    for (const groups of [this.#groups, this.#inverse]) {
      for (const group of groups.values()) if (group.rule.topologyKey === topologyKey) group.register(domain);
    }
  }

  /** Does any constraint count pods of the class, or keep others away from where they are or would be? */
  concerns(taskClass: TaskClass): boolean {
    let answer = this.#concerned.get(taskClass);
    if (answer === undefined) {
      answer =
        this.#countingOf(taskClass).length > 0 ||
        [...this.#inverse.values()].some((group) => group.selects(taskClass));
      this.#concerned.set(taskClass, answer);
    }
    return answer;
  }

  /**
   * What is left of the node's requirements for a pod of the class, or null when nothing is; the same object when it
   * narrows nothing.
   */
  narrowed(
    taskClass: TaskClass,
    { spec, strict }: PodDemand,
    node: { readonly taints: readonly Taint[]; readonly requirements: Requirements },
  ): Requirements | null {
    const added: Requirement[] = [];
    const ask = (group: TopologyGroup): boolean => {
      const key = group.rule.topologyKey;
      const any = anyValue(key);
      const there = node.requirements.get(key) ?? any;
      const allowed = group.next(taskClass, strict.get(key) ?? any, there);
      if (allowed.values.size === 0) return false;
      const only = onlyValue(there);
      if (only === null || !allowed.values.has(only)) added.push(allowed);
      return true;
    };
    for (const group of this.#groupsOf.get(spec) ?? []) if (!ask(group)) return null;
    for (const group of this.#inverse.values()) {
      if (group.counts(taskClass, node.taints, node.requirements) && !ask(group)) return null;
    }
    return added.length === 0 ? node.requirements : combined(node.requirements, added);
  }

  /** The pod goes to a node with these requirements: counted where its domain is known. */
  record(spec: PodSpec, taints: readonly Taint[], requirements: Requirements): void {
    for (const group of this.#countingOf(spec.taskClass)) {
      if (!group.looksAt(taints, requirements)) continue;
      const domains = requirements.get(group.rule.topologyKey);
      if (domains === undefined) continue;
      if (group.rule.kind === 'anti-affinity') {
        for (const domain of domains.values) group.record(domain);
      } else {
        const domain = onlyValue(domains);
        if (domain !== null) group.record(domain);
      }
    }
    for (const group of this.#behind.get(spec)!) {
      for (const domain of requirements.get(group.rule.topologyKey)?.values ?? []) group.record(domain);
    }
  }

  /** The constraints that pods with these wishes are behind: others must not come to where they are. */
  #inverseOf(spec: PodSpec): TopologyGroup[] {
    return this.#rulesOf(spec).inverse.map(({ key, rule }) => {
      const group =
        this.#inverse.get(key) ??
        new TopologyGroup(rule, this.#domains.domains(rule.topologyKey, spec, false));
      this.#inverse.set(key, group);
      this.#concerned.clear();
      return group;
    });
  }

  #group({ key, rule }: KeyedRule, spec: PodSpec): TopologyGroup {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = this.#counted(key, rule, spec);
      this.#groups.set(key, group);
      this.#counting.clear();
      this.#concerned.clear();
    }
    return group;
  }

  #countingOf(taskClass: TaskClass): readonly TopologyGroup[] {
    let groups = this.#counting.get(taskClass);
    if (groups === undefined) {
      groups = [...this.#groups.values()].filter((group) => group.selects(taskClass));
      this.#counting.set(taskClass, groups);
    }
    return groups;
  }

  #counted(key: string, rule: TopologyRule, spec: PodSpec): TopologyGroup {
    const { topologyKey, filter } = rule;
    const group = new TopologyGroup(rule, this.#domains.domains(topologyKey, spec, filter.honourTaints));
    const { names, counts, countsOf } = this.#census().present(key, group);
    for (const [domain, nodes] of names) if (nodes.some(this.#staysUp)) group.register(domain);
    const moved = countsOf(this.#own);
    for (const [domain, count] of counts) group.record(domain, count - (moved.get(domain) ?? 0));
    return group;
  }

  #rulesOf(spec: PodSpec): KeyedRules {
    let rules = this.#rules.get(spec);
    if (rules === undefined) {
      const { spread, podAffinity, podAntiAffinity } = spec;
      const terms = (kind: 'affinity' | 'anti-affinity', list: readonly PodTerm[]) =>
        list.map((term) => keyed(termRule(kind, term.topologyKey, this.#countedBy(term))));
      const inverse = terms('anti-affinity', podAntiAffinity.required);
      const own = [
        ...spread.map((constraint) => keyed(spreadRule(spec, constraint))),
        ...terms('affinity', [...podAffinity.required, ...podAffinity.preferred]),
        ...inverse,
        ...terms('anti-affinity', podAntiAffinity.preferred),
      ];
      rules = { own, inverse };
      this.#rules.set(spec, rules);
    }
    return rules;
  }

  #countedBy({ pods }: PodTerm): Counted {
    if (pods.kind === 'group') return pods;
    const { namespaces, namespaceSelector, requirements } = pods;
    if (namespaceSelector === null) return { kind: 'labels', namespaces, conditions: requirements };
    const selected = [...this.#namespaces].flatMap(([name, labels]) =>
      namespaceSelector.every((one) => isSatisfied(one, labels.get(one.key))) ? [name] : [],
    );
    return {
      kind: 'labels',
      namespaces: [...new Set([...selected, ...namespaces])],
      conditions: requirements,
    };
  }
}

const ANY_VALUES = new Map<string, Requirement>();

function anyValue(key: string): Requirement {
  const any = ANY_VALUES.get(key) ?? requirement(key, 'Exists');
  ANY_VALUES.set(key, any);
  return any;
}

/**
 * Constraints with equal keys share one count. Of the nodes that spreading looks at, the real hash knows the labels
 * that are asked for and not their values, so constraints that differ in these alone are one, the first of them.
 */
function keyed(rule: TopologyRule): KeyedRule {
  const { kind, topologyKey, counted, maxSkew, filter } = rule;
  const { alternatives, honourTaints, tolerations } = filter;
  const who =
    counted.kind === 'group'
      ? counted.groupId
      : [[...counted.namespaces].sort(), sortedTexts(counted.conditions ?? []), counted.conditions === null];
  const asked = alternatives === null ? null : sortedTexts(alternatives.map((one) => [...one.keys()].sort()));
  const key = JSON.stringify([
    kind,
    topologyKey,
    who,
    maxSkew,
    asked,
    honourTaints,
    sortedTexts(tolerations),
  ]);
  return { key, rule };
}

function sortedTexts(items: readonly unknown[]): string[] {
  return items.map((item) => JSON.stringify(item)).sort();
}

const REPELLING = new WeakMap<readonly TopologyNode[], readonly TopologyNode[]>();

/** Those with pods that must not have certain others near them. */
function repellingNodes(nodes: readonly TopologyNode[]): readonly TopologyNode[] {
  const known = REPELLING.get(nodes) ?? nodes.filter(({ repelling }) => repelling.length > 0);
  REPELLING.set(nodes, known);
  return known;
}
