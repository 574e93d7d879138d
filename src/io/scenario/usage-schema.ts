import * as z from 'zod';
import { bytesLeaf } from './leaves.ts';

const amount = z
  .union([
    bytesLeaf().describe('Always this much.'),
    z.strictObject({
      uniform: z
        .strictObject({ min: bytesLeaf().describe('Least.'), max: bytesLeaf().describe('Most.') })
        .describe('Equally likely between two amounts.'),
    }),
    z.strictObject({
      lognormal: z
        .strictObject({
          mean: bytesLeaf().describe('Mean.'),
          p95: bytesLeaf().describe('95 % use at most this much.'),
        })
        .describe('Skewed to the right.'),
    }),
  ])
  .meta({ examples: ['700MiB', { lognormal: { mean: '700MiB', p95: '1GiB' } }] });

/** What tasks really use, beside what they ask for. */
export const usageSchema = z
  .strictObject({
    memory: amount
      .describe(
        'What a task uses from its start on, drawn for each. Default 0; the memory of the load of its service comes on top.',
      )
      .default(0),
    memoryGrowth: bytesLeaf()
      .describe('What each hour of running adds: a leak, or a cache that fills.')
      .default(0),
    memoryLimit: z
      .union([z.enum(['request', 'none']), bytesLeaf()])
      .describe(
        'Beyond it the container is killed (limits.memory on Kubernetes, memory of a container beside memoryReservation on ECS). ' +
          'request: as much as the task asks for; none: no limit but the instance.',
      )
      .meta({ examples: ['2GiB', 'none'] })
      .default('request'),
  })
  .describe(
    'What tasks really use. Containers over their limit are killed, and where an instance runs short of memory kubelet evicts ' +
      'pods or the kernel kills tasks. Default: tasks use what they ask for.',
  )
  .meta({ examples: [{ memory: { lognormal: { mean: '700MiB', p95: '1GiB' } }, memoryLimit: '2GiB' }] });

/** As written. */
export type UsageInput = z.output<typeof usageSchema>;
