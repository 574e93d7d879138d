import type { TaskClass } from '../../model/task-class.ts';
import type { SortedPods } from './pod-queue.ts';
import { nodeRequirements } from './requirements.ts';
import type { TopologyNode } from './topology.ts';
import { HOSTNAME_LABEL, type TopologyGroup } from './topology-group.ts';

/** How many pods of each class there are on a node. */
type ClassCounts = ReadonlyMap<TaskClass, number>;

const COUNTS = new WeakMap<TopologyNode, ClassCounts>();

function classCounts(node: TopologyNode): ClassCounts {
  const known = COUNTS.get(node);
  if (known !== undefined) return known;
  const counts = new Map<TaskClass, number>();
  for (const { taskClass } of node.pods) counts.set(taskClass, (counts.get(taskClass) ?? 0) + 1);
  COUNTS.set(node, counts);
  return counts;
}

/** What the nodes of a moment have that a constraint looks at: the same in all simulations of the moment. */
export interface Present {
  /** Names of the nodes in each domain. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** How many pods it counts there, without those that all simulations place anew. */
  readonly counts: ReadonlyMap<string, number>;
  /** How many of certain pods it counts among them, by domain. */
  readonly countsOf: (pods: SortedPods) => ReadonlyMap<string, number>;
}

/** The pods of a moment, counted for each constraint once. */
export class TopologyCensus {
  readonly #nodes: readonly TopologyNode[];
  readonly #common: SortedPods;
  readonly #counts: readonly ClassCounts[];
  readonly #classes = new Set<TaskClass>();
  /** By the key of the constraint. */
  readonly #present = new Map<string, Present>();

  /** `common`: pods that are placed anew in all simulations, so that they count nowhere. */
  constructor(nodes: readonly TopologyNode[], common: SortedPods) {
    this.#nodes = nodes;
    this.#common = common;
    this.#counts = nodes.map(classCounts);
    for (const counts of this.#counts) for (const one of counts.keys()) this.#classes.add(one);
  }

  /** What `group`, a constraint of that key, looks at. */
  present(key: string, group: TopologyGroup): Present {
    let present = this.#present.get(key);
    if (present === undefined) {
      present = this.#count(group);
      this.#present.set(key, present);
    }
    return present;
  }

  #count(group: TopologyGroup): Present {
    const { topologyKey } = group.rule;
    const counted = [...this.#classes].filter((one) => group.selectsExisting(one));
    const names = new Map<string, string[]>();
    const domainOf = new Map<string, string>();
    const counts = new Map<string, number>();
    this.#nodes.forEach(({ name, labels, taints }, index) => {
      if (!group.looksAt(taints, nodeRequirements(labels))) return;
      const own = labels.get(topologyKey);
      if (own !== undefined) {
        const there = names.get(own);
        if (there === undefined) names.set(own, [name]);
        else there.push(name);
      }
      const domain = own ?? (topologyKey === HOSTNAME_LABEL ? name : undefined);
      if (domain === undefined) return;
      domainOf.set(name, domain);
      let pods = 0;
      for (const one of counted) pods += this.#counts[index]!.get(one) ?? 0;
      counts.set(domain, (counts.get(domain) ?? 0) + pods);
    });
    const countsOf = (pods: SortedPods) => countsByDomain(pods, counted, domainOf);
    for (const [domain, pods] of countsOf(this.#common)) counts.set(domain, counts.get(domain)! - pods);
    return { names, counts, countsOf };
  }
}

/** How many of the pods, of those classes, run in each domain. */
function countsByDomain(
  { nodesOf }: SortedPods,
  classes: readonly TaskClass[],
  domainOf: ReadonlyMap<string, string>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of classes) {
    for (const name of nodesOf.get(one) ?? []) {
      const domain = domainOf.get(name);
      if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + 1);
    }
  }
  return counts;
}

const CENSUSES = new WeakMap<readonly TopologyNode[], Map<SortedPods, TopologyCensus>>();

/** The same object for the same lists. */
export function censusOf(nodes: readonly TopologyNode[], common: SortedPods): TopologyCensus {
  const known = CENSUSES.get(nodes) ?? new Map<SortedPods, TopologyCensus>();
  CENSUSES.set(nodes, known);
  let census = known.get(common);
  if (census === undefined) {
    census = new TopologyCensus(nodes, common);
    known.set(common, census);
  }
  return census;
}
