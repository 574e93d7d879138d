import { NO_INSTANCE } from '../scheduler.ts';
import { defineBaseline, readNoOptions } from './baseline.ts';

/**
 * Random: any instance that takes the task, all with the same probability. One draw u: candidate number floor(u * n)
 * in order of id; a single candidate needs none. The yardstick that every policy must beat.
 */
export const randomFit = defineBaseline<null>({
  name: 'random',
  summary: 'Any instance that has room, all equally likely.',
  readOptions: readNoOptions,
  createRule: () => ({
    drawsAmongBest: true,
    score: () => 0,
    decide(candidates, view, taskClass, random) {
      const set = candidates.feasible(view, taskClass);
      const count = set?.count ?? candidates.collect(view, taskClass);
      if (count === 0) return NO_INSTANCE;
      const n = count === 1 ? 0 : Math.floor(random.double() * count);
      return set?.nth(n) ?? candidates.found[n]!;
    },
  }),
});
