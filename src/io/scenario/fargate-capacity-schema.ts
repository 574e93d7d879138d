import * as z from 'zod';
import { FARGATE_PROVIDERS } from '../../model/fargate-plan.ts';
import { distributionSchema } from './distribution-schema.ts';
import { durationLeaf, nameLeaf, rateLeaf } from './leaves.ts';
import { whole } from './whole-number.ts';

/** An ECS platform on AWS Fargate; absent settings have the defaults that `catalog ecs` lists. */
export const fargateCapacitySchema = z
  .strictObject({
    capacityProviderStrategy: z
      .array(
        z.strictObject({
          capacityProvider: z.enum(FARGATE_PROVIDERS).describe('Capacity provider.'),
          base: whole('Tasks that go there first.', 2, 0, 100_000).default(0),
          weight: whole('Share of the others.', 1, 0, 1000).default(0),
        }),
      )
      .min(1)
      .max(2)
      .describe('Shares of the capacity providers. Default: FARGATE alone.')
      .meta({ examples: [[{ capacityProvider: 'FARGATE', weight: 1 }]] }),
    zones: z
      .array(nameLeaf('a zone', 'us-east-1a'))
      .min(1)
      .describe('Zones of the tasks. Default: those of the fleet of the scenario.')
      .meta({ examples: [['us-east-1a', 'us-east-1b']] }),
    architecture: z.enum(['amd64', 'arm64']).describe('Decides the price.'),
    provisioning: distributionSchema.describe('From the launch until images are pulled; not billed.'),
    launchBurst: whole('Tasks that a provider launches at once after a pause.', 100, 1, 1_000_000),
    launchesPerMinute: whole('Tasks that a provider launches in a minute.', 1200, 1, 100_000_000),
    interruptions: rateLeaf().describe('How often AWS takes a FARGATE_SPOT task back, per task.'),
    notice: durationLeaf().describe('From the notice of such a task to its end.'),
    retry: durationLeaf({ positive: true }).describe('Until the next look while every zone is lost.'),
  })
  .partial()
  .describe('Tasks run on AWS Fargate: no instances, a machine for each task.')
  .meta({ examples: [{}, { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] }] });

/** As written. */
export type FargateCapacityInput = z.output<typeof fargateCapacitySchema>;
