import type { ClusterView } from '../../model/cluster-view.ts';
import type { Cluster, DomainCounts, DomainQuery, PodCounter, PodWeight } from './framework.ts';
import type { NodeAttributes } from './node-selector.ts';
import { hasTerms, type Pod, type PodTable } from './pod.ts';
import { SlotAttributes } from './slot-attributes.ts';

/**
 * The cluster as one cycle sees it, everything counted one by one from the lists of nodes and tasks: what explanations
 * are made from, and what the live counts are tested against. Only the node list is given, for its history is.
 */
export function plainCluster(view: ClusterView, nodes: Int32Array, pods: PodTable): Cluster {
  const attributesOf = (slot: number): NodeAttributes => {
    const attributes = new SlotAttributes(view);
    attributes.slot = slot;
    return attributes;
  };
  const podsOn = (slot: number): Pod[] => {
    const found: Pod[] = [];
    for (let task = view.firstTask[slot]!; task >= 0; task = view.nextTask[task]!) {
      found.push(pods.pod(view.taskClass[task]!));
    }
    return found;
  };
  const weightsOn = (weight: PodWeight, slot: number): number[] =>
    podsOn(slot).flatMap((pod) => weight.of(pod) ?? []);
  const counter = (weight: PodWeight): PodCounter => ({
    on: (slot) => weightsOn(weight, slot).reduce((sum, added) => sum + added, 0),
  });
  return {
    view,
    nodes,
    nodeCount: nodes.length,
    nodesToAvoid: nodes.filter((slot) =>
      view.taints(slot).some(({ effect }) => effect === 'PreferNoSchedule'),
    ).length,
    attributes: attributesOf,
    nodesWithImage: (imageId) => nodes.filter((slot) => view.hasImage(slot, imageId)).length,
    podsWithTerms: view.classes.map(({ id }) => pods.pod(id)).filter(hasTerms),
    podsOn,
    counter,
    domains: (query) =>
      plainDomains([...nodes].map(attributesOf), nodes, (slot) => weightsOn(query.weight, slot), query),
  };
}

function plainDomains(
  attributes: readonly NodeAttributes[],
  nodes: Int32Array,
  weightsOn: (slot: number) => readonly number[],
  query: DomainQuery,
): DomainCounts {
  const domainOfValue = new Map<string, number>();
  const existing = new Set<number>();
  const totals: number[] = [];
  let pods = 0;
  const domainOf = new Map<number, number>();
  attributes.forEach((node, position) => {
    const value = node.label(query.topologyKey);
    if (value === undefined) return;
    const domain = domainOfValue.get(value) ?? domainOfValue.size;
    domainOfValue.set(value, domain);
    const slot = nodes[position]!;
    domainOf.set(slot, domain);
    if (!query.requiredKeys.every((key) => node.label(key) !== undefined) || !query.accepts(node)) return;
    existing.add(domain);
    const weights = weightsOn(slot);
    totals[domain] = weights.reduce((sum, added) => sum + added, totals[domain] ?? 0);
    pods += weights.length;
  });
  return {
    size: domainOfValue.size,
    of: (slot) => domainOf.get(slot) ?? -1,
    exists: (domain) => existing.has(domain),
    total: (domain) => totals[domain] ?? 0,
    pods,
  };
}
