import type { ClusterView } from '../../model/cluster-view.ts';
import type { Cluster, DomainCounts, DomainQuery, PodCounter } from './framework.ts';
import type { NodeAttributes } from './node-selector.ts';
import type { PodTable } from './pod.ts';
import { isCounted } from './pod-counts.ts';
import type { PodSelector } from './pod-selector.ts';
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
  const counter = (selector: PodSelector): PodCounter => ({
    on(slot) {
      let count = 0;
      for (let task = view.firstTask[slot]!; task >= 0; task = view.nextTask[task]!) {
        if (isCounted(selector, pods.pod(view.taskClass[task]!))) count += 1;
      }
      return count;
    },
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
    counter,
    domains: (query) => plainDomains([...nodes].map(attributesOf), nodes, counter(query.selector), query),
  };
}

function plainDomains(
  attributes: readonly NodeAttributes[],
  nodes: Int32Array,
  counter: PodCounter,
  query: DomainQuery,
): DomainCounts {
  const domainOfValue = new Map<string, number>();
  const existing = new Set<number>();
  const totals: number[] = [];
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
    totals[domain] = (totals[domain] ?? 0) + counter.on(slot);
  });
  return {
    size: domainOfValue.size,
    of: (slot) => domainOf.get(slot) ?? -1,
    exists: (domain) => existing.has(domain),
    total: (domain) => totals[domain] ?? 0,
  };
}
