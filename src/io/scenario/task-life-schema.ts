import * as z from 'zod';
import { IMAGE_PULL_BEHAVIORS } from '../../model/ecs-task-life.ts';
import { distributionSchema } from './distribution-schema.ts';
import { bytesLeaf, durationLeaf } from './leaves.ts';

const perSecond = () => bytesLeaf('an amount of data', '100MiB');

/** How long the parts of an ECS task's life last; absent ones have the defaults that `catalog ecs` lists. */
export const taskLifeSchema = z
  .union([
    z.enum(['parts']),
    z
      .strictObject({
        eniAttach: distributionSchema.describe('PROVISIONING with network awsvpc: an interface is attached.'),
        agent: distributionSchema.describe('PENDING: until the agent has heard of the task.'),
        instanceBandwidth: perSecond().describe('What an instance can pull in a second.'),
        registryBandwidth: z
          .union([z.enum(['unlimited']), perSecond()])
          .describe('What the registry gives in a second to all instances together.'),
        unpack: perSecond().describe('What an instance unpacks in a second, of each layer, as pulled.'),
        imageCheck: distributionSchema.describe('Asking whether a cached image is still the newest.'),
        imagePullBehavior: z
          .enum(IMAGE_PULL_BEHAVIORS)
          .describe(
            'ECS_IMAGE_PULL_BEHAVIOR of the agent: once and prefer-cached do not ask for what is there.',
          ),
        containerStart: distributionSchema.describe('From the image to a running container.'),
        deregistration: durationLeaf().describe('DEACTIVATING: deregistration delay of load balancers.'),
        exit: distributionSchema.describe('STOPPING: from SIGTERM until the container exits by itself.'),
        stopTimeout: durationLeaf().describe('STOPPING: SIGKILL comes after this long.'),
        eniDetach: distributionSchema.describe('DEPROVISIONING with network awsvpc.'),
      })
      .partial(),
  ])
  .describe(
    'Tasks come up and go down in the parts that Amazon ECS has. Default: as long as startup says, and down at once.',
  )
  .meta({ examples: ['parts', { stopTimeout: '10s', imagePullBehavior: 'once' }] });

/** As written. */
export type TaskLifeInput = z.output<typeof taskLifeSchema>;
