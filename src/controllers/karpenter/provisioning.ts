import type { Namespaces } from '../../schedulers/kubernetes/pod-affinity.ts';
import type { Daemon } from './daemon-overhead.ts';
import { type ExistingNode, hostOf, type NodeState } from './existing-node.ts';
import { lowestPrice, type OfferedType } from './instance-types.ts';
import { type ClaimContext, type ClaimTemplate, claimTemplate, NodeClaim } from './node-claim.ts';
import { inOrderOfWeight, type NodePool } from './node-pool.ts';
import { demandOf, type KarpenterPod, type PodDemand, type PodSpec } from './pod-demand.ts';
import { leavesItsNode, PodQueue, type PodRun, SortedPods } from './pod-queue.ts';
import { exceedsLimits, limitsAfterClaim, limitsAfterNode, type Limits } from './pool-limits.ts';
import { relaxed } from './preferences.ts';
import { Topology, type TopologyNode } from './topology.ts';
import { HOSTNAME_LABEL } from './topology-group.ts';
import { TopologyDomains } from './topology-domains.ts';
import { type Answer, Takers, type TrialNodes } from './trial-nodes.ts';

/** What could be launched: the same for all simulations of one moment. */
export class LaunchCatalogue {
  /** The heaviest first. */
  readonly pools: readonly NodePool[];
  readonly templates: readonly ClaimTemplate[];
  readonly domains: TopologyDomains;
  readonly daemons: readonly Daemon[];
  /** Labels that a pod may ask for though no pool defines them. */
  readonly wellKnown: ReadonlySet<string>;
  readonly hasSoftTaints: boolean;
  /** The lowest price of any offering that is to be had. */
  readonly cheapest: number;
  readonly #types: ReadonlyMap<string, readonly OfferedType[]>;
  readonly #lowest = new Map<OfferedType, number>();
  readonly #demands = new Map<PodSpec, PodDemand>();
  readonly #plain = new Map<string, PodDemand>();
  readonly #relaxed = new Map<PodSpec, PodSpec | null>();

  /** `typesOf`: every instance type that nodes of the pool may have, whatever its requirements say. */
  constructor(
    pools: readonly NodePool[],
    typesOf: (pool: NodePool) => readonly OfferedType[],
    daemons: readonly Daemon[],
    wellKnown: ReadonlySet<string>,
  ) {
    this.pools = inOrderOfWeight(pools);
    this.#types = new Map(pools.map((pool) => [pool.name, typesOf(pool)]));
    for (const type of [...this.#types.values()].flat()) this.#lowest.set(type, lowestPrice(type));
    this.cheapest = Math.min(...this.#lowest.values());
    this.daemons = daemons;
    this.wellKnown = wellKnown;
    this.domains = new TopologyDomains(this.pools, (pool) => this.typesOf(pool));
    this.templates = this.pools.flatMap(
      (pool) => claimTemplate(pool, this.typesOf(pool), daemons, wellKnown) ?? [],
    );
    this.hasSoftTaints = pools.some(({ taints }) =>
      taints.some(({ effect }) => effect === 'PreferNoSchedule'),
    );
  }

  typesOf({ name }: NodePool): readonly OfferedType[] {
    return this.#types.get(name) ?? [];
  }

  /** Of the offerings of a type that are to be had; Infinity without any. */
  lowestPrice(type: OfferedType): number {
    return this.#lowest.get(type)!;
  }

  /** What a specification comes to: the same object for all that ask for the same in plain words. */
  readonly demandOf = (spec: PodSpec): PodDemand => {
    let demand = this.#demands.get(spec);
    if (demand === undefined) {
      const own = demandOf(spec);
      const { plainKey } = own;
      demand = (plainKey === null ? undefined : this.#plain.get(plainKey)) ?? own;
      if (plainKey !== null) this.#plain.set(plainKey, demand);
      this.#demands.set(spec, demand);
    }
    return demand;
  };

  /** The specification with one preference less; null: it has none left. */
  relaxedOf(spec: PodSpec): PodSpec | null {
    let less = this.#relaxed.get(spec);
    if (less === undefined) {
      less = relaxed(spec, this.hasSoftTaints);
      this.#relaxed.set(spec, less);
    }
    return less;
  }
}

/** The cluster as one simulation sees it. */
export interface ProvisioningInput {
  readonly catalogue: LaunchCatalogue;
  /** Nodes that pods may go to, those that are on their way too. */
  readonly nodes: TrialNodes;
  /** Those of them that are taken away. Default: none. */
  readonly without?: ReadonlySet<NodeState>;
  /** Nodes with the pods on them, those too that no pod may go to. */
  readonly topologyNodes: readonly TopologyNode[];
  /** To be placed. */
  readonly pods: readonly KarpenterPod[];
  /** To be placed in all simulations of the moment. Default: none. */
  readonly common?: SortedPods;
  readonly namespaces: Namespaces;
  /** Does a node of the topology lend its domain even without pods? Default: all do. */
  readonly staysUp?: (name: string) => boolean;
  /** More new nodes than that are of no use: the simulation then stops. Default: any number. */
  readonly maxClaims?: number;
  /** A new node that costs as much or more is of no use either. Default: any price will do. */
  readonly belowPrice?: number;
}

export interface ProvisioningResult {
  readonly claims: readonly NodeClaim[];
  /** Those that got a pod. */
  readonly nodes: readonly ExistingNode[];
  readonly unschedulable: readonly KarpenterPod[];
}

/**
 * One scheduling simulation: each pod goes to a node that is there, to a node to come, or to a new one of the first
 * pool that can have it. What finds nothing gives up its preferences one by one.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/scheduler.go, Solve
 */
export function provision(input: ProvisioningInput): ProvisioningResult {
  const { catalogue, pods, common = NOBODY } = input;
  const own = new SortedPods(pods, catalogue.demandOf);
  return new Simulation({ ...input, own, common }).solve(new PodQueue(common, own));
}

/** A place that said no to a class will do so again, unless where other pods are plays a part. */
type Refusals = WeakMap<PodDemand, Set<NodeClaim>>;

const NONE: ReadonlySet<NodeState> = new Set();
const NOBODY = new SortedPods([], demandOf);

class Simulation {
  readonly #context: ClaimContext;
  readonly #catalogue: LaunchCatalogue;
  readonly #limits: Map<string, Limits>;
  readonly #trial: TrialNodes;
  readonly #without: ReadonlySet<NodeState>;
  /** By index: made when a pod could go there. */
  readonly #nodes = new Map<number, ExistingNode>();
  readonly #takers = new Map<PodDemand, Takers>();
  readonly #claims: NodeClaim[] = [];
  readonly #maxClaims: number;
  readonly #belowPrice: number;
  readonly #refusals: Refusals = new WeakMap();
  #hosts = 0;

  constructor(input: ProvisioningInput & { readonly own: SortedPods; readonly common: SortedPods }) {
    const { catalogue, nodes, without = NONE } = input;
    const topology = new Topology({ ...input, domains: catalogue.domains, nodes: input.topologyNodes });
    this.#context = { topology, wellKnown: catalogue.wellKnown };
    this.#catalogue = catalogue;
    this.#maxClaims = input.maxClaims ?? Number.POSITIVE_INFINITY;
    this.#belowPrice = input.belowPrice ?? Number.POSITIVE_INFINITY;
    this.#limits = new Map(catalogue.pools.map(({ name, limits }) => [name, limits]));
    this.#trial = nodes;
    this.#without = without;
    const countsHosts = topology.countsBy(HOSTNAME_LABEL);
    if (!countsHosts && catalogue.pools.every(({ limits }) => limits.size === 0)) return;
    for (const state of nodes.states) {
      if (without.has(state)) continue;
      if (countsHosts) topology.register(HOSTNAME_LABEL, hostOf(state));
      const limits = this.#limits.get(state.pool);
      if (limits !== undefined) this.#limits.set(state.pool, limitsAfterNode(limits, state.capacity));
    }
  }

  solve(queue: PodQueue): ProvisioningResult {
    const unschedulable = new Set<KarpenterPod>();
    for (let run = queue.next(); run !== null && !this.#isUseless; run = queue.next()) {
      const placed = this.#placeAlike(run);
      if (placed > 0) {
        queue.take(placed);
        continue;
      }
      const pod = run.pods[run.from]!;
      queue.take(1);
      if (this.#place(pod)) {
        unschedulable.delete(pod);
      } else {
        unschedulable.add(pod);
        queue.push(pod, run.demand);
      }
    }
    const nodes = [...this.#nodes].sort(([a], [b]) => a - b).map(([, node]) => node);
    return {
      claims: this.#claims,
      nodes: nodes.filter((node) => node.pods.length > 0),
      unschedulable: [...unschedulable],
    };
  }

  /** Whatever the rest came to, the result would be of no use. */
  get #isUseless(): boolean {
    const price = this.#belowPrice;
    return (
      this.#claims.length > this.#maxClaims ||
      (price < Number.POSITIVE_INFINITY &&
        this.#claims.some(({ types }) => types.every((type) => this.#catalogue.lowestPrice(type) >= price)))
    );
  }

  #place(pod: KarpenterPod): boolean {
    let spec: PodSpec | null = pod.spec;
    for (;;) {
      const demand = this.#catalogue.demandOf(spec);
      if (
        this.#placeOnNode(pod, demand) ||
        this.#placeOnClaim(pod, demand) ||
        this.#placeOnNew(pod, demand)
      ) {
        return true;
      }
      spec = this.#catalogue.relaxedOf(spec);
      if (spec === null) return false;
      this.#context.topology.expect(spec);
    }
  }

  /**
   * The number of pods of the run, from its first one on, that go to the next node of theirs all at once: pods that no
   * constraint between pods is about. 0: one has to be tried by itself.
   */
  #placeAlike({ demand, classes, pods, from, to }: PodRun): number {
    const { topology } = this.#context;
    if (to - from < 2 || demand.plainKey === null) return 0;
    for (const taskClass of classes) if (topology.concerns(taskClass)) return 0;
    const first = pods[from]!;
    let placed = 0;
    this.#takersOf(first, demand).first((index) => {
      const node = this.#nodeFor(first, index);
      if (typeof node === 'string') return node;
      if (!node.hasRoomFor(first, demand)) return 'refused';
      placed = node.addAlike(pods, from, to);
      return 'taken';
    });
    return placed;
  }

  #placeOnNode(pod: KarpenterPod, demand: PodDemand): boolean {
    const { topology } = this.#context;
    const index = this.#takersOf(pod, demand).first((one) => {
      const node = this.#nodeFor(pod, one);
      if (typeof node === 'string') return node;
      if (!node.hasRoomFor(pod, demand)) return 'refused';
      const requirements = node.withPod(pod, demand, topology);
      if (requirements === null) return 'passed';
      node.add(pod, demand, requirements, topology);
      return 'taken';
    });
    return index >= 0;
  }

  #takersOf(pod: KarpenterPod, demand: PodDemand): Takers {
    let takers = this.#takers.get(demand);
    if (takers === undefined) {
      takers = new Takers(this.#trial.takers(pod, demand));
      this.#takers.set(demand, takers);
    }
    return takers;
  }

  /** The node, or why the pod cannot go there. Room only shrinks and requirements only narrow within a simulation. */
  #nodeFor(pod: KarpenterPod, index: number): ExistingNode | Exclude<Answer, 'taken'> {
    const state = this.#trial.states[index]!;
    if (this.#without.has(state)) return 'refused';
    if (state.isSettling && leavesItsNode(pod)) return 'passed';
    let node = this.#nodes.get(index);
    if (node === undefined) {
      node = this.#trial.node(index);
      this.#nodes.set(index, node);
    }
    return node;
  }

  /** Those with the fewest pods first; equals as they were (chosen: the real sort is not stable). */
  #placeOnClaim(pod: KarpenterPod, demand: PodDemand): boolean {
    const refused = this.#refusedTo(demand);
    this.#claims.sort((a, b) => a.pods.length - b.pods.length);
    for (const claim of this.#claims) {
      if (refused.has(claim)) continue;
      const change = claim.canAdd(pod, demand, this.#context);
      if (change !== null) {
        claim.add(pod, demand, change, this.#context.topology);
        return true;
      }
      if (this.#context.topology.isFree || !claim.mayHold(pod.requests)) refused.add(claim);
    }
    return false;
  }

  #placeOnNew(pod: KarpenterPod, demand: PodDemand): boolean {
    for (const template of this.#catalogue.templates) {
      const limits = this.#limits.get(template.pool.name)!;
      const types = template.types.filter(({ capacity }) => !exceedsLimits(limits, capacity));
      if (types.length === 0) continue;
      this.#hosts += 1;
      const claim = new NodeClaim(template, types, `hostname-placeholder-${this.#hosts}`);
      const change = claim.canAdd(pod, demand, this.#context);
      if (change === null) continue;
      claim.add(pod, demand, change, this.#context.topology);
      this.#claims.push(claim);
      this.#limits.set(template.pool.name, limitsAfterClaim(limits, claim.types));
      return true;
    }
    return false;
  }

  /** Claims that will never take a pod of the kind any more. */
  #refusedTo(demand: PodDemand): Set<NodeClaim> {
    let refused = this.#refusals.get(demand);
    if (refused === undefined) {
      refused = new Set();
      this.#refusals.set(demand, refused);
    }
    return refused;
  }
}
