import * as z from 'zod';
import { nameLeaf, textLeaf } from './leaves.ts';

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
  })
  .meta({
    id: 'ecsTemplate',
    description: 'What only Amazon ECS understands; other platforms pass over it.',
  });

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
