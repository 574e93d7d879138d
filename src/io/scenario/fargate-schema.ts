import * as z from 'zod';
import { bytesLeaf, cpuLeaf, durationLeaf, mebibytesLeaf, nameLeaf } from './leaves.ts';

/** Tasks on Fargate beside the simulated cluster: stated, not simulated. */
export const fargateSchema = z
  .array(
    z.strictObject({
      name: nameLeaf('a name', 'cron').describe('Name on the bill.'),
      cpu: cpuLeaf().describe('Of a task; of a pod on EKS, what it requests.'),
      memory: mebibytesLeaf('an amount of memory', '2GiB').describe(
        'Of a task. On EKS what a pod requests: 256 MiB come on top, then the next size is billed.',
      ),
      count: z
        .int()
        .min(1)
        .max(10_000)
        .describe('Tasks at a time, spread over the zones.')
        .meta({ examples: [3] })
        .default(1),
      platform: z
        .enum(['linux-x86', 'linux-arm', 'windows'])
        .describe('Operating system and architecture. EKS has linux-x86 alone.')
        .default('linux-x86'),
      spot: z
        .boolean()
        .describe('Fargate Spot, at one price for the whole run, stated under `prices`. EKS has none.')
        .default(false),
      ephemeral: bytesLeaf('a size', '50GiB')
        .describe('Ephemeral storage, whole GiB, 20 to 200 (EKS: 175); 20 are in the price.')
        .default('20GiB'),
      zones: z
        .array(nameLeaf('a zone', 'us-east-1a'))
        .min(1)
        .describe('Zones of the tasks. Default: those of the fleet.')
        .meta({ examples: [['us-east-1a', 'us-east-1b']] })
        .optional(),
      runsOn: z
        .array(nameLeaf('a platform', 'ecs'))
        .min(1)
        .describe('Platforms beside which they run. Default: all.')
        .meta({ examples: [['ecs']] })
        .optional(),
      from: durationLeaf().describe('When they start, since the start of the run.').default('0s'),
      to: durationLeaf({ positive: true })
        .describe('When they end, if the run has not ended before. Default: with the run.')
        .optional(),
    }),
  )
  .max(1000)
  .describe('Tasks on Fargate beside the simulated cluster: they are billed, not simulated.')
  .meta({ examples: [[{ name: 'cron', cpu: 0.25, memory: '512MiB', count: 3 }]] })
  .default([]);

/** With the defaults of the schema. */
export type FargateInput = z.output<typeof fargateSchema>[number];
