import type { ResourceTable } from '../../../model/resources.ts';
import { type Cluster, MAX_NODE_SCORE, type Plugin } from '../framework.ts';
import type { Pod } from '../pod.ts';
import { FRAGMENT } from '../pod-signature.ts';
import { laneOfResource } from '../resource-names.ts';
import {
  areAmountsOfRows,
  type ManyNodes,
  manyNodes,
  type ResourceColumns,
  resourceColumns,
  type WeightedResource,
} from '../scoring/resource-columns.ts';

const NAME = 'NodeResourcesBalancedAllocation';
const HALF = MAX_NODE_SCORE / 2;

/**
 * NodeResourcesBalancedAllocation: prefers nodes on which the shares of the resources come closer together.
 * balance = floor((1 - deviation of the shares min(1, requested / allocatable)) * 100), with real requests.
 * 1.36: 50 + floor((50 + balance with the pod - balance without it) / 2), so 75 means "no better, no worse".
 * Up to 1.35 (`relative` false): the balance with the pod.
 * Left out for pods that ask for none of the resources. Not normalised.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go
 */
export function nodeResourcesBalancedAllocation(
  table: ResourceTable,
  resources: readonly WeightedResource[],
  relative: boolean,
): Plugin {
  const { gather } = resourceColumns(table, resources, false);
  const many = manyNodes(table, resources, false);
  const lanes = resources.map(({ name }) => laneOfResource(table, name)).filter((lane) => lane >= 0);
  const raw = ({ taskClass: { requests } }: Pod, slot: number, { view }: Cluster): number => {
    const after = balance(gather(view, slot, requests, true));
    return relative ? gain(after, balance(gather(view, slot, requests, false))) : after;
  };
  return {
    name: NAME,
    sign: (pod) => FRAGMENT.resources(table, pod),
    preScore: (pod) => lanes.some((lane) => pod.taskClass.requests[lane]! > 0),
    score: {
      dependsOn: 'tasks',
      looksAtAmountsAlone: () => areAmountsOfRows(resources),
      raw,
      rawAll(pod, slots, count, cluster, scores) {
        const nodes = many(cluster.rows, pod.taskClass.requests);
        if (nodes.size === 2 && relative) pairGains(nodes, slots, count, scores);
        else for (let n = 0; n < count; n++) scores[n] = raw(pod, slots[n]!, cluster);
      },
    },
  };
}

function gain(after: number, before: number): number {
  return HALF + Math.floor((HALF + after - before) / 2);
}

/** 100 for equal shares of all resources, less the more they differ. The order of operations is that of the source. */
export function balance({ requested, allocatable, count }: ResourceColumns): number {
  let deviation = 0;
  if (count === 2) {
    return pairBalance(requested[0]!, allocatable[0]!, requested[1]!, allocatable[1]!);
  }
  if (count > 2) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += share(requested[i]!, allocatable[i]!);
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const distance = share(requested[i]!, allocatable[i]!) - mean;
      squares += distance * distance;
    }
    deviation = Math.sqrt(squares / count);
  }
  return Math.floor((1 - deviation) * MAX_NODE_SCORE);
}

function share(requested: number, allocatable: number): number {
  return requested > allocatable ? 1 : requested / allocatable;
}

/** The same for two resources: each is half the distance from the mean. */
function pairBalance(requestedA: number, capacityA: number, requestedB: number, capacityB: number): number {
  const deviation = Math.abs((share(requestedA, capacityA) - share(requestedB, capacityB)) / 2);
  return Math.floor((1 - deviation) * MAX_NODE_SCORE);
}

/** The scores of the first `count` slots, by two resources; a node that lacks one of them is perfectly balanced. */
function pairGains(
  { allocatable, requested, wanted }: ManyNodes,
  slots: Int32Array,
  count: number,
  scores: Float64Array,
): void {
  const [wantedA, wantedB] = [wanted[0]!, wanted[1]!];
  const { values: offeredA, stride: offeredStrideA, offset: offeredAtA } = allocatable[0]!;
  const { values: offeredB, stride: offeredStrideB, offset: offeredAtB } = allocatable[1]!;
  const { values: takenA, stride: takenStrideA, offset: takenAtA } = requested[0]!;
  const { values: takenB, stride: takenStrideB, offset: takenAtB } = requested[1]!;
  for (let n = 0; n < count; n++) {
    const slot = slots[n]!;
    const capacityA = offeredA[slot * offeredStrideA + offeredAtA]!;
    const capacityB = offeredB[slot * offeredStrideB + offeredAtB]!;
    if (capacityA === 0 || capacityB === 0) {
      scores[n] = gain(MAX_NODE_SCORE, MAX_NODE_SCORE);
      continue;
    }
    const heldA = takenA[slot * takenStrideA + takenAtA]!;
    const heldB = takenB[slot * takenStrideB + takenAtB]!;
    const before = pairBalance(heldA, capacityA, heldB, capacityB);
    const after = pairBalance(heldA + wantedA, capacityA, heldB + wantedB, capacityB);
    scores[n] = gain(after, before);
  }
}
