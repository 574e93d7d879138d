import { extremeFree } from '../extreme-free.ts';
import { defineBaseline } from './baseline.ts';
import { type FreeResourceOptions, freeAmount, readFreeResource } from './free-resource.ts';

/**
 * Best fit: the instance with the least free CPU (or memory) before placement that still takes the task; the lowest
 * id on ties. Absolute units. Score: -(allocatable - requested), higher is better.
 * Source: Johnson, "Near-Optimal Bin Packing Algorithms", MIT 1973; several resources: the other ones only filter.
 */
export const bestFit = defineBaseline<FreeResourceOptions>({
  name: 'best-fit',
  summary: 'The instance with the least free CPU (or memory) that has room.',
  readOptions: readFreeResource,
  createRule: ({ lane }) => ({
    drawsAmongBest: false,
    key: { by: 'least-free', lane },
    // 0 - x and not -x: nothing free is 0, never -0.
    score: (view, slot) => 0 - freeAmount(view, slot, lane),
    decide: (candidates, view, taskClass) => extremeFree(candidates, view, taskClass, lane, 'least'),
  }),
});
