import type { ClusterView, Column } from '../../../model/cluster-view.ts';
import type { ResourceTable } from '../../../model/resources.ts';
import { isScalarResource, laneOfResource, scoredLane } from '../resource-names.ts';

export interface WeightedResource {
  readonly name: string;
  readonly weight: number;
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

/** Gathers columns of one node after the other: first `turnTo`, then `of`. Columns are good until the next call. */
export interface ColumnGatherer {
  /** Nodes of this view, and a pod that asks for so much, by lane. The view must stay as it is. */
  turnTo(view: ClusterView, podRequests: Float64Array): void;
  /** `withPod` false leaves the pod out of `requested`, but not out of the choice of resources. */
  of(slot: number, withPod: boolean): ResourceColumns;
}

/**
 * A gatherer for the given resources. `nonzero`: in what is taken, CPU and memory of silent containers count (as in the
 * scores of NodeResourcesFit); else real requests.
 */
export function columnGatherer(
  table: ResourceTable,
  resources: readonly WeightedResource[],
  nonzero: boolean,
): ColumnGatherer {
  const known = resources
    .map(({ name, weight }) => ({
      lane: laneOfResource(table, name),
      weight,
      scalar: isScalarResource(name),
    }))
    .filter(({ lane }) => lane >= 0)
    .map((one) => ({ ...one, takenLane: nonzero ? scoredLane(table, one.lane) : one.lane }));
  const columns: ResourceColumns = {
    requested: new Float64Array(known.length),
    allocatable: new Float64Array(known.length),
    weights: new Float64Array(known.length),
    count: 0,
  };
  /** Of the resources that matter to the pod, the first `size`. */
  const offered: Column[] = [];
  const taken: Column[] = [];
  const wanted = new Float64Array(known.length);
  const weights = new Float64Array(known.length);
  let size = 0;
  return {
    turnTo(view, podRequests) {
      size = 0;
      for (let i = 0; i < known.length; i++) {
        const { lane, takenLane, scalar, weight } = known[i]!;
        if (scalar && podRequests[lane] === 0) continue;
        offered[size] = view.allocatable[lane]!;
        taken[size] = view.requested[takenLane]!;
        wanted[size] = podRequests[lane]!;
        weights[size] = weight;
        size += 1;
      }
    },
    of(slot, withPod) {
      let count = 0;
      for (let i = 0; i < size; i++) {
        const capacity = offered[i]![slot]!;
        if (capacity === 0) continue;
        columns.requested[count] = taken[i]![slot]! + (withPod ? wanted[i]! : 0);
        columns.allocatable[count] = capacity;
        columns.weights[count] = weights[i]!;
        count += 1;
      }
      columns.count = count;
      return columns;
    },
  };
}
