import * as z from 'zod';
import { distributionSchema } from './distribution-schema.ts';
import { durationLeaf, nameLeaf, rateLeaf, textLeaf } from './leaves.ts';
import { whole } from './whole-number.ts';

/** An entry of `placementStrategy` or `placementConstraints`, as the ECS API has it. */
export const ecsEntry = (examples: object[]) =>
  z
    .array(
      z.strictObject({
        type: textLeaf('a type', 'binpack').describe('As in the ECS API.'),
        field: textLeaf('a field', 'memory').describe('As in the ECS API.').optional(),
        expression: textLeaf('an expression', 'attribute:tier == front', { maxLength: 2000 })
          .describe('As in the ECS API.')
          .optional(),
      }),
    )
    .meta({ examples: [examples] });

/** Entries of `capacityProviderStrategy`, as the ECS API has them. */
export const capacityProviderStrategySchema = z
  .array(
    z.strictObject({
      capacityProvider: nameLeaf('a capacity provider', 'general').describe(
        'Instance group of the platform, or FARGATE and FARGATE_SPOT.',
      ),
      base: whole('Tasks that go there first.', 2, 0, 100_000).default(0),
      weight: whole('Share of the others.', 1, 0, 1000).default(0),
    }),
  )
  .min(1)
  .max(20)
  .meta({ examples: [[{ capacityProvider: 'general', base: 1, weight: 1 }]] });

/** What a service says to Amazon ECS alone. */
export const ecsServiceSchema = z
  .strictObject({
    capacityProviderStrategy: capacityProviderStrategySchema
      .describe('Shares of the capacity providers. Default: those of the platform.')
      .optional(),
    availabilityZoneRebalancing: z
      .enum(['ENABLED', 'DISABLED'])
      .describe('Even out the tasks over zones while the service is steady. Default: as the platform does.')
      .optional(),
    healthCheckGracePeriod: durationLeaf()
      .describe('So long after RUNNING nothing that is unhealthy counts. Default 0s.')
      .optional(),
  })
  .meta({ id: 'ecsService', description: 'What only Amazon ECS understands; other platforms pass over it.' });

/** What a job says to Amazon ECS alone. */
export const ecsJobSchema = ecsServiceSchema
  .pick({ capacityProviderStrategy: true })
  .meta({ id: 'ecsJob', description: 'What only Amazon ECS understands; other platforms pass over it.' });

const healthCheckSchema = z
  .strictObject({
    interval: durationLeaf({ positive: true }).describe('Between two checks. Default 30s.').optional(),
    timeout: durationLeaf({ positive: true })
      .describe('A check without an answer by then has failed. Default 5s.')
      .optional(),
    retries: whole('Failures in a row that make a task UNHEALTHY. Default 3.', 3, 1, 10).optional(),
    startPeriod: durationLeaf().describe('Failures so early do not count. Default 0s.').optional(),
    ready: distributionSchema.describe('From RUNNING until the container answers. Default 0s.').optional(),
    failures: rateLeaf()
      .describe('How often a container that answers stops to, for good. Default: never.')
      .optional(),
  })
  .describe('Health check of an essential container. Services replace tasks that it finds UNHEALTHY.')
  .meta({ examples: [{ interval: '10s', retries: 3, startPeriod: '30s', ready: '20s', failures: '0.1/h' }] });

/** What a template says to Amazon ECS alone. */
export const ecsTemplateSchema = z
  .strictObject({
    cpuUnits: z
      .int()
      .min(0)
      .max(1e9)
      .describe('CPU in units of 1/1024 vCPU, exactly, instead of what cpu comes to.')
      .meta({ examples: [256] })
      .optional(),
    group: textLeaf('a task group', 'family:web', { maxLength: 255 })
      .describe('Task group, by which tasks are counted. Default: family and the name of the job.')
      .optional(),
    placementStrategy: ecsEntry([{ type: 'spread', field: 'attribute:ecs.availability-zone' }])
      .describe('Strategies of these tasks, instead of those of the platform.')
      .default([]),
    placementConstraints: ecsEntry([{ type: 'memberOf', expression: 'attribute:stack == prod' }])
      .describe('Constraints of these tasks, beside those of the platform.')
      .default([]),
    requiresAttributes: z
      .array(
        z.strictObject({
          name: textLeaf('an attribute', 'gpu-driver', { maxLength: 128 }).describe('As in the ECS API.'),
          value: textLeaf('a value', '550', { mayBeEmpty: true }).describe('As in the ECS API.').optional(),
        }),
      )
      .describe('Attributes that an instance must have.')
      .meta({ examples: [[{ name: 'stack', value: 'prod' }]] })
      .default([]),
    zones: z
      .array(nameLeaf('a zone', 'us-east-1a'))
      .min(1)
      .describe('Zones of the subnets of tasks with network awsvpc. Default: all.')
      .meta({ examples: [['us-east-1a']] })
      .optional(),
    instance: textLeaf('an instance', 'i-0000001')
      .describe('The only instance that will do, by name, as StartTask names one.')
      .optional(),
    healthCheck: healthCheckSchema.optional(),
  })
  .meta({
    id: 'ecsTemplate',
    description: 'What only Amazon ECS understands; other platforms pass over it.',
  });

export type EcsServiceInput = z.output<typeof ecsServiceSchema>;
/** With the defaults of the schema. */
export type EcsTemplateInput = z.output<typeof ecsTemplateSchema>;

/** Documents of the ECS API: a file of them, or one as it is. */
export const ecsDocumentSchema = z
  .union([
    textLeaf('a file name', 'ecs/*.json', { maxLength: 1000 }).describe(
      'Files or a folder of them, relative to the scenario; * stands for any part of a name.',
    ),
    z.record(z.string(), z.unknown()).describe('A document of the ECS API.'),
  ])
  .meta({ examples: ['ecs/*.json'] });

/** With the defaults of the schema. */
export type EcsDocumentInput = z.output<typeof ecsDocumentSchema>;
