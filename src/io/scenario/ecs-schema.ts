import * as z from 'zod';
import { durationLeaf, nameLeaf, textLeaf } from './leaves.ts';
import { whole } from './whole-number.ts';

/** Settings of the service scheduler of Amazon ECS; absent ones have the defaults that `catalog ecs` lists. */
export const ecsServicesSchema = z
  .strictObject({
    pass: durationLeaf({ positive: true }).describe('Least time between two passes over a service.'),
    healthyAfter: durationLeaf().describe('From RUNNING to healthy without a load balancer.'),
    launchesPerMinute: whole('Tasks that a service may launch in a minute.', 500, 1, 1_000_000),
    launchBurst: whole('Tasks that a service may launch at once after a pause.', 500, 1, 1_000_000),
    unplaced: z
      .enum(['wait', 'retry'])
      .describe('Tasks without room wait for it, or are tried again with growing delays.'),
    minimumHealthyPercent: whole('Of services that say nothing themselves.', 100, 0, 100),
    maximumPercent: whole('Of services that say nothing themselves.', 200, 0, 1000),
    daemonMinimumHealthyPercent: whole('Of daemons that say nothing themselves.', 0, 0, 100),
    availabilityZoneRebalancing: z
      .enum(['ENABLED', 'DISABLED'])
      .describe('Even out services over zones while they are steady.'),
    retryEvery: durationLeaf({ positive: true }).describe('With retry: between two attempts at first.'),
    retryEagerly: durationLeaf().describe('With retry: for so long.'),
    retryLater: durationLeaf({ positive: true }).describe('With retry: then, and twice as long each time.'),
    retryMost: durationLeaf({ positive: true }).describe(
      'With retry, and after failed starts: at most so long.',
    ),
    startFailure: durationLeaf({ positive: true }).describe(
      'After a start that failed; twice as long after each further one.',
    ),
    daemonRetry: durationLeaf({ positive: true }).describe(
      'A daemon without room is tried again after this long.',
    ),
    scaleOutDatapoints: whole('Minutes above the target before target tracking adds tasks.', 3, 1, 1000),
    scaleInDatapoints: whole('Minutes below it before target tracking removes some.', 15, 1, 1000),
  })
  .partial()
  .describe('How the service scheduler works.')
  .meta({ examples: [{ launchesPerMinute: 500, unplaced: 'retry' }] });

/** Amazon ECS managed scaling: every instance group is an Auto Scaling group behind a capacity provider. */
export const managedScalingSchema = z.strictObject({
  kind: z.literal('managed-scaling').describe('Amazon ECS managed scaling of Auto Scaling groups.'),
  targetCapacity: whole('Percent of the instances that should be needed.', 100, 1, 100).default(100),
  minimumScalingStepSize: whole('Fewest instances of a scale-out.', 1, 1, 10_000).default(1),
  maximumScalingStepSize: whole('Most instances of a scale-out.', 10_000, 1, 10_000).default(10_000),
  instanceWarmup: durationLeaf().describe('No scale-out while an instance is younger.').default('5m'),
  scaleInPerMinute: z.enum(['one', 'half']).describe('Instances that may end in a minute.').default('one'),
  reaction: durationLeaf().describe('From a datapoint to what the group does about it.').default('70s'),
  managedTerminationProtection: z.boolean().describe('Only idle instances end.').default(false),
  managedDraining: z.boolean().describe('Busy instances drain before they end.').default(true),
  drainingTimeout: durationLeaf().describe('The longest that one may drain.').default('48h'),
  provisioningTimeout: durationLeaf({ positive: true })
    .describe('The longest that a task waits for capacity.')
    .default('30m'),
  provisioningQuota: whole('Tasks that may wait for capacity.', 500, 1, 1_000_000).default(500),
  scaleInDatapoints: whole(
    'Minutes below the target before instances end. Default 15.',
    15,
    1,
    1000,
  ).optional(),
  firstInstances: whole('Instances that an empty group gets first. Default 2.', 2, 1, 10_000).optional(),
  capacityProviderStrategy: z
    .array(
      z.strictObject({
        capacityProvider: nameLeaf('an instance group', 'general').describe('Name of an instance group.'),
        base: whole('Tasks that go there first.', 2, 0, 100_000).default(0),
        weight: whole('Share of the others.', 1, 0, 1000).default(0),
      }),
    )
    .max(20)
    .describe('Shares of the instance groups. Default: the same for all.')
    .default([]),
});

/** What becomes of jobs that find no room. */
export const runTaskSchema = z
  .strictObject({
    unplaced: z
      .enum(['wait', 'fail'])
      .describe('wait: until there is room. fail: at once, as RunTask does without managed scaling.'),
    retries: whole('With fail: how often the caller asks again. Default 0.', 3, 0, 1_000_000).optional(),
    retryDelay: durationLeaf({ positive: true })
      .describe('With fail: how long it waits before. Default 1m.')
      .optional(),
  })
  .describe('Jobs, which RunTask starts. Default: they wait.')
  .meta({ examples: [{ unplaced: 'fail', retries: 3, retryDelay: '1m' }] });

/** Schedulers of one's own, and the rates of the API that they share. */
export const startTaskSchema = z
  .array(
    z.strictObject({
      name: nameLeaf('a name', 'near-line').describe('Name in results.'),
      use: textLeaf('a file name', './own-scheduler.ts', { maxLength: 1000 }).describe(
        'Module with the scheduler (defineStartTaskScheduler); needs --allow-plugins.',
      ),
      tasks: z
        .array(nameLeaf('a job or trace', 'grading'))
        .min(1)
        .describe('Jobs and traces whose tasks it starts.')
        .meta({ examples: [['grading']] }),
      poll: durationLeaf({ positive: true })
        .describe('Least time between two reads of the cluster.')
        .default('1s'),
      snapshotAge: durationLeaf()
        .describe(
          'From a read to the StartTask calls that it leads to; other schedulers place tasks meanwhile.',
        )
        .default('500ms'),
      retryDelay: durationLeaf({ positive: true })
        .describe('How long a task is left out after StartTask failed; twice as long each time.')
        .default('1s'),
      retryDelayMost: durationLeaf({ positive: true }).describe('At most so long.').default('1m'),
    }),
  )
  .max(20)
  .describe("Schedulers of one's own that read the cluster and call StartTask, beside those of ECS.")
  .meta({ examples: [[{ name: 'near-line', use: './own-scheduler.ts', tasks: ['grading'] }]] });

/** Quotas of the account. */
export const ecsQuotasSchema = z
  .strictObject({
    hostPortsPerInstance: whole(
      'Host ports in use on an instance, with those of the system.',
      100,
      5,
      65_535,
    ),
    instancesPerCluster: whole('Container instances; more are warned of.', 5000, 1, 1_000_000),
    servicesPerCluster: whole('Services; more are warned of.', 5000, 1, 1_000_000),
    tasksPerService: whole('Desired count of a service; more is warned of.', 5000, 1, 100_000_000),
  })
  .partial()
  .describe('Quotas that AWS has raised, or that are to be looked at as if it had.')
  .meta({ examples: [{ tasksPerService: 10_000 }] });

export const apiRatesSchema = z
  .strictObject({
    readBurst: whole('List and Describe calls at once after a pause.', 50, 1, 1_000_000).default(50),
    readsPerSecond: whole('List and Describe calls a second.', 20, 1, 1_000_000).default(20),
    modifyBurst: whole('StartTask calls at once after a pause.', 100, 1, 1_000_000).default(100),
    modifiesPerSecond: whole('StartTask calls a second.', 40, 1, 1_000_000).default(40),
  })
  .describe('What the ECS API lets the schedulers of startTask call together.')
  .meta({ examples: [{ modifiesPerSecond: 80 }] });

/** With the defaults of the schema; so the next two. */
export type RunTaskInput = z.output<typeof runTaskSchema>;
export type EcsServicesInput = z.output<typeof ecsServicesSchema>;
export type ManagedScalingInput = z.output<typeof managedScalingSchema>;
