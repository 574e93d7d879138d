import type { Cluster, DomainCounts, DomainQuery, PodCounter, PodWeight } from '../framework.ts';
import type { NodeAttributes } from '../node-selector.ts';
import type { Pod, PodTable } from '../pod.ts';
import { TrialView } from './trial-view.ts';

const ITSELF = (weight: number): number => weight;
const ONE = (): number => 1;

/**
 * The cluster as plugins would see it if some pods left one node and others joined it: the real counts, and on top
 * what the changes make of them, as kube-scheduler's AddPod and RemovePod extensions do. A count may fall below zero:
 * spreading leaves terminating pods out when it counts, but not when they go.
 */
export class TrialCluster implements Cluster {
  readonly view: TrialView;
  readonly #real: Cluster;
  readonly #pods: PodTable;

  constructor(real: Cluster, pods: PodTable) {
    this.#real = real;
    this.#pods = pods;
    this.view = new TrialView(real.view);
  }

  get nodes(): Int32Array {
    return this.#real.nodes;
  }
  get nodeCount(): number {
    return this.#real.nodeCount;
  }
  get nodesToAvoid(): number {
    return this.#real.nodesToAvoid;
  }
  get podsWithTerms(): readonly Pod[] {
    return this.#real.podsWithTerms;
  }
  attributes(slot: number): NodeAttributes {
    return this.#real.attributes(slot);
  }
  nodesWithImage(imageId: number): number {
    return this.#real.nodesWithImage(imageId);
  }

  podsOn(slot: number): readonly Pod[] {
    const { view } = this;
    if (slot !== view.slot) return this.#real.podsOn(slot);
    return view.tasks().map((task) => this.#pods.pod(view.taskClass[task]!));
  }

  counter(weight: PodWeight): PodCounter {
    const real = this.#real.counter(weight);
    const { view } = this;
    return {
      on: (slot) => real.on(slot) + (slot === view.slot ? this.#difference(weight, ITSELF) : 0),
    };
  }

  domains(query: DomainQuery): DomainCounts {
    const real = this.#real.domains(query);
    const { view } = this;
    const { weight } = query;
    const podsMoved = () => this.#difference(weight, ONE);
    /** Does the node of the trial count in this domain (any, if none is given)? */
    const counts = (domain?: number): boolean => {
      if (view.slot < 0) return false;
      const own = real.of(view.slot);
      return own >= 0 && own === (domain ?? own) && isCounting(query, this.attributes(view.slot));
    };
    return {
      get size() {
        return real.size;
      },
      of: (slot) => real.of(slot),
      exists: (domain) => real.exists(domain),
      total: (domain) => real.total(domain) + (counts(domain) ? this.#difference(weight, ITSELF) : 0),
      get pods() {
        return real.pods + (counts() ? podsMoved() : 0);
      },
    };
  }

  /** Weights of the pods that came, less those of the pods that went; or their number. */
  #difference(weight: PodWeight, measure: (added: number) => number): number {
    const { added, removed } = this.view;
    const sum = (tasks: readonly number[]) =>
      tasks.reduce((total, task) => {
        const pod = this.#pods.pod(this.view.taskClass[task]!);
        const share = weight.moved === undefined ? weight.of(pod) : weight.moved(pod);
        return share === null ? total : total + measure(share);
      }, 0);
    return sum(added) - sum(removed);
  }
}

/** Do the pods of this node count? */
function isCounting({ requiredKeys, accepts }: DomainQuery, node: NodeAttributes): boolean {
  return requiredKeys.every((key) => node.label(key) !== undefined) && accepts(node);
}
