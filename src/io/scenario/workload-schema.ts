import * as z from 'zod';
import { LOAD_BALANCER_KINDS } from '../../model/load-balancer-defaults.ts';
import { TRACE_FORMATS } from '../../model/plan.ts';
import { distributionSchema } from './distribution-schema.ts';
import { ecsDocumentSchema, ecsJobSchema, ecsServiceSchema } from './ecs-template-schema.ts';
import { durationLeaf, nameLeaf, rateLeaf, shareLeaf, textLeaf } from './leaves.ts';
import { manifestSchema } from './manifest-schema.ts';
import { daemonSchema, loadSchema, rolloutSchema, scalingSchema } from './service-schema.ts';
import { rowTemplateSchema, templateSchema } from './template-schema.ts';

const MAX_TASKS = 100_000_000;
const count = (description: string, example: number, min = 0, max = MAX_TASKS) =>
  z
    .int()
    .min(min)
    .max(max)
    .describe(description)
    .meta({ examples: [example] });

const groupName = nameLeaf('a name', 'web').describe('Name, unique in the workload.');

/** A service: a number of equal tasks that run until they are stopped. */
export const serviceSchema = z
  .strictObject({
    name: groupName,
    template: templateSchema,
    replicas: z
      .union([
        count('Always this many tasks.', 12),
        z.strictObject({
          at: durationLeaf().describe('When the first number begins; none before.').default('0s'),
          count: count('Tasks from then on.', 12),
          // biome-ignore lint/suspicious/noThenProperty: the language says "then"; nobody awaits a scenario
          then: z
            .array(
              z.strictObject({
                at: durationLeaf().describe('Since the start.'),
                count: count('Tasks from then on.', 40),
              }),
            )
            .max(100_000)
            .describe('Later numbers, in order of time.')
            .meta({ examples: [[{ at: '8h', count: 40 }]] })
            .default([]),
          repeat: durationLeaf({ positive: true })
            .describe('Begins again after this long, for ever.')
            .optional(),
        }),
      ])
      .describe('Wanted number of tasks, fixed or by time.')
      .meta({
        examples: [
          12,
          {
            count: 12,
            // biome-ignore lint/suspicious/noThenProperty: as above
            then: [
              { at: '8h', count: 40 },
              { at: '20h', count: 12 },
            ],
            repeat: '1d',
          },
        ],
      }),
    spread: z
      .enum(['zone', 'instance', 'none'])
      .describe(
        'Even out the tasks over zones or instances, best effort, before what the platform does by itself.',
      )
      .default('none'),
    loadBalancer: z
      .strictObject({
        name: nameLeaf('a name', 'front')
          .describe('Name; services may share one. Default: the name of the service.')
          .optional(),
        kind: z
          .enum(LOAD_BALANCER_KINDS)
          .describe('Kind; decides the price, and how long registration takes.'),
        registration: durationLeaf()
          .describe(
            'From running to in service: registration and first health checks. Default: application 30s, network 2m, classic 5m.',
          )
          .optional(),
        deregistration: durationLeaf()
          .describe(
            'From the order to stop until connections are drained. Default: taskLife.deregistration of an ECS platform; others know none.',
          )
          .optional(),
      })
      .describe('Load balancer in front of the tasks.')
      .optional(),
    rollout: rolloutSchema.optional(),
    load: loadSchema.optional(),
    autoscaling: scalingSchema.optional(),
    ecs: ecsServiceSchema.optional(),
    copies: count(
      'Makes NAME-001 and so on: as many services, equal but independent.',
      40,
      1,
      10_000,
    ).optional(),
  })
  .meta({ id: 'service', description: 'A number of equal tasks that run until they are stopped.' });

const steps = z
  .array(
    z.strictObject({
      at: durationLeaf().describe('Since the start.'),
      rate: rateLeaf().describe('Arrivals from then on.'),
    }),
  )
  .min(1)
  .max(100_000);

const delay = distributionSchema
  .describe('From the event to the tasks: delivery by Amazon EventBridge. Default 500ms (chosen).')
  .default('500ms');

/** What starts tasks by happening. */
const triggerSchema = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal('task').describe('A task has ended.'),
    of: nameLeaf('a name', 'upload').describe('Service, job or trace of the task.'),
    outcome: z
      .enum(['succeeded', 'failed', 'stopped', 'any'])
      .describe('How it must have ended.')
      .default('succeeded'),
    delay,
  }),
  z.strictObject({
    on: z.literal('instance').describe('An instance has changed its state.'),
    group: nameLeaf('an instance group', 'general').describe('Its instance group.'),
    state: z
      .enum(['ready', 'draining', 'noticed', 'terminated'])
      .describe('What it is now; noticed: AWS has said that it will end.'),
    delay,
  }),
]);

/** A job: tasks that arrive, run and end. */
export const jobSchema = z
  .strictObject({
    name: groupName,
    template: templateSchema,
    arrivals: z
      .union([
        z.strictObject({
          poisson: z
            .union([rateLeaf(), steps])
            .describe('Random arrivals at a rate, fixed or by time.')
            .meta({
              examples: [
                '120/h',
                [
                  { at: '0s', rate: '20/h' },
                  { at: '8h', rate: '200/h' },
                ],
              ],
            }),
          repeat: durationLeaf({ positive: true })
            .describe('The steps begin again after this long.')
            .optional(),
        }),
        z.strictObject({
          every: durationLeaf({ positive: true }).describe('Regular arrivals.'),
          first: durationLeaf().describe('The first of them.').default('0s'),
        }),
        z.strictObject({
          at: z
            .array(durationLeaf())
            .min(1)
            .max(1_000_000)
            .describe('Arrivals at given times since the start.')
            .meta({ examples: [['0s', '1h']] }),
        }),
      ])
      .describe('When the job arrives; or see schedule.')
      .meta({ examples: [{ poisson: '120/h' }, { every: '15m' }] })
      .optional(),
    schedule: textLeaf('a schedule', 'cron(0 2 * * ? *)', { maxLength: 256 })
      .describe('Calendar of AWS: cron(...), rate(...) or at(...), instead of arrivals.')
      .optional(),
    trigger: triggerSchema
      .describe('An event that brings the tasks each time it happens, instead of arrivals.')
      .optional(),
    timezone: textLeaf('a time zone', 'Europe/Berlin', { maxLength: 64 })
      .describe('Time zone of the schedule. Default UTC.')
      .optional(),
    count: count('Tasks that each arrival brings.', 40, 1).default(1),
    runtime: distributionSchema.describe('How long a task runs.'),
    ecs: ecsJobSchema.optional(),
  })
  .meta({ id: 'job', description: 'Tasks that arrive, run and end.' });

const sha256 = textLeaf('a digest', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', {
  maxLength: 64,
})
  .describe('SHA-256 of the file, in hex. When given, another file is refused.')
  .optional();

const factor = (description: string) =>
  z
    .number()
    .positive()
    .max(1e9)
    .describe(description)
    .meta({ examples: [0.5] })
    .default(1);

/** A trace: tasks recorded elsewhere. */
export const traceSchema = z
  .strictObject({
    name: groupName
      .describe('Name, unique in the workload. Default: the file name up to its first dot.')
      .optional(),
    file: textLeaf('a file name', '{traces}/azure-2017-vm-arrivals', { maxLength: 1000 }).describe(
      'The trace, relative to the scenario. {traces} stands for the folder of the traces.',
    ),
    format: z.enum(TRACE_FORMATS).describe('Its format.'),
    sha256,
    window: z
      .array(durationLeaf())
      .length(2)
      .describe(
        'Rows submitted from the first to before the second time of the trace; times then count from the first.',
      )
      .meta({ examples: [['5d', '6d']] })
      .optional(),
    sample: shareLeaf().describe('Share of the rows that is kept, by lot.').default(1),
    timeScale: factor('Factor on the times between submissions.'),
    runtimeScale: factor('Factor on the runtimes.'),
    departures: z.enum(['trace', 'none']).describe('none: tasks never end by themselves.').default('trace'),
    columns: z
      .record(textLeaf('a column key', 'submit'), textLeaf('a column', 'creation_time:s'))
      .describe('For format csv: which column is what, as column:unit.')
      .meta({
        examples: [
          { submit: 'creation_time:s', runtime: 'duration:s', cpu: 'cores:vcpu', memory: '=512:MiB' },
        ],
      })
      .optional(),
    template: rowTemplateSchema.prefault({}),
  })
  .meta({ id: 'trace', description: 'Tasks that were recorded elsewhere.' });

/** Arrivals drawn from measured counts. */
export const empiricalSchema = z
  .strictObject({
    name: groupName,
    file: textLeaf('a file name', 'azure-2017-day.json', { maxLength: 1000 }).describe(
      'Measured counts of arrivals by hour, size and lifetime; the file stands beside the scenario.',
    ),
    sha256,
    scale: factor('Factor on the counts.'),
    template: rowTemplateSchema.prefault({}),
  })
  .meta({ id: 'measured', description: 'Arrivals drawn from a measured joint distribution.' });

/** All that is to run. */
export const workloadSchema = z.strictObject({
  services: z.array(serviceSchema).max(10_000).describe('Long-running tasks.').default([]),
  daemons: z.array(daemonSchema).max(1000).describe('Tasks that every instance has one of.').default([]),
  jobs: z.array(jobSchema).max(10_000).describe('Tasks that end.').default([]),
  traces: z.array(traceSchema).max(100).describe('Recorded tasks.').default([]),
  distributions: z
    .array(empiricalSchema)
    .max(100)
    .describe('Arrivals drawn from measured counts.')
    .default([]),
  manifests: z
    .array(manifestSchema)
    .max(1_000_000)
    .describe(
      'Pods and the objects that decide about their place, as Kubernetes has them. For Kubernetes platforms only. ' +
        'Annotations of pods: stowage.dev/runtime, stowage.dev/startup, stowage.dev/gates-removed (all durations).',
    )
    .meta({ examples: [['k8s/*.yaml']] })
    .default([]),
  ecs: z
    .array(ecsDocumentSchema)
    .max(1_000_000)
    .describe(
      'Task definitions, services, RunTask and StartTask requests, as the ECS API has them. For ECS platforms only.',
    )
    .meta({ examples: [['ecs/*.json']] })
    .default([]),
});

export type TriggerInput = z.output<typeof triggerSchema>;
/** With the defaults of the schema; so the next three. */
export type ServiceInput = z.output<typeof serviceSchema>;
export type JobInput = z.output<typeof jobSchema>;
export type TraceInput = z.output<typeof traceSchema>;
export type EmpiricalInput = z.output<typeof empiricalSchema>;
