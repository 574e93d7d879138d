import * as z from 'zod';
import { fleetGroupSchema } from './fleet-schema.ts';
import { bytesLeaf, cpuLeaf, durationLeaf, mebibytesLeaf, nameLeaf, textLeaf } from './leaves.ts';

const anything = z.record(z.string(), z.unknown());

const common = {
  name: nameLeaf('a name', 'ecs-binpack').describe('Name of the platform in all results.'),
  fleet: z
    .array(fleetGroupSchema)
    .min(1)
    .max(1000)
    .describe('Instance groups of this platform alone, instead of those of the scenario.')
    .optional(),
  queue: z
    .enum(['skip', 'strict'])
    .describe('May later tasks start when the first of the queue does not fit?')
    .default('skip'),
  autoscaler: z
    .union([
      z.enum(['none', 'demand']),
      z.strictObject({
        kind: z.literal('demand').describe('Launches instances for waiting tasks, ends idle ones.'),
        interval: durationLeaf({ positive: true }).describe('Between two looks at the queue.').default('10s'),
        idle: durationLeaf()
          .describe('An instance without tasks for this long is ended, down to the minimum of its group.')
          .default('5m'),
      }),
    ])
    .describe('Grows and shrinks groups whose size is a range.')
    .meta({ examples: ['demand', { kind: 'demand', interval: '30s', idle: '10m' }] })
    .default('demand'),
};

const tieBreak = textLeaf('a tie rule', 'random')
  .describe('How the scheduler chooses among equally good instances.')
  .optional();

const ecsEntry = (examples: object[]) =>
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

const ecs = z.strictObject({
  kind: z.literal('ecs').describe('Amazon ECS.'),
  ...common,
  placementStrategy: ecsEntry([{ type: 'binpack', field: 'memory' }])
    .describe('Placement strategies, applied one after the other. Default: what ECS does without any.')
    .optional(),
  placementConstraints: ecsEntry([{ type: 'distinctInstance' }])
    .describe('Placement constraints of all tasks.')
    .optional(),
  tieBreak,
  reservedMemory: mebibytesLeaf('an amount of memory', '256MiB')
    .describe('ECS_RESERVED_MEMORY of the agent: memory not offered to tasks, whole MiB.')
    .default(0),
  spotDraining: z
    .boolean()
    .describe(
      'ECS_ENABLE_SPOT_INSTANCE_DRAINING of the agent: at the Spot notice the instance is DRAINING. Default false.',
    )
    .meta({ examples: [true] })
    .optional(),
  awsvpcTrunking: z.boolean().describe('More network interfaces for awsvpc tasks.').default(false),
});

const kubernetes = z.strictObject({
  kind: z.literal('kubernetes').describe('Kubernetes with its own scheduler.'),
  ...common,
  version: z.enum(['1.34', '1.36']).describe('Version of kube-scheduler.').default('1.36'),
  config: anything
    .describe('A KubeSchedulerConfiguration, unchanged.')
    .meta({ examples: [{ profiles: [{ schedulerName: 'default-scheduler' }] }] })
    .optional(),
  tieBreak,
  terminationHandler: z
    .boolean()
    .describe(
      'Cordon and drain the node at the Spot notice: EKS managed node groups, or AWS Node Termination Handler. Default true.',
    )
    .meta({ examples: [false] })
    .optional(),
  controlPlane: z
    .enum(['eks', 'none'])
    .describe('Who runs the masters: eks is billed, none is free.')
    .default('eks'),
  daemons: z
    .strictObject({
      cpu: cpuLeaf().describe('CPU request of all of them together.').default('150m'),
      memory: bytesLeaf().describe('Memory request of all of them together.').default(0),
      pods: z
        .int()
        .min(0)
        .max(1000)
        .describe('Their number.')
        .meta({ examples: [2] })
        .default(2),
    })
    .describe('Agents on every node. Default: aws-node (50m) and kube-proxy (100m), as EKS installs them.')
    .default({ cpu: '150m', memory: 0, pods: 2 }),
});

const schedulerName = nameLeaf('a scheduler', 'best-fit');

const bare = z.strictObject({
  kind: z.literal('bare').describe('A fleet and a scheduler, nothing else: for research.'),
  ...common,
  scheduler: z
    .union([
      schedulerName,
      z.looseObject({ name: schedulerName.describe('Name of the scheduler; its options stand beside it.') }),
      z.looseObject({
        use: textLeaf('a file name', './my-policy.ts', { maxLength: 1000 }).describe(
          'Module with a scheduler of your own; needs --allow-plugins. Its options stand beside it.',
        ),
      }),
    ])
    .describe('The placement policy.')
    .meta({ examples: ['first-fit', { name: 'best-fit', resource: 'memory' }, { use: './my-policy.ts' }] }),
});

/** A platform; `kind` tells which keys there are. */
export const platformSchema = z
  .discriminatedUnion('kind', [ecs, kubernetes, bare])
  .meta({ id: 'platform', description: 'A scheduler with its controllers, autoscaler, overheads and bill.' });

/** With the defaults of the schema. */
export type PlatformInput = z.output<typeof platformSchema>;
