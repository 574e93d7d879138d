import * as z from 'zod';
import { bytesLeaf, durationLeaf, nameLeaf, rateLeaf, shareLeaf, textLeaf } from './leaves.ts';
import { templateSchema } from './template-schema.ts';
import { whole } from './whole-number.ts';

const MOST_TASKS = 5000;
const percent = (description: string, example: number, max: number) => whole(description, example, 0, max);
const number = (description: string, example: number) =>
  z
    .number()
    .describe(description)
    .meta({ examples: [example] });
const metric = z
  .enum(['cpu', 'memory', 'requests'])
  .describe('CPU or memory in percent of what a task asks for, or requests of a minute per task.');

/** How a service is rolled out. */
export const rolloutSchema = z
  .strictObject({
    minimumHealthyPercent: percent(
      'Percent of the tasks that must stay healthy. Default: of the platform.',
      50,
      100,
    ).optional(),
    maximumPercent: percent(
      'Percent of the tasks that there may be in all. Default: of the platform.',
      150,
      1000,
    ).optional(),
    circuitBreaker: z
      .strictObject({
        rollback: z.boolean().describe('Go back to the last revision that was completed.').default(false),
        resetOnHealthyTask: z.boolean().describe('A healthy task sets the count back to 0.').default(true),
        threshold: z
          .strictObject({
            type: z
              .enum(['COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT'])
              .describe(
                'A number of failures, or a percent of the tasks, with or without the bounds 3 and 200.',
              ),
            value: whole('Failures, or percent.', 50, 1, 10_000),
          })
          .describe('Failures that fail a deployment.')
          .default({ type: 'BOUNDED_PERCENT', value: 50 }),
      })
      .describe('Gives up a deployment whose tasks fail.')
      .optional(),
  })
  .describe('How a new revision replaces the running one. Default: as the platform does.')
  .meta({ examples: [{ minimumHealthyPercent: 50, maximumPercent: 100 }] });

const rateSteps = z
  .array(
    z.strictObject({
      at: durationLeaf().describe('Since the start.'),
      rate: rateLeaf().describe('Requests from then on.'),
    }),
  )
  .min(1)
  .max(100_000);

/** The requests that a service serves. */
export const loadSchema = z
  .strictObject({
    requests: z
      .union([rateLeaf(), rateSteps])
      .describe('Requests to the service as a whole, fixed or by time.')
      .meta({
        examples: [
          '200/s',
          [
            { at: '0s', rate: '20/s' },
            { at: '8h', rate: '200/s' },
          ],
        ],
      }),
    repeat: durationLeaf({ positive: true }).describe('The steps begin again after this long.').optional(),
    cpu: durationLeaf().describe('CPU time of one request on one vCPU.').default('0s'),
    memory: bytesLeaf().describe('Memory of a task at rest.').default(0),
    memoryPerRequest: bytesLeaf()
      .describe('What each request per second adds to the memory of a task.')
      .default(0),
  })
  .describe(
    'Load, spread evenly over the running tasks. It moves the metrics of auto scaling; its memory is used, too, where the template states usage.',
  )
  .meta({ examples: [{ requests: '200/s', cpu: '20ms' }] });

const bound = (side: 'Lower' | 'Upper') =>
  number(`${side} bound as a distance from the threshold. Default: none.`, 10).optional();

/** How the number of tasks follows the load. */
export const scalingSchema = z
  .strictObject({
    min: whole('Fewest tasks.', 2, 0, MOST_TASKS),
    max: whole('Most tasks.', 40, 0, MOST_TASKS),
    targets: z
      .array(
        z.strictObject({
          metric,
          value: z
            .number()
            .positive()
            .describe('Where the metric should stay.')
            .meta({ examples: [60] }),
          scaleInCooldown: durationLeaf().describe('Least time between two scale-ins.').default('5m'),
          disableScaleIn: z.boolean().describe('Only ever adds tasks.').default(false),
        }),
      )
      .max(100)
      .describe('Target tracking policies.')
      .default([]),
    steps: z
      .array(
        z.strictObject({
          metric,
          direction: z.enum(['above', 'below']).describe('On which side of the threshold it acts.'),
          threshold: number('Where it begins to act.', 70),
          adjustmentType: z
            .enum(['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity'])
            .describe('What a change means.')
            .default('ChangeInCapacity'),
          adjustments: z
            .array(
              z.strictObject({
                lower: bound('Lower'),
                upper: bound('Upper'),
                change: z
                  .int()
                  .describe('Tasks, percent, or the new number.')
                  .meta({ examples: [2] }),
              }),
            )
            .min(1)
            .max(20)
            .describe('Steps, without gaps and overlaps.')
            .meta({ examples: [[{ lower: 0, change: 2 }]] }),
          minAdjustmentMagnitude: whole('Least change of a percentage.', 1, 0, MOST_TASKS).default(0),
          cooldown: durationLeaf().describe('Least time between two actions.').default('5m'),
        }),
      )
      .max(100)
      .describe('Step scaling policies.')
      .default([]),
    scheduled: z
      .array(
        z.strictObject({
          at: durationLeaf().describe('Since the start.'),
          min: whole('Fewest tasks from then on. Default: as before.', 10, 0, MOST_TASKS).optional(),
          max: whole('Most tasks from then on. Default: as before.', 80, 0, MOST_TASKS).optional(),
        }),
      )
      .max(10_000)
      .describe('New bounds at given times.')
      .default([]),
  })
  .describe('Follows the load with the number of tasks; replicas then says where it begins.')
  .meta({ examples: [{ min: 2, max: 40, targets: [{ metric: 'cpu', value: 60 }] }] });

/** One task on each instance that can take it. */
export const daemonSchema = z
  .strictObject({
    name: nameLeaf('a name', 'log-agent').describe('Name, unique in the workload.'),
    template: templateSchema,
    rollout: rolloutSchema.optional(),
  })
  .meta({ id: 'daemon', description: 'One task on each instance that can take it.' });

const at = durationLeaf().describe('When it happens, since the start.');

/** Something that happens to the cluster from outside. */
export const eventSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('deploy').describe('A new revision of a service.'),
      at,
      service: nameLeaf('a service', 'web').describe('Name of the service.'),
      template: templateSchema.optional(),
      failing: z
        .strictObject({
          at: z
            .enum(['start', 'health'])
            .describe('start: tasks stop before they run; health: they run, but never become healthy.'),
          share: shareLeaf().describe('Share of the tasks.').default(1),
        })
        .describe('Tasks of the new revision that fail.')
        .optional(),
    }),
    z.strictObject({
      kind: z
        .literal('restart')
        .describe('Kubernetes objects: kubectl rollout restart of a Deployment, StatefulSet or DaemonSet.'),
      at,
      object: textLeaf('an object', 'shop/web').describe('Its namespace and name.'),
    }),
    z.strictObject({
      kind: z.literal('outage').describe('A zone is lost with all its instances, and launches none.'),
      at,
      until: durationLeaf().describe('When it is back. Default: not in this run.').optional(),
      zone: textLeaf('a zone', 'us-east-1a').describe('The zone.'),
    }),
    z.strictObject({
      kind: z
        .literal('disconnect')
        .describe(
          'On ECS: agents lose their connection; no new tasks meanwhile, and no harm to those there.',
        ),
      at,
      for: durationLeaf({ positive: true }).describe('How long.'),
      group: nameLeaf('an instance group', 'general').describe('Instance group.'),
      zone: textLeaf('a zone', 'us-east-1a').describe('Only those in this zone.').optional(),
      count: whole('Only so many, the oldest first.', 2, 1, 1_000_000).optional(),
    }),
    z.strictObject({
      kind: z
        .literal('drain')
        .describe('Instances take no more tasks, give up those they have, and end when they are empty.'),
      at,
      group: nameLeaf('an instance group', 'general').describe('Instance group.'),
      zone: textLeaf('a zone', 'us-east-1a').describe('Only those in this zone.').optional(),
      count: whole('Only so many, the oldest first.', 2, 1, 1_000_000).optional(),
    }),
    z.strictObject({
      kind: z
        .literal('upgrade')
        .describe(
          'On Kubernetes: another version, first of the control plane, then of the nodes, which are replaced.',
        ),
      at,
      version: textLeaf('a Kubernetes version', '1.31')
        .describe('What it is then; EKS charges support by it (billing.eks). Default: as before.')
        .optional(),
      groups: z
        .array(nameLeaf('an instance group', 'general'))
        .min(1)
        .max(1000)
        .describe('Instance groups whose nodes are replaced, in this order. Default: all.')
        .meta({ examples: [['general']] })
        .optional(),
    }),
    z.strictObject({
      kind: z.literal('master-loss').describe('Masters of a self-run control plane fail.'),
      at,
      zone: textLeaf('a zone', 'us-east-1a').describe('Only those in this zone.').optional(),
      count: whole('How many.', 1, 1, 5).default(1),
    }),
  ])
  .meta({ id: 'event', description: 'Something that happens to the cluster from outside.' });

/** With the defaults of the schema; so the next four. */
export type RolloutInput = z.output<typeof rolloutSchema>;
export type LoadInput = z.output<typeof loadSchema>;
export type ScalingInput = z.output<typeof scalingSchema>;
export type DaemonInput = z.output<typeof daemonSchema>;
export type EventInput = z.output<typeof eventSchema>;
