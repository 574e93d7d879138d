import * as z from 'zod';
import { clusterAutoscalerSchema, karpenterSchema, kubernetesScalerNames } from './autoscaler-schema.ts';
import { controlPlaneSchema, upgradesSchema } from './control-plane-schema.ts';
import { distributionSchema } from './distribution-schema.ts';
import {
  apiRatesSchema,
  ecsQuotasSchema,
  ecsServicesSchema,
  managedScalingSchema,
  runTaskSchema,
  startTaskSchema,
} from './ecs-schema.ts';
import { ecsEntry } from './ecs-template-schema.ts';
import { fargateCapacitySchema } from './fargate-capacity-schema.ts';
import { fleetGroupSchema } from './fleet-schema.ts';
import { NODE_AGENT_NAMES } from '../../model/node-agents.ts';
import { kubeletSchema } from './kubelet-schema.ts';
import { bytesLeaf, cpuLeaf, durationLeaf, mebibytesLeaf, nameLeaf, rateLeaf, textLeaf } from './leaves.ts';
import { taskLifeSchema } from './task-life-schema.ts';

const anything = z.record(z.string(), z.unknown());

const demandScaler = z.strictObject({
  kind: z.literal('demand').describe('Launches instances for waiting tasks, ends idle ones.'),
  interval: durationLeaf({ positive: true }).describe('Between two looks at the queue.').default('10s'),
  idle: durationLeaf()
    .describe('An instance without tasks for this long is ended, down to the minimum of its group.')
    .default('5m'),
});

const common = {
  name: nameLeaf('a name', 'ecs-binpack').describe('Name of the platform in all results.'),
  fleet: z
    .array(fleetGroupSchema)
    .min(1)
    .max(1000)
    .describe('Instance groups of this platform alone, instead of those of the scenario.')
    .optional(),
  autoscaler: z
    .union([z.enum(['none', 'demand']), demandScaler])
    .describe('Grows and shrinks groups whose size is a range.')
    .meta({ examples: ['demand', { kind: 'demand', interval: '30s', idle: '10m' }] })
    .default('demand'),
};

const simpleQueue = z
  .enum(['skip', 'strict'])
  .describe('May later tasks start when the first of the queue does not fit?')
  .default('skip');

const kubeQueue = z
  .union([
    z.enum(['kube', 'skip', 'strict']),
    z.strictObject({
      kind: z.literal('kube').describe("kube-scheduler's own queue, with back-off and preemption."),
      cycle: durationLeaf()
        .describe('One scheduling cycle: pods are placed one after the other.')
        .default('1ms'),
      bind: durationLeaf()
        .describe('From the end of the cycle until the pod starts up; other cycles go on meanwhile.')
        .default('10ms'),
      grace: durationLeaf()
        .describe(
          'terminationGracePeriodSeconds of pods that say none: how long an evicted one takes to go, and holds its room.',
        )
        .default('30s'),
    }),
  ])
  .describe(
    "kube: kube-scheduler's own queue. skip, strict: every waiting task is tried whenever room comes free, without " +
      'back-off, latency or preemption.',
  )
  .meta({ examples: ['kube', { kind: 'kube', cycle: '5ms', bind: '20ms', grace: '30s' }] })
  .default('kube');

const tieBreak = textLeaf('a tie rule', 'random')
  .describe(
    'How the scheduler chooses among equally good instances: kube, first, last, random, shuffled; on ECS lowestId, random.',
  )
  .optional();

const ecs = z.strictObject({
  kind: z.literal('ecs').describe('Amazon ECS.'),
  ...common,
  queue: simpleQueue,
  placementStrategy: ecsEntry([{ type: 'binpack', field: 'memory' }])
    .describe('Placement strategies, applied one after the other. Default: what ECS does without any.')
    .optional(),
  placementConstraints: ecsEntry([{ type: 'distinctInstance' }])
    .describe('Placement constraints of all tasks.')
    .optional(),
  tieBreak,
  agentVersion: textLeaf('a version', '1.105.1')
    .describe('Version of the agent on every instance, for expressions that ask. Default 1.105.1 (chosen).')
    .optional(),
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
  services: ecsServicesSchema.optional(),
  runTask: runTaskSchema.optional(),
  startTask: startTaskSchema.optional(),
  apiRates: apiRatesSchema.optional(),
  quotas: ecsQuotasSchema.optional(),
  taskLife: taskLifeSchema.optional(),
  fargate: fargateCapacitySchema.optional(),
  agentLosses: z
    .strictObject({
      rate: rateLeaf().describe('How often one agent loses its connection.'),
      lasting: distributionSchema.describe('How long.').default('1m'),
    })
    .describe('Agents lose their connection at random: no new tasks meanwhile. Default: they do not.')
    .meta({ examples: [{ rate: '3/h', lasting: { exponential: { mean: '20s' } } }] })
    .optional(),
  autoscaler: z
    .union([
      z.enum(['none', 'demand', 'managed-scaling']),
      z.discriminatedUnion('kind', [demandScaler, managedScalingSchema]),
    ])
    .describe('Grows and shrinks groups whose size is a range: a plain rule, or ECS managed scaling.')
    .meta({ examples: ['managed-scaling', { kind: 'managed-scaling', targetCapacity: 90 }] })
    .default('demand'),
});

const controllers = z
  .strictObject({
    latency: durationLeaf()
      .describe('From a change of an object until its controller has seen it and acts. Default 0s (chosen).')
      .optional(),
    creationsPerSecond: z
      .int()
      .min(1)
      .max(100_000)
      .describe(
        'Pods that one controller may create in a second (--kube-api-qps). Default: no limit (chosen).',
      )
      .meta({ examples: [20] })
      .optional(),
    creationBurst: z
      .int()
      .min(1)
      .max(100_000)
      .describe('How many of them at once after a pause (--kube-api-burst). Default 30.')
      .meta({ examples: [30] })
      .optional(),
    autoscalerPeriod: durationLeaf({ positive: true })
      .describe('--horizontal-pod-autoscaler-sync-period. Default 15s.')
      .optional(),
    nodeGrace: durationLeaf()
      .describe('--node-monitor-grace-period: how long a node may be silent. Default 50s.')
      .optional(),
    evictionRetry: durationLeaf({ positive: true })
      .describe('Between two requests for an eviction that a disruption budget refuses. Default 5s.')
      .optional(),
  })
  .describe('The controllers of the cluster, where their owner may choose.')
  .meta({ examples: [{ latency: '100ms', creationsPerSecond: 20 }] });

const kubernetes = z.strictObject({
  kind: z.literal('kubernetes').describe('Kubernetes with its own scheduler.'),
  ...common,
  queue: kubeQueue,
  autoscaler: z
    .union([
      z.enum(['none', 'demand', ...kubernetesScalerNames]),
      z.discriminatedUnion('kind', [demandScaler, karpenterSchema, clusterAutoscalerSchema]),
    ])
    .describe(
      'Grows and shrinks groups whose size is a range: a plain rule, Karpenter, or the Cluster Autoscaler.',
    )
    .meta({ examples: ['karpenter', { kind: 'cluster-autoscaler', expander: 'least-waste' }] })
    .default('demand'),
  version: z.enum(['1.34', '1.36']).describe('Version of kube-scheduler.').default('1.36'),
  config: z
    .union([
      textLeaf('a file name', './scheduler.yaml', { maxLength: 1000 }).describe(
        'File with a KubeSchedulerConfiguration, YAML or JSON, relative to the folder of the scenario.',
      ),
      anything.describe('The KubeSchedulerConfiguration itself.'),
    ])
    .describe(
      'A KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1), unchanged, or the file it is in.',
    )
    .meta({ examples: [{ profiles: [{ schedulerName: 'default-scheduler' }] }, './scheduler.yaml'] })
    .optional(),
  plugins: z
    .array(textLeaf('a file name', './most-tasks.ts', { maxLength: 1000 }))
    .max(100)
    .describe(
      'Modules with out-of-tree plugins of the scheduler, which profiles of config may enable; needs --allow-plugins.',
    )
    .meta({ examples: [['./most-tasks.ts']] })
    .default([]),
  tieBreak,
  featureGates: z
    .strictObject({
      OpportunisticBatching: z
        .boolean()
        .describe(
          'A pod may take the node that the cycle of an equal pod just before left as next best. Since 1.35, default true; never acts in the default profile, whose system-default spreading keeps pods from being signed.',
        )
        .meta({ examples: [false] })
        .optional(),
    })
    .describe("kube-scheduler's --feature-gates, as far as both sides of a gate are simulated.")
    .meta({ examples: [{ OpportunisticBatching: false }] })
    .optional(),
  terminationHandler: z
    .boolean()
    .describe(
      'Cordon and drain the node at the Spot notice: EKS managed node groups, or AWS Node Termination Handler. Default true.',
    )
    .meta({ examples: [false] })
    .optional(),
  controllers: controllers.optional(),
  kubelet: kubeletSchema.optional(),
  controlPlane: controlPlaneSchema,
  upgrades: upgradesSchema.optional(),
  daemons: z
    .strictObject({
      agents: z
        .array(z.enum(NODE_AGENT_NAMES))
        .max(NODE_AGENT_NAMES.length)
        .describe(
          'Agents by name, with the requests of their published manifests (stowage catalog kubernetes): network and proxy ' +
            'as EKS installs them, dns a cache on each node, logs, metrics and traces for observability.',
        )
        .meta({ examples: [['network', 'proxy', 'dns', 'logs', 'metrics', 'traces']] })
        .optional(),
      cpu: cpuLeaf()
        .describe('In place of agents: CPU request of all of them together. Default 150m.')
        .optional(),
      memory: bytesLeaf().describe('Memory request of all of them together. Default 0.').optional(),
      pods: z
        .int()
        .min(0)
        .max(1000)
        .describe('Their number. Default 2.')
        .meta({ examples: [2] })
        .optional(),
    })
    .describe('Agents on every node. Default: aws-node (50m) and kube-proxy (100m), as EKS installs them.')
    .default({}),
});

const schedulerName = nameLeaf('a scheduler', 'best-fit');

const bare = z.strictObject({
  kind: z.literal('bare').describe('A fleet and a scheduler, nothing else: for research.'),
  ...common,
  queue: simpleQueue,
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
