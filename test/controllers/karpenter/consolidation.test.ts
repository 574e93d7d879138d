import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bySavings,
  candidatesOf,
  type DisruptionInput,
} from '../../../src/controllers/karpenter/candidates.ts';
import { type Change, consolidate } from '../../../src/controllers/karpenter/consolidation.ts';
import { claimNames } from '../../conformance/karpenter/written.ts';
import { arbitraryDisruptionInput } from '../../support/karpenter-worlds.ts';
import { plainConsolidation } from '../../support/oracles/plain-consolidation.ts';

function told(change: Change | null): unknown {
  if (change === null) return 'no';
  const { candidates, replacements } = change;
  return { nodes: candidates.map(({ node }) => node.state.name), replacements: replacements.map(claimNames) };
}

test('consolidate() comes to what whole simulations come to, for each node and for the first two, three and four', () => {
  const seen = { removed: 0, replaced: 0, no: 0 };
  const isEqual = (input: DisruptionInput) => {
    const candidates = bySavings(candidatesOf(input));
    const together = [2, 3, 4].filter((count) => count <= candidates.length);
    for (const list of [
      ...candidates.map((one) => [one]),
      ...together.map((count) => candidates.slice(0, count)),
    ]) {
      const change = consolidate(input, list);
      if (change === null) seen.no += 1;
      else if (change.replacements.length === 0) seen.removed += 1;
      else seen.replaced += 1;
      expect(told(change)).toEqual(told(plainConsolidation(input, list)));
    }
  };
  fc.assert(fc.property(arbitraryDisruptionInput, isEqual), { seed: 3, numRuns: 130 });
  // The worlds are such that every answer is given often.
  expect(Math.min(seen.no, seen.removed, seen.replaced)).toBeGreaterThan(50);
});
