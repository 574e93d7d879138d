import type { ResourceTable } from '../../../model/resources.ts';
import { MAX_NODE_SCORE, type Plugin } from '../framework.ts';
import { FRAGMENT } from '../pod-signature.ts';
import { laneOfResource } from '../resource-names.ts';
import { columnGatherer, type ResourceColumns, type WeightedResource } from '../scoring/resource-columns.ts';

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
  const columns = columnGatherer(table, resources, false);
  const lanes = resources.map(({ name }) => laneOfResource(table, name)).filter((lane) => lane >= 0);
  const scoreOf = (slot: number): number => {
    const after = balance(columns.of(slot, true));
    if (!relative) return after;
    const before = balance(columns.of(slot, false));
    return HALF + Math.floor((HALF + after - before) / 2);
  };
  return {
    name: NAME,
    sign: (pod) => FRAGMENT.resources(table, pod),
    preScore: (pod) => lanes.some((lane) => pod.taskClass.requests[lane]! > 0),
    score: {
      dependsOn: 'tasks',
      raw(pod, slot, { view }) {
        columns.turnTo(view, pod.taskClass.requests);
        return scoreOf(slot);
      },
      rawAll(pod, slots, count, { view }, scores) {
        columns.turnTo(view, pod.taskClass.requests);
        for (let i = 0; i < count; i++) scores[i] = scoreOf(slots[i]!);
      },
    },
  };
}

/** 100 for equal shares of all resources, less the more they differ. The order of operations is that of the source. */
export function balance({ requested, allocatable, count }: ResourceColumns): number {
  let deviation = 0;
  if (count === 2) {
    deviation = Math.abs((share(requested[0]!, allocatable[0]!) - share(requested[1]!, allocatable[1]!)) / 2);
  } else if (count > 2) {
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
  return Math.min(1, requested / allocatable);
}
