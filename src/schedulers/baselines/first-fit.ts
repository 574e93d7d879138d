import { LANE } from '../../model/resources.ts';
import { need } from '../candidates.ts';
import { NO_INSTANCE } from '../scheduler.ts';
import { defineBaseline, readNoOptions } from './baseline.ts';

/**
 * First fit: the instance with the lowest id (the first one asked for) that takes the task. Order-dependent by
 * design: it fills from the front and leaves the back empty.
 * Source: Johnson, "Near-Optimal Bin Packing Algorithms", MIT 1973.
 */
export const firstFit = defineBaseline<null>({
  name: 'first-fit',
  summary: 'The first instance, in order of launch, that has room.',
  readOptions: readNoOptions,
  createRule: () => ({
    drawsAmongBest: false,
    key: { by: 'id' },
    score: () => 0,
    decide(candidates, view, taskClass) {
      candidates.list(view);
      const { eligible, eligibleCount, roomIsPlain } = candidates;
      const cpuAllocatable = view.allocatable[LANE.cpu]!;
      const cpuRequested = view.requested[LANE.cpu]!;
      const memoryAllocatable = view.allocatable[LANE.memory]!;
      const memoryRequested = view.requested[LANE.memory]!;
      const cpuNeed = need(taskClass, LANE.cpu);
      const memoryNeed = need(taskClass, LANE.memory);
      for (let i = 0; i < eligibleCount; i++) {
        const slot = eligible[i]!;
        if (cpuAllocatable[slot]! - cpuRequested[slot]! < cpuNeed) continue;
        if (memoryAllocatable[slot]! - memoryRequested[slot]! < memoryNeed) continue;
        if (roomIsPlain || candidates.takes(view, taskClass, slot)) return slot;
      }
      return NO_INSTANCE;
    },
  }),
});
