import type { ClusterView } from '../model/cluster-view.ts';
import { LANE } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import { type Candidates, type ClassDemands, need } from './candidates.ts';
import { NO_INSTANCE } from './scheduler.ts';

/**
 * The instance that takes the prepared class and has the least (or most) free CPU or memory before placement; the
 * lowest id on ties. One pass, and room in the other lanes is only looked at where the instance would be the best
 * so far: a few nanoseconds per instance.
 */
export function extremeFree(
  candidates: Candidates<ClassDemands>,
  view: ClusterView,
  taskClass: TaskClass,
  lane: typeof LANE.cpu | typeof LANE.memory,
  which: 'least' | 'most',
): number {
  candidates.list(view);
  const { eligible, eligibleCount, roomIsPlain } = candidates;
  const otherLane = lane === LANE.cpu ? LANE.memory : LANE.cpu;
  const allocatable = view.allocatable[lane]!;
  const requested = view.requested[lane]!;
  const otherAllocatable = view.allocatable[otherLane]!;
  const otherRequested = view.requested[otherLane]!;
  const ownNeed = need(taskClass, lane);
  const otherNeed = need(taskClass, otherLane);
  const sign = which === 'least' ? 1 : -1;
  let best = Number.POSITIVE_INFINITY;
  let chosen = NO_INSTANCE;
  for (let i = 0; i < eligibleCount; i++) {
    const slot = eligible[i]!;
    const free = allocatable[slot]! - requested[slot]!;
    if (free < ownNeed || sign * free >= best) continue;
    if (otherAllocatable[slot]! - otherRequested[slot]! < otherNeed) continue;
    if (!roomIsPlain && !candidates.takes(view, taskClass, slot)) continue;
    best = sign * free;
    chosen = slot;
  }
  return chosen;
}
