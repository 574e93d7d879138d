import type { Taint, TaskClass } from '../../model/task-class.ts';
import { isSatisfied } from '../../schedulers/kubernetes/requirement.ts';
import type { Namespaces, PodTerm } from '../../schedulers/kubernetes/pod-affinity.ts';
import type { KarpenterPod, PodSpec } from './pod-demand.ts';
import { type Requirement, requirement } from './requirement.ts';
import { combined, nodeRequirements, type Requirements } from './requirements.ts';
import type { TopologyDomains } from './topology-domains.ts';
import {
  type Counted,
  HOSTNAME_LABEL,
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

/**
 * The spread constraints and the terms between pods that bind the pods of one simulation, with their counts.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/topology.go
 */
export class Topology {
  readonly #domains: TopologyDomains;
  readonly #nodes: readonly TopologyNode[];
  readonly #namespaces: Namespaces;
  readonly #staysUp: (name: string) => boolean;
  /** Pods, by uid, that are to be placed and thus count nowhere yet. */
  readonly #moving: ReadonlySet<string>;
  readonly #groups = new Map<string, TopologyGroup>();
  /** Anti-affinity binds both ways: where pods are that do not want others near them. */
  readonly #inverse = new Map<string, TopologyGroup>();
  readonly #rules = new Map<PodSpec, { own: readonly KeyedRule[]; inverse: readonly KeyedRule[] }>();
  /** The constraints of each pod, by uid, and of each specification. */
  readonly #own = new Map<string, readonly TopologyGroup[]>();
  readonly #ownOf = new Map<PodSpec, readonly TopologyGroup[]>();
  /** By uid: those of the inverse that the pod is behind. */
  readonly #behind = new Map<string, Set<TopologyGroup>>();
  /** Constraints that count pods of a class; forgotten when there is a new one. */
  readonly #counting = new Map<TaskClass, readonly TopologyGroup[]>();

  constructor(input: {
    readonly domains: TopologyDomains;
    readonly nodes: readonly TopologyNode[];
    readonly pods: readonly KarpenterPod[];
    readonly namespaces: Namespaces;
    /** Does the node lend its domain even without pods? Those that are about to be removed do not. Default: all. */
    readonly staysUp?: (name: string) => boolean;
  }) {
    this.#domains = input.domains;
    this.#nodes = input.nodes;
    this.#namespaces = input.namespaces;
    this.#staysUp = input.staysUp ?? (() => true);
    this.#moving = new Set(input.pods.map(({ uid }) => uid));
    for (const { labels, repelling } of input.nodes) {
      for (const { uid, spec } of repelling) {
        if (!this.#moving.has(uid)) this.#addInverse(uid, spec, labels);
      }
    }
    for (const { uid, spec } of input.pods) this.update(uid, spec);
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

  /** The pod has other wishes now. */
  update(uid: string, spec: PodSpec): void {
    this.#addInverse(uid, spec, null);
    let own = this.#ownOf.get(spec);
    if (own === undefined) {
      own = this.#rulesOf(spec).own.map((one) => this.#group(one, spec));
      this.#ownOf.set(spec, own);
    }
    this.#own.set(uid, own);
  }

  /** The domain exists. */
  register(topologyKey: string, domain: string): void {
    for (const groups of [this.#groups, this.#inverse]) {
      for (const group of groups.values()) if (group.rule.topologyKey === topologyKey) group.register(domain);
    }
  }

  /**
   * What is left of the node's requirements for this pod, or null when nothing is. `strict`: the pod's own
   * requirements, without preferences.
   */
  narrowed(
    uid: string,
    spec: PodSpec,
    strict: Requirements,
    node: { readonly taints: readonly Taint[]; readonly requirements: Requirements },
  ): Requirements | null {
    const added: Requirement[] = [];
    const ask = (group: TopologyGroup): boolean => {
      const key = group.rule.topologyKey;
      const any = requirement(key, 'Exists');
      const allowed = group.next(spec.taskClass, strict.get(key) ?? any, node.requirements.get(key) ?? any);
      if (allowed.values.size === 0) return false;
      added.push(allowed);
      return true;
    };
    for (const group of this.#own.get(uid) ?? []) if (!ask(group)) return null;
    for (const group of this.#inverse.values()) {
      if (group.counts(spec.taskClass, node.taints, node.requirements) && !ask(group)) return null;
    }
    return added.length === 0 ? node.requirements : combined(node.requirements, added);
  }

  /** The pod goes to a node with these requirements: counted where its domain is known. */
  record(uid: string, spec: PodSpec, taints: readonly Taint[], requirements: Requirements): void {
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
    for (const group of this.#behind.get(uid) ?? []) {
      for (const domain of requirements.get(group.rule.topologyKey)?.values ?? []) group.record(domain);
    }
  }

  /** `labels`: those of the node that the pod is on; null while it has none. */
  #addInverse(uid: string, spec: PodSpec, labels: ReadonlyMap<string, string> | null): void {
    for (const { key, rule } of this.#rulesOf(spec).inverse) {
      let group = this.#inverse.get(key);
      if (group === undefined) {
        group = new TopologyGroup(rule, this.#domains.domains(rule.topologyKey, spec, false));
        this.#inverse.set(key, group);
      }
      const domain = labels?.get(rule.topologyKey);
      if (domain !== undefined) group.record(domain);
      const behind = this.#behind.get(uid) ?? new Set();
      this.#behind.set(uid, behind.add(group));
    }
  }

  #group({ key, rule }: KeyedRule, spec: PodSpec): TopologyGroup {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = this.#counted(key, rule, spec);
      this.#groups.set(key, group);
      this.#counting.clear();
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
    const { names, counts, domainOf } = this.#present(key, group);
    for (const [domain, nodes] of names) if (nodes.some(this.#staysUp)) group.register(domain);
    const moved = new Map<string, number>();
    const moves = (domain: string) => moved.set(domain, (moved.get(domain) ?? 0) + 1);
    if (this.#moving.size < domainOf.size) {
      for (const uid of this.#moving) {
        const domain = domainOf.get(uid);
        if (domain !== undefined) moves(domain);
      }
    } else {
      for (const [uid, domain] of domainOf) if (this.#moving.has(uid)) moves(domain);
    }
    for (const [domain, count] of counts) group.record(domain, count - (moved.get(domain) ?? 0));
    return group;
  }

  /** Domains that nodes have, and the pods on them that the group counts: the same in all simulations of a moment. */
  #present(key: string, group: TopologyGroup): Present {
    const known = PRESENT.get(this.#nodes) ?? new Map<string, Present>();
    PRESENT.set(this.#nodes, known);
    let present = known.get(key);
    if (present === undefined) {
      present = presentOn(this.#nodes, group);
      known.set(key, present);
    }
    return present;
  }

  #rulesOf(spec: PodSpec): { own: readonly KeyedRule[]; inverse: readonly KeyedRule[] } {
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

/** What nodes have that a group looks at. */
interface Present {
  /** Names of the nodes in each domain. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Pods that the group counts, by domain, and the domain of each by uid. */
  readonly counts: ReadonlyMap<string, number>;
  readonly domainOf: ReadonlyMap<string, string>;
}

const PRESENT = new WeakMap<readonly TopologyNode[], Map<string, Present>>();

function presentOn(nodes: readonly TopologyNode[], group: TopologyGroup): Present {
  const { topologyKey } = group.rule;
  const names = new Map<string, string[]>();
  const counts = new Map<string, number>();
  const domainOf = new Map<string, string>();
  const selected = new Map<TaskClass, boolean>();
  const selects = (taskClass: TaskClass) => {
    let answer = selected.get(taskClass);
    if (answer === undefined) {
      answer = group.selectsExisting(taskClass);
      selected.set(taskClass, answer);
    }
    return answer;
  };
  for (const { name, labels, taints, pods } of nodes) {
    if (!group.looksAt(taints, nodeRequirements(labels))) continue;
    const own = labels.get(topologyKey);
    if (own !== undefined) {
      const there = names.get(own);
      if (there === undefined) names.set(own, [name]);
      else there.push(name);
    }
    const domain = own ?? (topologyKey === HOSTNAME_LABEL ? name : undefined);
    if (domain === undefined) continue;
    for (const { uid, taskClass } of pods) {
      if (!selects(taskClass)) continue;
      domainOf.set(uid, domain);
      counts.set(domain, (counts.get(domain) ?? 0) + 1);
    }
  }
  return { names, counts, domainOf };
}
