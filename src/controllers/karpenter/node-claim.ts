import type { HostPort } from '../../model/task-class.ts';
import { type Daemon, type OverheadGroup, overheadGroups, sum } from './daemon-overhead.ts';
import { type Amounts, canHold, type OfferedType, typesForMinValues } from './instance-types.ts';
import { claimRequirements, type NodePool } from './node-pool.ts';
import { type KarpenterPod, type PodDemand, portsClash, toleratesAll } from './pod-demand.ts';
import { requirement } from './requirement.ts';
import { combined, isCompatible, type Requirements } from './requirements.ts';
import type { Topology } from './topology.ts';
import { HOSTNAME_LABEL } from './topology-group.ts';

/** What new nodes of a pool have in common. */
export interface ClaimTemplate {
  readonly pool: NodePool;
  readonly requirements: Requirements;
  readonly types: readonly OfferedType[];
  readonly overhead: readonly OverheadGroup[];
}

/** What every part of a simulation needs to know. */
export interface ClaimContext {
  readonly topology: Topology;
  readonly wellKnown: ReadonlySet<string>;
}

/** The template of a pool, or null when no instance type meets its requirements. */
export function claimTemplate(
  pool: NodePool,
  types: readonly OfferedType[],
  daemons: readonly Daemon[],
  wellKnown: ReadonlySet<string>,
): ClaimTemplate | null {
  const requirements = claimRequirements(pool);
  const nothing = new Float64Array(types[0]?.capacity.length ?? 0);
  const possible = types.filter((type) => canHold(type, requirements, nothing));
  if (possible.length === 0 || typesForMinValues(possible, requirements) === null) return null;
  const overhead = overheadGroups(possible, { requirements, taints: pool.taints }, daemons, wellKnown);
  return { pool, requirements, types: possible, overhead };
}

/** What a claim would become with one pod more. */
export interface ClaimChange {
  readonly requirements: Requirements;
  readonly types: readonly OfferedType[];
  readonly requests: Amounts;
}

/**
 * A node to come: requirements that every pod added narrows, and the instance types that are still possible. Pods are
 * added until no type is left that holds them all.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/nodeclaim.go
 */
export class NodeClaim {
  readonly template: ClaimTemplate;
  readonly pods: KarpenterPod[] = [];
  /** Placeholder: a host of its own, so that pods can be kept apart. */
  readonly #host: string;
  readonly #hostPorts: HostPort[] = [];
  #requirements: Requirements;
  #types: readonly OfferedType[];
  /** Of the pods alone. */
  #requests: Amounts;

  constructor(template: ClaimTemplate, types: readonly OfferedType[], host: string) {
    this.template = template;
    this.#host = host;
    this.#requirements = combined(template.requirements, [requirement(HOSTNAME_LABEL, 'In', [host])]);
    this.#types = types;
    this.#requests = new Float64Array(types[0]!.capacity.length);
  }

  /** The instance types that are still possible. */
  get types(): readonly OfferedType[] {
    return this.#types;
  }

  /** Without the placeholder of the host. */
  get requirements(): Requirements {
    const result = new Map(this.#requirements);
    result.delete(HOSTNAME_LABEL);
    return result;
  }

  /** What the pods request, and of the daemons what those of every possible type request. */
  get requests(): Amounts {
    const groups = this.template.overhead.filter(({ types }) =>
      types.some((type) => this.#types.includes(type)),
    );
    let least: Amounts | null = null;
    for (const { requests } of groups) {
      if (requests === null) continue;
      least = least === null ? requests : smallest(least, requests);
    }
    return least === null ? this.#requests : sum([this.#requests, least]);
  }

  /** Has any of its possible types room for so much more, wherever it can be had? */
  mayHold(requests: Amounts): boolean {
    return this.#types.some(({ allocatable }) => {
      for (let lane = 0; lane < requests.length; lane++) {
        if (this.#requests[lane]! + requests[lane]! > allocatable[lane]!) return false;
      }
      return true;
    });
  }

  /** What the pod would make of the claim; null when it cannot be added. */
  canAdd(pod: KarpenterPod, demand: PodDemand, context: ClaimContext): ClaimChange | null {
    const { pool } = this.template;
    const { topology, wellKnown } = context;
    if (!toleratesAll(pool.taints, demand.spec)) return null;
    if (!isCompatible(this.#requirements, demand.requirements, wellKnown)) return null;
    const own =
      demand.requirements.size === 0
        ? this.#requirements
        : combined(this.#requirements, demand.requirements.values());
    const node = { taints: pool.taints, requirements: own };
    const requirements = topology.narrowed(pod.spec.taskClass, demand, node);
    if (requirements === null || !isCompatible(own, requirements, wellKnown)) return null;
    const requests = sum([this.#requests, pod.requests]);
    const types = this.#typesFor(demand, requirements, requests);
    if (types.length === 0 || typesForMinValues(types, requirements) === null) return null;
    return { requirements, types, requests };
  }

  #typesFor(demand: PodDemand, requirements: Requirements, requests: Amounts): readonly OfferedType[] {
    const { hostPorts } = demand.spec;
    if (portsClash(hostPorts, this.#hostPorts)) return [];
    const isFlat = this.template.overhead.length === 1 && this.template.overhead[0]!.requests === null;
    if (isFlat) return this.#types.filter((type) => canHold(type, requirements, requests));
    return this.template.overhead.flatMap((group) => {
      if (portsClash(hostPorts, group.hostPorts)) return [];
      const total = group.requests === null ? requests : sum([requests, group.requests]);
      return group.types.filter((type) => this.#types.includes(type) && canHold(type, requirements, total));
    });
  }

  add(pod: KarpenterPod, demand: PodDemand, change: ClaimChange, topology: Topology): void {
    this.pods.push(pod);
    this.#requirements = change.requirements;
    this.#types = change.types;
    this.#requests = change.requests;
    this.#hostPorts.push(...demand.spec.hostPorts);
    topology.register(HOSTNAME_LABEL, this.#host);
    topology.record(pod.spec, this.template.pool.taints, change.requirements);
  }
}

function smallest(a: Amounts, b: Amounts): Float64Array {
  return Float64Array.from({ length: a.length }, (_, lane) => Math.min(a[lane]!, b[lane]!));
}
