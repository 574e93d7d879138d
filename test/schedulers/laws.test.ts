import { describe, test } from 'vitest';
import { findScheduler, SCHEDULER_NAMES } from '../../src/schedulers/registry.ts';
import { checkSchedulerLaws, mayTakeIgnoringTaints } from '../support/laws.ts';

const opts = { 'ecs': [null, {placementStrategy:[{type:'binpack',field:'memory'}]}, {placementStrategy:[{type:'spread',field:'attribute:pool'},{type:'binpack',field:'cpu'}], tieBreak:'random'}, {placementStrategy:[{type:'random'}], placementConstraints:[{type:'distinctInstance'}]}] } as Record<string, unknown[]>;
describe.each(SCHEDULER_NAMES.filter(n => n!=='kubernetes'))('%s', (name) => {
  for (const o of opts[name] ?? [null])
  test(JSON.stringify(o), () => {
    checkSchedulerLaws(findScheduler(name)!, o, { numRuns: 100, ...(name === 'ecs' ? { feasible: mayTakeIgnoringTaints } : {}) });
  });
});
