import { test } from 'vitest';
import { worstFit } from '../../../src/schedulers/baselines/worst-fit.ts';
import { compareWithOracle } from '../../support/compare-with-oracle.ts';
import { plainWorstFitCpu, plainWorstFitMemory } from '../../support/oracles/plain-packers.ts';

test.each([
  { options: null, oracle: plainWorstFitCpu },
  { options: { resource: 'memory' }, oracle: plainWorstFitMemory },
])('decide() with $options chooses what sorting by free room, most first, chooses', ({ options, oracle }) => {
  compareWithOracle(worstFit, options, oracle);
});
