import type { HostPort, Taint } from '../../model/task-class.ts';
import { type Daemon, difference, runsOnNode, sum } from './daemon-overhead.ts';
import { type Amounts, compare, fits, roomFor } from './instance-types.ts';
import { type KarpenterPod, type PodDemand, portsClash, toleratesAll } from './pod-demand.ts';
import { requirement } from './requirement.ts';
import { combined, isCompatible, nodeRequirements, type Requirements } from './requirements.ts';
import type { Topology } from './topology.ts';
import { HOSTNAME_LABEL } from './topology-group.ts';

/** A node that is there, or a claim that was launched and is not ready yet. */
export interface NodeState {
  readonly name: string;
  /** Empty: no node of Karpenter's. */
  readonly pool: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  readonly capacity: Amounts;
  /** Allocatable less what its pods request, daemons among them. */
  readonly available: Amounts;
  /** Of that, what daemons already request. */
  readonly daemonRequests: Amounts;
  readonly hostPorts: readonly HostPort[];
  readonly initialised: boolean;
  /** A pod came or went lately: other nodes' pods shall not be moved here. */
  readonly isSettling: boolean;
}

/** A node before the first pod of a simulation: the same for all simulations of a moment. */
export interface NodeBase {
  readonly state: NodeState;
  readonly requirements: Requirements;
  /** What is available, less what daemons that have not come yet will take. */
  readonly remaining: Amounts;
}

/** The base of a node that these daemons are expected on. */
export function nodeBase(state: NodeState, daemons: readonly Daemon[]): NodeBase {
  const labels = nodeRequirements(state.labels);
  return {
    state,
    requirements: labels.has(HOSTNAME_LABEL)
      ? labels
      : combined(labels, [requirement(HOSTNAME_LABEL, 'In', [hostOf(state)])]),
    remaining:
      daemons.length === 0
        ? state.available
        : difference(state.available, daemonsToCome(state, daemons, labels)),
  };
}

/**
 * What is left of a node, while pods are put on it in a simulation.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/existingnode.go
 */
export class ExistingNode {
  readonly state: NodeState;
  readonly pods: KarpenterPod[] = [];
  #hostPorts: readonly HostPort[];
  #requirements: Requirements;
  #remaining: Amounts;

  constructor({ state, requirements, remaining }: NodeBase) {
    this.state = state;
    this.#hostPorts = state.hostPorts;
    this.#requirements = requirements;
    this.#remaining = remaining;
  }

  /** Would it take the pod, wherever other pods are? Once it would not, it never will in this simulation. */
  hasRoomFor(pod: KarpenterPod, demand: PodDemand): boolean {
    return (
      fits(pod.requests, this.#remaining) &&
      toleratesAll(this.state.taints, demand.spec) &&
      !portsClash(demand.spec.hostPorts, this.#hostPorts) &&
      isCompatible(this.#requirements, demand.requirements)
    );
  }

  /** The requirements of the node with a pod, for which it has room; null when constraints between pods forbid it. */
  withPod({ spec }: KarpenterPod, demand: PodDemand, topology: Topology): Requirements | null {
    const own =
      demand.requirements.size === 0
        ? this.#requirements
        : combined(this.#requirements, demand.requirements.values());
    const requirements = topology.narrowed(spec.taskClass, demand, {
      taints: this.state.taints,
      requirements: own,
    });
    return requirements !== null && (requirements === own || isCompatible(own, requirements))
      ? requirements
      : null;
  }

  add(pod: KarpenterPod, demand: PodDemand, requirements: Requirements, topology: Topology): void {
    this.pods.push(pod);
    this.#remaining = difference(this.#remaining, pod.requests);
    this.#requirements = requirements;
    if (demand.spec.hostPorts.length > 0) this.#hostPorts = [...this.#hostPorts, ...demand.spec.hostPorts];
    topology.record(pod.spec, this.state.taints, requirements);
  }

  /** Puts as many of the pods here as there is room for; they are alike, and no constraint is about them. Their number. */
  addAlike(pods: readonly KarpenterPod[], from: number, to: number): number {
    const { requests } = pods[from]!;
    const count = Math.min(to - from, roomFor(requests, this.#remaining));
    const remaining = Float64Array.from(this.#remaining);
    for (let lane = 0; lane < remaining.length; lane++) remaining[lane]! -= count * requests[lane]!;
    this.#remaining = remaining;
    for (let index = from; index < from + count; index++) this.pods.push(pods[index]!);
    return count;
  }
}

/** Its host name, which most nodes say in a label. */
export function hostOf({ labels, name }: NodeState): string {
  return labels.get(HOSTNAME_LABEL) ?? name;
}

/** Initialised nodes first, then by name: moves shall rather rely on nodes that work. */
export function inOrderOfTrial(nodes: readonly NodeState[]): readonly NodeState[] {
  const order = (a: NodeState, b: NodeState) =>
    Number(b.initialised) - Number(a.initialised) || compare(a.name, b.name);
  const isInOrder = nodes.every((node, index) => index === 0 || order(nodes[index - 1]!, node) <= 0);
  return isInOrder ? nodes : [...nodes].sort(order);
}

/** Never below 0: a node may have daemons that nobody expects there. */
function daemonsToCome(state: NodeState, daemons: readonly Daemon[], labels: Requirements): Float64Array {
  const expected = daemons.filter(({ spec }) => runsOnNode(spec, state.taints, labels));
  const nothing = new Float64Array(state.available.length);
  const wanted = sum([nothing, ...expected.map(({ requests }) => requests)]);
  return difference(wanted, state.daemonRequests).map((amount) => Math.max(0, amount));
}
