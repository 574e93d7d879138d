import * as z from 'zod';
import { durationLeaf } from './leaves.ts';

const points = z
  .array(
    z.strictObject({
      value: durationLeaf().describe('A duration that was measured.'),
      weight: z
        .number()
        .positive()
        .max(1e12)
        .describe('How often, relative to the other points.')
        .meta({ examples: [3] }),
    }),
  )
  .min(1);

/** A duration, or how durations are distributed. Durations are drawn in whole milliseconds, at least 0. */
export const distributionSchema = z
  .union([
    durationLeaf().describe('Always this long.'),
    z.strictObject({
      uniform: z
        .strictObject({
          min: durationLeaf().describe('Shortest.'),
          max: durationLeaf().describe('Longest.'),
        })
        .describe('Equally likely between two durations.'),
    }),
    z.strictObject({
      exponential: z
        .strictObject({ mean: durationLeaf().describe('Mean.') })
        .describe('Memoryless: many short ones, few long ones.'),
    }),
    z.strictObject({
      lognormal: z
        .strictObject({
          mean: durationLeaf().describe('Mean.'),
          p95: durationLeaf().describe('95 % are at most this long.'),
        })
        .describe('Skewed to the right, like most runtimes that were ever measured.'),
    }),
    z.strictObject({
      hyperexponential: z
        .strictObject({
          mean: durationLeaf().describe('Mean.'),
          squaredVariation: z
            .number()
            .min(1)
            .max(1e6)
            .describe('Squared coefficient of variation: variance over squared mean; 1 is exponential.')
            .meta({ examples: [4] }),
        })
        .describe('Two exponential branches with balanced means.'),
    }),
    z.strictObject({ empirical: points.describe('Drawn from measured durations.') }),
  ])
  .meta({
    id: 'distribution',
    description: 'A duration such as 90s, or a distribution of durations.',
    examples: ['90s', { lognormal: { mean: '4m', p95: '15m' } }, { uniform: { min: '10s', max: '30s' } }],
  });

/** A distribution as written. */
export type DistributionInput = z.output<typeof distributionSchema>;
