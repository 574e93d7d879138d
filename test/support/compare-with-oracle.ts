import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { ClusterView } from '../../src/model/cluster-view.ts';
import type { RandomDraws, SchedulerDefinition } from '../../src/schedulers/scheduler.ts';
import { createDraws } from './draws.ts';
import { optionsOf } from './laws.ts';
import { arbitraryWorld, playWorld, type WorldOptions } from './worlds.ts';

/** Plays random worlds; at each decision the scheduler must choose what the plain version chooses. */
export function compareWithOracle<Options>(
  definition: SchedulerDefinition<Options>,
  rawOptions: unknown,
  oracle: (view: ClusterView, task: number, draws: RandomDraws) => number,
  options: WorldOptions & { readonly numRuns?: number } = {},
): void {
  const property = fc.property(arbitraryWorld(options), fc.integer(), (world, seed) => {
    const played = playWorld(world, options, seed % 2 === 0);
    const scheduler = definition.create(optionsOf(definition, rawOptions), { verify: seed % 3 === 0 });
    const draws = createDraws(seed);
    for (const operation of world.operations) {
      if (operation.kind !== 'ask') {
        played.apply(operation);
        continue;
      }
      const task = played.submit(operation.class);
      const view = played.cluster.store;
      const expected = oracle(view, task, draws.clone());
      const chosen = scheduler.decide({ view, task, random: draws, nowMs: 0 });
      expect(chosen).toBe(expected);
      played.settle(task, chosen);
    }
  });
  fc.assert(property, { seed: 1, numRuns: options.numRuns ?? 500 });
}
