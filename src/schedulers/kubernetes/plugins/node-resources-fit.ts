import type { InstanceShape } from '../../../model/cluster-view.ts';
import { LANE, type ResourceTable } from '../../../model/resources.ts';
import type { Cluster, Plugin } from '../framework.ts';
import type { Pod } from '../pod.ts';
import { podRequests, SILENT_REQUESTS } from '../pod-requests.ts';
import { keepWithRoom } from '../room.ts';
import { FRAGMENT } from '../pod-signature.ts';
import { laneAmount } from '../quantity.ts';
import { laneOfResource, resourceOfLane, scoredLane } from '../resource-names.ts';
import { leastAllocatedScore, leastAllocatedScores } from '../scoring/least-allocated.ts';
import { mostAllocatedScore } from '../scoring/most-allocated.ts';
import { requestedToCapacityRatioScore, type ShapePoint } from '../scoring/requested-to-capacity-ratio.ts';
import {
  areAmountsOfRows,
  manyNodes,
  type ResourceColumns,
  resourceColumns,
  type WeightedResource,
} from '../scoring/resource-columns.ts';

const NAME = 'NodeResourcesFit';

export interface FitArgs {
  readonly strategy: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';
  readonly resources: readonly WeightedResource[];
  /** RequestedToCapacityRatio only. */
  readonly shape: readonly ShapePoint[];
  /** Extended resources that are not checked: by name, and by the part before the slash. */
  readonly ignoredResources: readonly string[];
  readonly ignoredResourceGroups: readonly string[];
}

/** Does the filter pass over this resource? Only extended ones can be ignored. */
export function isIgnored(resource: string, args: FitArgs): boolean {
  const slash = resource.indexOf('/');
  return (
    args.ignoredResources.includes(resource) ||
    (slash > 0 && args.ignoredResourceGroups.includes(resource.slice(0, slash)))
  );
}

/**
 * NodeResourcesFit. Filter: the pod's real requests must fit into what is allocatable and not requested; a request
 * that exceeds the whole node is unresolvable. All lacking resources are named. Score: a strategy over the requests
 * with silent containers counted (LeastAllocated unless configured). Not normalised.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/noderesources/fit.go, resource_allocation.go
 */
export function nodeResourcesFit(table: ResourceTable, args: FitArgs): Plugin {
  const lanes = checkedLanes(table, args);
  const reasons = table.names.map((_, lane) =>
    lane === LANE.slots ? 'Too many pods' : `Insufficient ${resourceOfLane(table, lane)}`,
  );
  const { gather } = resourceColumns(table, args.resources, true);
  const score = scoreOf(args);
  const many = manyNodes(table, args.resources, true);
  const scoreRequests: Float64Array[] = [];
  const requestsOf = (pod: Pod): Float64Array => {
    const { id } = pod.taskClass;
    scoreRequests[id] ??= requestsForScore(table, pod);
    return scoreRequests[id];
  };
  let weightSums = new Float64Array(0);
  return {
    name: NAME,
    sign: (pod) => FRAGMENT.resources(table, pod),
    filter: {
      dependsOn: 'tasks',
      looksAtAmountsAlone: asksForAmountsAlone,
      passes: (pod, slot, cluster) => hasRoom(pod, slot, cluster, lanes),
      keepPassing: ({ taskClass }, slots, count, cluster) =>
        keepWithRoom(taskClass, lanes, slots, count, cluster),
      refusal(pod, slot, cluster) {
        const [lacking, resolvable] = lackingLanes(pod, slot, cluster, lanes);
        return { rule: NAME, reasons: lacking.map((lane) => reasons[lane]!), resolvable };
      },
    },
    preScore: () => true,
    score: {
      dependsOn: 'tasks',
      looksAtAmountsAlone: () => areAmountsOfRows(args.resources),
      raw: (pod, slot, { view }) => score(gather(view, slot, requestsOf(pod), true)),
      ...(args.strategy === 'LeastAllocated' && {
        rawAll(pod, slots, count, { rows }, scores) {
          if (weightSums.length < scores.length) weightSums = new Float64Array(scores.length);
          leastAllocatedScores(many(rows, requestsOf(pod)), slots, count, scores, weightSums);
        },
      }),
    },
  };
}

/** One place for a pod, CPU and memory. */
function asksForAmountsAlone({ taskClass: { requests, requestedLanes, gpu } }: Pod): boolean {
  const lanes: readonly number[] = [LANE.slots, LANE.cpu, LANE.memory];
  return gpu === null && requests[LANE.slots] === 1 && requestedLanes.every((lane) => lanes.includes(lane));
}

/** Pods first, then CPU, memory and scratch space, then the extended resources by name, as messages list them. */
function checkedLanes(table: ResourceTable, args: FitArgs): readonly number[] {
  const native: readonly number[] = [LANE.slots, LANE.cpu, LANE.memory, LANE.ephemeral];
  const extended = table.names
    .map((_, lane) => lane)
    .filter((lane) => !native.includes(lane) && isResourceLane(table, lane))
    .filter((lane) => !isIgnored(resourceOfLane(table, lane), args));
  return [...native, ...extended];
}

/** Accounting lanes hold sums, not resources. */
function isResourceLane(table: ResourceTable, lane: number): boolean {
  return scoredLane(table, LANE.cpu) !== lane && scoredLane(table, LANE.memory) !== lane;
}

function hasRoom(pod: Pod, slot: number, { view }: Cluster, lanes: readonly number[]): boolean {
  const { requests } = pod.taskClass;
  for (let i = 0; i < lanes.length; i++) {
    const lane = lanes[i]!;
    const request = requests[lane]!;
    // A node may hold more than it offers; a pod that wants nothing of it fits all the same.
    if (request > 0 && request > view.allocatable[lane]![slot]! - view.requested[lane]![slot]!) return false;
  }
  return view.gpuFits(slot, pod.taskClass);
}

/** What is short on a node without room, and whether freeing some could help. */
function lackingLanes(
  pod: Pod,
  slot: number,
  { view }: Cluster,
  lanes: readonly number[],
): [lacking: readonly number[], resolvable: boolean] {
  const { requests, gpu } = pod.taskClass;
  const lacking: number[] = [];
  let resolvable = true;
  for (const lane of lanes) {
    const request = requests[lane]!;
    const allocatable = view.allocatable[lane]![slot]!;
    if (request === 0 || request <= allocatable - view.requested[lane]![slot]!) continue;
    lacking.push(lane);
    // A node that is full of pods can always be relieved.
    if (request > allocatable && lane !== LANE.slots) resolvable = false;
  }
  if (lacking.length === 0) {
    // The sum of the devices has room, no single device has, or none is of a wanted model.
    lacking.push(LANE.gpu);
    const model = view.shapes[view.shapeOf[slot]!]!.gpuModel;
    if (gpu !== null && gpu.models.length > 0 && !gpu.models.includes(model)) resolvable = false;
  }
  return [lacking, resolvable];
}

function scoreOf(args: FitArgs): (columns: ResourceColumns) => number {
  switch (args.strategy) {
    case 'LeastAllocated':
      return leastAllocatedScore;
    case 'MostAllocated':
      return mostAllocatedScore;
    case 'RequestedToCapacityRatio':
      return (columns) => requestedToCapacityRatioScore(columns, args.shape);
  }
}

/**
 * The pod's own share in the scores, by lane: silent containers counted, and pod-level requests passed over, although
 * the filter and the sums of the node honour them (so in 1.36).
 */
function requestsForScore(table: ResourceTable, pod: Pod): Float64Array {
  const requests = pod.taskClass.requests.slice();
  for (const lane of [LANE.cpu, LANE.memory]) {
    requests[lane] = pod.taskClass.requests[scoredLane(table, lane)]!;
  }
  if (pod.object === null) return requests;
  for (const resource of podRequests(pod.object).keys()) {
    const lane = laneOfResource(table, resource);
    if (lane >= 0) requests[lane] = 0;
  }
  for (const [resource, nano] of podRequests(pod.object, { silent: SILENT_REQUESTS, podLevel: false })) {
    const lane = laneOfResource(table, resource);
    if (lane >= 0) requests[lane] = laneAmount(resource, nano)!;
  }
  return requests;
}

/** Could an empty instance of this shape hold the pod? */
export function fitsEmpty(pod: Pod, shape: InstanceShape): boolean {
  const { requests, requestedLanes, gpu } = pod.taskClass;
  for (const lane of requestedLanes) if (requests[lane]! > shape.allocatable[lane]!) return false;
  if (gpu === null) return true;
  return shape.gpuDevices >= gpu.count && (gpu.models.length === 0 || gpu.models.includes(shape.gpuModel));
}
