import * as z from 'zod';
import { fargateSchema } from './fargate-schema.ts';
import { bytesLeaf, durationLeaf, instantLeaf, nameLeaf, priceLeaf, shareLeaf, textLeaf } from './leaves.ts';
import { whole as wholeTo } from './whole-number.ts';

/** Amounts of what is billed reach further than other numbers. */
const whole = (description: string, example: number, min = 0, max = 1_000_000_000) =>
  wholeTo(description, example, min, max);

const amount = (description: string) =>
  bytesLeaf('an amount of data', '100MB').describe(description).default('0');
const typeName = nameLeaf('an instance type', 'm6i.xlarge');
const zoneName = nameLeaf('a zone', 'us-east-1a');
const name = (description: string) => nameLeaf('a name', 'base').describe(description);

const platform = z
  .enum(['linux', 'ubuntu-pro', 'windows', 'rhel', 'suse'])
  .describe('Operating system, as EC2 names its billing platforms.')
  .default('linux');
const tenancy = z.enum(['default', 'dedicated']).describe('Hardware shared or not.').default('default');
const years = z
  .union([z.literal(1), z.literal(3)])
  .describe('Length of the term.')
  .meta({ examples: [1] })
  .default(1);
const since = instantLeaf()
  .describe('Begin of the term, on a full hour. Default: the hour in which the run begins.')
  .optional();

const group = z
  .strictObject({
    platform,
    tenancy,
    software: priceLeaf().describe('Hourly fee of a Marketplace image.').optional(),
    detailedMonitoring: z.boolean().describe('Seven metrics for each instance.').default(false),
    publicAddress: z.boolean().describe('A public IPv4 address for each instance.').default(false),
    eksAutoMode: z.boolean().describe('Managed by EKS Auto Mode, on Kubernetes with EKS.').default(false),
    ecsManaged: z.boolean().describe('ECS Managed Instances, on ECS.').default(false),
    cpuUse: shareLeaf()
      .describe('CPU use of T3, T3a and T4g in unlimited mode: surplus credits are billed.')
      .optional(),
  })
  .describe('What the instances of a group cost beside their time.');

const reservedInstance = z.strictObject({
  name: name('Name on the bill.'),
  type: typeName.describe('Instance type.'),
  platform,
  tenancy,
  zone: zoneName.describe('Of a zonal reservation. Default: regional.').optional(),
  count: whole('Instances reserved.', 4, 1, 1_000_000),
  years,
  upfront: priceLeaf().describe('Paid at the start, for one instance, in USD.').default('0 USD'),
  hourly: priceLeaf()
    .describe(
      'Paid every hour, for one instance. Default: the median share of the On-Demand price (an assumption).',
    )
    .optional(),
  since,
});

const savingsPlan = z.strictObject({
  name: name('Name on the bill.'),
  family: nameLeaf('an instance family', 'm6i')
    .describe('Family of an EC2 Instance Savings Plan. Default: a Compute Savings Plan.')
    .optional(),
  commitment: priceLeaf().describe('USD per hour, at Savings Plan rates.'),
  years,
  since,
});

const perTaskHour = 'for each hour that a task holds its place';

const traffic = z.strictObject({
  internet: amount(`Sent to the internet ${perTaskHour}.`),
  betweenTasks: amount(`Sent to other tasks ${perTaskHour}; these stand in the zones of the fleet alike.`),
  nat: amount(`Through a NAT gateway ${perTaskHour}.`),
  logs: amount(`Logged ${perTaskHour}.`),
});

const loadBalancer = z.strictObject({
  public: z.boolean().describe('Internet-facing: a public address in each zone of the fleet.').default(false),
  rules: whole('Rules of an application load balancer.', 5, 0, 1000).default(1),
  requests: whole(`Requests ${perTaskHour}.`, 36_000).default(0),
  newConnections: whole(`New connections ${perTaskHour}.`, 3600).default(0),
  activeConnections: whole('Mean number of open connections for each task.', 50, 0, 1_000_000).default(0),
  data: amount(`Data processed ${perTaskHour}.`),
});

const price = z.union([
  priceLeaf().describe('USD per unit.'),
  z
    .array(
      z.strictObject({
        upTo: whole('Cumulative bound; the last tier has none.', 10_240, 1).optional(),
        price: priceLeaf().describe('USD per unit.'),
      }),
    )
    .min(1)
    .describe('A price in tiers.')
    .meta({ examples: [[{ upTo: 10_240, price: 0.09 }, { price: 0.085 }]] }),
]);

/** What the bill depends on beside the run. */
export const billingSchema = z
  .strictObject({
    prices: z
      .record(textLeaf('a price key', 'nat/us-east-1/hour'), price)
      .describe('Prices by key of the price book, in place of listed ones.')
      .meta({ examples: [{ 'nat/us-east-1/hour': '0.045 USD' }] })
      .default({}),
    rules: z
      .strictObject({
        era: z.enum(['per-second', 'hourly']).describe('hourly: as before 2017-10-02.').default('per-second'),
        eksHours: z
          .enum(['prorate', 'ceil'])
          .describe('A broken hour of an EKS control plane.')
          .default('prorate'),
        sharing: z.boolean().describe('Commitments also serve other accounts.').default(true),
        internetFreeGb: whole('Free GB to the internet in a month.', 100).default(0),
      })
      .describe('Choices that AWS leaves open or that change with the times.')
      .default({ era: 'per-second', eksHours: 'prorate', sharing: true, internetFreeGb: 0 }),
    instances: z
      .record(nameLeaf('an instance group', 'general'), group)
      .describe('By instance group.')
      .meta({ examples: [{ general: { platform: 'rhel' } }] })
      .default({}),
    reservedInstances: z
      .array(reservedInstance)
      .max(1000)
      .describe('Reserved Instances.')
      .meta({ examples: [[{ name: 'base', type: 'm6i.xlarge', count: 4 }]] })
      .default([]),
    savingsPlans: z
      .array(savingsPlan)
      .max(1000)
      .describe('Savings Plans.')
      .meta({ examples: [[{ name: 'floor', commitment: '1.5 USD/h' }]] })
      .default([]),
    savingsPlanRates: z
      .strictObject({
        ec2: shareLeaf().describe('Of EC2 Instance Savings Plans.').default(0.672),
        compute: shareLeaf().describe('Of Compute Savings Plans.').default(0.761),
      })
      .describe('Savings Plan rate over On-Demand price (an assumption), where no rate is listed.')
      .default({ ec2: 0.672, compute: 0.761 }),
    capacityReservations: z
      .array(
        z.strictObject({
          name: name('Name on the bill.'),
          type: typeName.describe('Instance type.'),
          zone: zoneName.describe('Zone.'),
          count: whole('Instances reserved.', 2, 1, 1_000_000),
          platform,
          tenancy,
        }),
      )
      .max(1000)
      .describe('On-Demand Capacity Reservations, for the whole run.')
      .meta({ examples: [[{ name: 'held', type: 'm6i.xlarge', zone: 'us-east-1a', count: 2 }]] })
      .default([]),
    volumes: z
      .array(
        z.strictObject({
          name: name('Name on the bill.'),
          zone: zoneName.describe('Zone.'),
          type: z
            .enum(['gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard'])
            .describe('EBS volume type.')
            .default('gp3'),
          size: bytesLeaf('a size', '500GiB').describe('Size, whole GiB.'),
          iops: whole('Provisioned IOPS.', 4000, 1, 1_000_000).optional(),
          throughput: whole('Provisioned MiB/s of gp3.', 250, 1, 100_000).optional(),
        }),
      )
      .max(10_000)
      .describe('EBS volumes beside the root volumes, for the whole run.')
      .meta({ examples: [[{ name: 'data', zone: 'us-east-1a', type: 'io2', size: '500GiB', iops: 4000 }]] })
      .default([]),
    snapshots: z
      .array(
        z.strictObject({
          name: name('Name on the bill.'),
          size: bytesLeaf('a size', '80GiB').describe('Blocks stored, whole GiB.'),
        }),
      )
      .max(10_000)
      .describe('EBS snapshots kept for the whole run.')
      .meta({ examples: [[{ name: 'daily', size: '80GiB' }]] })
      .default([]),
    fargate: fargateSchema,
    loadBalancers: z
      .record(nameLeaf('a load balancer', 'front'), loadBalancer)
      .describe('Traffic of the load balancers of the services.')
      .meta({ examples: [{ front: { public: true, requests: 36_000, data: '500MB' } }] })
      .default({}),
    natGateways: z
      .array(zoneName)
      .describe('Zones that have a NAT gateway.')
      .meta({ examples: [['us-east-1a']] })
      .default([]),
    traffic: z
      .record(nameLeaf('a service, job or trace', 'web'), traffic)
      .describe('Traffic and logs of tasks, by service, job or trace.')
      .meta({ examples: [{ web: { internet: '200MB', logs: '5MB' } }] })
      .default({}),
    registry: z
      .strictObject({
        versions: whole(
          'Versions kept of each image of the templates. They share all layers but the last.',
          10,
          1,
          100_000,
        ).default(1),
        visibility: z.enum(['private', 'public']).describe('Kind of repository.').default('private'),
        pushEvery: durationLeaf({ positive: true })
          .describe('A further version of each image so often. Deployments of a service push one, too.')
          .optional(),
        lifecycle: z
          .strictObject({
            countType: z
              .enum(['imageCountMoreThan', 'sinceImagePushed'])
              .describe('As in the policy: number of images, or days since the push.'),
            count: whole('Images, or days.', 10, 1, 1_000_000),
          })
          .describe('Rule of the lifecycle policy, evaluated once a day. Default: nothing is deleted.')
          .meta({ examples: [{ countType: 'imageCountMoreThan', count: 10 }] })
          .optional(),
        pulls: z
          .enum(['free', 'nat'])
          .describe(
            'nat: what instances pull passes the NAT gateways; known on ECS platforms with taskLife. Default free: within the region.',
          )
          .default('free'),
      })
      .describe('Images of the templates, stored in ECR.')
      .optional(),
    monitoring: z
      .strictObject({
        metrics: whole('Custom metrics.', 50).default(0),
        alarms: whole('Standard alarms.', 10).default(0),
        highResolutionAlarms: whole('High-resolution alarms.', 2).default(0),
        dashboards: whole('Dashboards.', 3).default(0),
        logRetentionDays: whole('Days that logs are kept. Default: for ever.', 30, 1, 36_500).optional(),
        scanned: amount('Log data read by queries over the run.'),
      })
      .describe('CloudWatch, for the whole run.')
      .default({ metrics: 0, alarms: 0, highResolutionAlarms: 0, dashboards: 0, scanned: '0' }),
    eks: z
      .strictObject({
        version: textLeaf('a Kubernetes version', '1.31').describe('Version of the clusters.'),
        standardUntil: instantLeaf().describe('End of standard support. Default: as listed.').optional(),
        extendedUntil: instantLeaf().describe('End of extended support. Default: as listed.').optional(),
      })
      .describe('Support of EKS clusters. Default: in standard support.')
      .optional(),
    selfRunControlPlane: z
      .strictObject({
        type: typeName.describe('Instance type.').default('t3.medium'),
        zones: z
          .array(zoneName)
          .min(1)
          .max(9)
          .describe('Zone of each instance; an odd number, for a quorum.')
          .meta({ examples: [['us-east-1a', 'us-east-1b', 'us-east-1c']] }),
        root: bytesLeaf('a size', '64GiB').describe('Root volume, gp3, whole GiB.').default('64GiB'),
        etcd: bytesLeaf('a size', '20GiB')
          .describe('Each of two etcd volumes, gp3, whole GiB.')
          .default('20GiB'),
      })
      .describe('Control plane of Kubernetes without EKS, as kops sets it up.')
      .optional(),
  })
  .describe('What the bill depends on beside the run.');

/** With the defaults of the schema. */
export type BillingInput = z.output<typeof billingSchema>;
