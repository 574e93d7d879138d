import * as z from 'zod';
import { ALLOCATION_STRATEGIES } from '../../model/purchase.ts';
import { durationLeaf, nameLeaf, priceLeaf } from './leaves.ts';

const share = (description: string, example: number) =>
  z
    .number()
    .min(0)
    .max(0.99)
    .describe(description)
    .meta({ examples: [example] });

const saving = z
  .number()
  .min(0)
  .max(99)
  .describe('Mean Spot price, percent below On-Demand.')
  .meta({ examples: [65] });

/** How a group buys its instances. */
export const purchaseSchema = z
  .union([
    z.enum(['on-demand', 'spot']),
    z.strictObject({
      onDemandBase: z
        .int()
        .min(0)
        .max(1_000_000)
        .describe('So many instances are On-Demand before the first Spot one.')
        .meta({ examples: [2] })
        .default(0),
      onDemandPercentAboveBase: z
        .int()
        .min(0)
        .max(100)
        .describe('Percent of the others that are On-Demand too, rounded up.')
        .meta({ examples: [25] })
        .default(0),
      strategy: z
        .enum(ALLOCATION_STRATEGIES)
        .describe('How the pool (a type in a zone) of each Spot instance is chosen.')
        .default('price-capacity-optimized'),
      pools: z
        .int()
        .min(1)
        .max(300)
        .describe('lowest-price: over how many of the cheapest pools.')
        .meta({ examples: [2] })
        .default(1),
      maxPrice: priceLeaf()
        .describe('Most that is paid per hour. Default: the On-Demand price of the type.')
        .optional(),
      weights: z
        .record(
          nameLeaf('an instance type', 'm6i.xlarge'),
          z
            .int()
            .min(1)
            .max(999)
            .describe('Units that one instance is worth.')
            .meta({ examples: [4] }),
        )
        .describe(
          'Spot Fleet with instance weights: size, base and percentage count units, pools compare by the price of a unit. Default: every instance is one.',
        )
        .meta({ examples: [{ 'm6i.xlarge': 4, 'm6i.2xlarge': 8 }] })
        .optional(),
      rebalance: z
        .boolean()
        .describe('Capacity Rebalancing: replace an instance when a rebalance recommendation comes.')
        .meta({ examples: [true] })
        .default(false),
    }),
  ])
  .describe('How the instances are bought: On-Demand, Spot, or a mixture as in a mixed instances policy.')
  .meta({ examples: ['spot', { onDemandBase: 2, onDemandPercentAboveBase: 25 }] });

/** The Spot market: a model with settings, or prices of an imported list. */
export const spotMarketSchema = z
  .strictObject({
    prices: z
      .enum(['model', 'list'])
      .describe('list: the Spot price history in the price list. model: a mean-reverting walk.')
      .default('model'),
    types: z
      .record(
        nameLeaf('an instance type', 'm6i.xlarge'),
        z.strictObject({
          saving: saving.optional(),
          reclaimed: share('Share of instances reclaimed in 30 days.', 0.075).optional(),
        }),
      )
      .describe('Types for which the market is not taken as the Spot advisor has it.')
      .meta({ examples: [{ 'm6i.xlarge': { saving: 60, reclaimed: 0.3 } }] })
      .default({}),
    saving: saving
      .describe('The same for types that the Spot advisor does not know. Default 65, the median of all.')
      .default(65),
    reclaimed: share(
      'Share reclaimed in 30 days, for types that the Spot advisor does not know. Default 0.125, the middle band.',
      0.125,
    ).default(0.125),
    swing: z
      .number()
      .min(0)
      .max(2)
      .describe('Standard deviation of the logarithm of the price (chosen).')
      .meta({ examples: [0.1] })
      .default(0.1),
    memory: durationLeaf({ positive: true })
      .describe('How long the walk remembers: after this time a deviation has shrunk to 37 % (chosen).')
      .default('1d'),
    step: durationLeaf({ positive: true })
      .describe('Between two changes of prices and capacity (chosen).')
      .default('1h'),
    capacity: z
      .int()
      .min(0)
      .max(1_000_000)
      .describe('Spare instances of a pool, on average: AWS publishes nothing of it (chosen).')
      .meta({ examples: [40] })
      .default(40),
    perReclaim: z
      .number()
      .gt(0)
      .max(1)
      .describe('Share of a pool that one reclaim takes: interruptions in a pool come together (chosen).')
      .meta({ examples: [0.5] })
      .default(0.5),
    rebalanceLead: durationLeaf()
      .describe('From a rebalance recommendation to the notice; 0s: it comes with the notice.')
      .default('0s'),
    notice: durationLeaf({ positive: true })
      .describe('From the notice to the end of the instance. AWS gives two minutes.')
      .default('2m'),
  })
  .describe('How the Spot market behaves. AWS publishes prices and bands, everything else is a model.')
  .meta({ id: 'spotMarket' });

/** With the defaults of the schema. */
export type PurchaseInput = z.output<typeof purchaseSchema>;
export type SpotMarketInput = z.output<typeof spotMarketSchema>;
