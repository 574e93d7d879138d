import { assert } from '../../errors.ts';
import type { ClusterView } from '../../model/cluster-view.ts';
import { LANE, UNLIMITED } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { NO_INSTANCE } from '../scheduler.ts';
import { defineBaseline, type PackingRule, readNoOptions } from './baseline.ts';

/**
 * Dot product: the instance whose free resources point the same way as the task's request.
 * Score: sum over lanes of request * free / allocatable^2 (both vectors normalised by capacity), free before
 * placement, higher is better; the lowest id on ties. Lanes: those that the task asks for and the instance limits, except the number of tasks.
 * Source: Grandl et al., "Multi-resource Packing for Cluster Schedulers" (Tetris), SIGCOMM 2014, alignment score;
 * Panigrahy et al., "Heuristics for Vector Bin Packing", 2011, DotProduct.
 */
export const dotProduct = defineBaseline<null>({
  name: 'dot-product',
  summary: 'The instance whose free resources align best with the request (Tetris).',
  readOptions: readNoOptions,
  createRule: createDotProduct,
});

function createDotProduct(): PackingRule {
  let scores = new Float64Array(0);
  const scan: PackingRule['decide'] = (candidates, view, taskClass) => {
    const count = candidates.collect(view, taskClass);
    const { found } = candidates;
    if (scores.length < found.length) scores = new Float64Array(found.length);
    scores.fill(0, 0, count);
    for (let i = 0; i < taskClass.requestedLanes.length; i++) {
      addAlignment(scores, found, count, view, taskClass, taskClass.requestedLanes[i]!);
    }
    let best = Number.NEGATIVE_INFINITY;
    let chosen = NO_INSTANCE;
    for (let i = 0; i < count; i++) {
      if (scores[i]! <= best) continue;
      best = scores[i]!;
      chosen = found[i]!;
    }
    return chosen;
  };
  return {
    drawsAmongBest: false,
    score: alignment,
    decide(candidates, view, taskClass, random) {
      const tree = candidates.scored(view, taskClass, alignment);
      if (tree === null) return scan(candidates, view, taskClass, random);
      const chosen = tree.best();
      const agrees = !candidates.verify || chosen === scan(candidates, view, taskClass, random);
      assert(agrees, 'the best of the kept scores is not the best of all');
      return chosen;
    },
  };
}

/** One lane's share of the scores: lane by lane over all candidates keeps to two columns at a time. */
function addAlignment(
  scores: Float64Array,
  found: Int32Array,
  count: number,
  view: ClusterView,
  taskClass: TaskClass,
  lane: number,
): void {
  if (lane === LANE.slots) return;
  const requests = taskClass.requests[lane]!;
  const allocatable = view.allocatable[lane]!;
  const requested = view.requested[lane]!;
  for (let i = 0; i < count; i++) {
    const slot = found[i]!;
    const limit = allocatable[slot]!;
    if (limit < UNLIMITED) scores[i]! += (requests * (limit - requested[slot]!)) / (limit * limit);
  }
}

/** The plain score. Sums in lane order, as the fast one: floating sums are the same on every machine only in the same order. */
function alignment(view: ClusterView, slot: number, taskClass: TaskClass): number {
  const { requests, requestedLanes } = taskClass;
  let sum = 0;
  for (let i = 0; i < requestedLanes.length; i++) {
    const lane = requestedLanes[i]!;
    const allocatable = view.allocatable[lane]![slot]!;
    if (lane === LANE.slots || allocatable >= UNLIMITED) continue;
    const free = allocatable - view.requested[lane]![slot]!;
    sum += (requests[lane]! * free) / (allocatable * allocatable);
  }
  return sum;
}
