import type { ClusterView } from '../../../model/cluster-view.ts';
import type { ResourceTable } from '../../../model/resources.ts';
import type { Amounts, NodeAmounts } from '../node-rows.ts';
import { isScalarResource, laneOfResource, scoredLane } from '../resource-names.ts';

export interface WeightedResource {
  readonly name: string;
  readonly weight: number;
}

/** Do rows of nodes (`NodeRows`) hold all that is scored? */
export function areAmountsOfRows(resources: readonly WeightedResource[]): boolean {
  return resources.every(({ name }) => name === 'cpu' || name === 'memory');
}

/**
 * What a scoring strategy looks at: columns run parallel, one entry per resource, the first `count` entries valid. Each
 * resource uses one unit on both sides. A resource that the node does not offer is left out, and so is a scalar
 * (extended) one that the pod does not ask for.
 */
export interface ResourceColumns {
  /** Taken already, plus the pod. */
  readonly requested: Float64Array;
  readonly allocatable: Float64Array;
  readonly weights: Float64Array;
  count: number;
}

/**
 * A gatherer of columns for the given resources. `nonzero`: CPU and memory of silent containers count (§ Fit); else
 * real requests. The columns are reused: read them before the next call.
 */
export function resourceColumns(
  table: ResourceTable,
  resources: readonly WeightedResource[],
  nonzero: boolean,
): {
  readonly columns: ResourceColumns;
  /** Of the pod, by lane: `podRequests`. `withPod` false leaves the pod out of `requested`, but not out of the choice of resources. */
  gather(view: ClusterView, slot: number, podRequests: Float64Array, withPod: boolean): ResourceColumns;
} {
  const size = resources.length;
  const lanes = Int32Array.from(resources, ({ name }) => laneOfResource(table, name));
  const usedLanes = lanes.map((lane) => (nonzero && lane >= 0 ? scoredLane(table, lane) : lane));
  const scalars = resources.map(({ name }) => isScalarResource(name));
  const columns: ResourceColumns = {
    requested: new Float64Array(size),
    allocatable: new Float64Array(size),
    weights: new Float64Array(size),
    count: 0,
  };
  return {
    columns,
    gather(view, slot, podRequests, withPod) {
      const { requested, allocatable, weights } = columns;
      let count = 0;
      for (let i = 0; i < size; i++) {
        const lane = lanes[i]!;
        if (lane < 0) continue;
        const capacity = view.allocatable[lane]![slot]!;
        const wanted = podRequests[lane]!;
        if (capacity === 0 || (wanted === 0 && scalars[i]!)) continue;
        requested[count] = view.requested[usedLanes[i]!]![slot]! + (withPod ? wanted : 0);
        allocatable[count] = capacity;
        weights[count] = resources[i]!.weight;
        count += 1;
      }
      columns.count = count;
      return columns;
    },
  };
}

/** What a strategy looks at on many nodes: one entry per resource that matters to a pod, the first `size` entries valid. */
export interface ManyNodes {
  /** Nodes that offer nothing of a resource are scored without it. */
  readonly allocatable: Amounts[];
  /** Taken already. */
  readonly requested: Amounts[];
  /** What the pod asks for. */
  readonly wanted: Float64Array;
  readonly weights: Float64Array;
  size: number;
}

/**
 * Picks the resources of many nodes like `resourceColumns` those of one. The answer is used again: read it before the next
 * call.
 */
export function manyNodes(
  table: ResourceTable,
  resources: readonly WeightedResource[],
  nonzero: boolean,
): (nodes: NodeAmounts, podRequests: Float64Array) => ManyNodes {
  const known = resources
    .map(({ name, weight }) => ({
      lane: laneOfResource(table, name),
      weight,
      scalar: isScalarResource(name),
    }))
    .filter(({ lane }) => lane >= 0)
    .map((one) => ({ ...one, takenLane: nonzero ? scoredLane(table, one.lane) : one.lane }));
  const many: ManyNodes = {
    allocatable: [],
    requested: [],
    wanted: new Float64Array(known.length),
    weights: new Float64Array(known.length),
    size: 0,
  };
  return (nodes, podRequests) => {
    let size = 0;
    for (let i = 0; i < known.length; i++) {
      const { lane, takenLane, scalar, weight } = known[i]!;
      if (scalar && podRequests[lane] === 0) continue;
      many.allocatable[size] = nodes.allocatable[lane]!;
      many.requested[size] = nodes.requested[takenLane]!;
      many.wanted[size] = podRequests[lane]!;
      many.weights[size] = weight;
      size += 1;
    }
    many.size = size;
    return many;
  };
}
