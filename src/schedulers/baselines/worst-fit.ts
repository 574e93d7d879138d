import { extremeFree } from '../extreme-free.ts';
import { defineBaseline } from './baseline.ts';
import { type FreeResourceOptions, freeAmount, readFreeResource } from './free-resource.ts';

/**
 * Worst fit: the instance with the most free CPU (or memory) before placement that takes the task; the lowest id on
 * ties. Evens the load out and keeps every instance busy. Score: allocatable - requested, higher is better.
 * Source: Johnson, "Near-Optimal Bin Packing Algorithms", MIT 1973; several resources: the other ones only filter.
 */
export const worstFit = defineBaseline<FreeResourceOptions>({
  name: 'worst-fit',
  summary: 'The instance with the most free CPU (or memory).',
  readOptions: readFreeResource,
  createRule: ({ lane }) => ({
    drawsAmongBest: false,
    key: { by: 'most-free', lane },
    score: (view, slot) => freeAmount(view, slot, lane),
    decide: (candidates, view, taskClass) => extremeFree(candidates, view, taskClass, lane, 'most'),
  }),
});
