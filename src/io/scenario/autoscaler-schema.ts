import * as z from 'zod';
import { EXPANDERS } from '../../model/autoscaler-plan.ts';
import { durationLeaf, textLeaf } from './leaves.ts';
import { whole } from './whole-number.ts';

const anything = z.record(z.string(), z.unknown());

const protects = z
  .enum(['nothing', 'jobs'])
  .describe(
    'Which pods are never moved, as karpenter.sh/do-not-disrupt and safe-to-evict: "false" say: those of jobs and ' +
      'traces, which would start over, or none.',
  )
  .default('nothing');

const poolBudget = z.strictObject({
  nodes: z
    .union([z.int().min(0).max(1_000_000), z.string().regex(/^(?:100|\d{1,2})%$/)])
    .describe('Nodes of the pool that may go at the same time, or percent of them.')
    .meta({ examples: ['10%', 3] }),
  reasons: z
    .array(z.enum(['Empty', 'Drifted', 'Underutilized']))
    .max(3)
    .describe('For these reasons alone.')
    .optional(),
  schedule: textLeaf('a schedule', '0 9 * * 1-5')
    .describe('Cron schedule in UTC: when it begins to hold.')
    .optional(),
  duration: durationLeaf({ positive: true }).describe('How long it then holds.').optional(),
});

/** Karpenter. */
export const karpenterSchema = z.strictObject({
  kind: z.literal('karpenter').describe('Karpenter 1.14: nodes as waiting pods need them, consolidated.'),
  nodePools: z
    .array(anything)
    .min(1)
    .max(100)
    .describe(
      'NodePool objects (karpenter.sh/v1), unchanged. Their nodeClassRef.name names the instance group that says how nodes are made; ' +
        'a pool without such a group may use all the others. Default: those of workload.manifests, or what pool says.',
    )
    .meta({ examples: [[{ metadata: { name: 'general' }, spec: { weight: 10 } }]] })
    .optional(),
  pool: z
    .strictObject({
      consolidationPolicy: z
        .enum(['WhenEmptyOrUnderutilized', 'WhenEmpty', 'Balanced'])
        .describe('Which nodes are removed.')
        .default('WhenEmptyOrUnderutilized'),
      consolidateAfter: z
        .union([z.literal('Never'), durationLeaf()])
        .describe('No pod must have come or gone for so long.')
        .meta({ examples: ['30s', 'Never'] })
        .default('0s'),
      expireAfter: z
        .union([z.literal('Never'), durationLeaf({ positive: true })])
        .describe('The longest that a node may live.')
        .meta({ examples: ['720h', 'Never'] })
        .default('720h'),
      budgets: z
        .array(poolBudget)
        .max(50)
        .describe('How many nodes may go at the same time.')
        .meta({ examples: [[{ nodes: '10%' }]] })
        .default([{ nodes: '10%' }]),
    })
    .describe(
      'Of NodePools that are made of the fleet: one for all instance groups without labels and taints, and one for each other.',
    )
    .optional(),
  batchIdle: durationLeaf({ positive: true })
    .describe('A batch of waiting pods is complete after so long without a new one.')
    .default('1s'),
  batchMax: durationLeaf({ positive: true }).describe('The longest that a batch may take.').default('10s'),
  polling: durationLeaf({ positive: true }).describe('Between two looks for nodes to remove.').default('10s'),
  validation: durationLeaf()
    .describe('Between deciding on a removal and looking at it again.')
    .default('15s'),
  spotToSpotConsolidation: z.boolean().describe('The feature gate.').default(false),
  drift: z
    .array(durationLeaf({ positive: true }))
    .max(1000)
    .describe('When all nodes of then stop being what their pools want: a new image, say.')
    .meta({ examples: [['6h']] })
    .default([]),
  protects,
});

/** Kubernetes' Cluster Autoscaler. */
export const clusterAutoscalerSchema = z.strictObject({
  kind: z.literal('cluster-autoscaler').describe('Cluster Autoscaler 1.36 over the instance groups.'),
  scanInterval: durationLeaf({ positive: true }).describe('Between two loops.').default('10s'),
  expander: z
    .union([z.enum(EXPANDERS), z.array(z.enum(EXPANDERS)).min(1).max(6)])
    .describe('How it chooses among groups that could grow; several narrow down one after the other.')
    .meta({ examples: ['least-waste', ['priority', 'least-waste']] })
    .default('least-waste'),
  priorities: z
    .array(
      z.strictObject({
        priority: whole('The higher wins.', 10, 0, 1_000_000),
        groups: z
          .array(textLeaf('a regular expression', 'spot-.*'))
          .min(1)
          .max(100)
          .describe('Regular expressions of names of instance groups.')
          .meta({ examples: [['spot-.*']] }),
      }),
    )
    .max(100)
    .describe('For the expander priority.')
    .default([]),
  newPodScaleUpDelay: durationLeaf().describe('Younger pods wait for a later loop.').default('0s'),
  maxNodesTotal: whole('Most nodes of the cluster; 0: any number.', 100, 0, 1_000_000).default(0),
  maxNodesPerScaleUp: whole('Most nodes of one scale-up.', 1000, 1, 100_000).default(1000),
  balanceSimilarNodeGroups: z
    .boolean()
    .describe('Shares a scale-up out over groups with the same labels, CPU and memory.')
    .default(false),
  scaleDownUtilizationThreshold: z
    .number()
    .min(0)
    .max(1)
    .describe('A node that is used less may go.')
    .meta({ examples: [0.5] })
    .default(0.5),
  scaleDownUnneededTime: durationLeaf().describe('After having been unneeded for so long.').default('10m'),
  scaleDownDelayAfterAdd: durationLeaf().describe('Not so soon after a scale-up.').default('10m'),
  scaleDownDelayAfterDelete: durationLeaf().describe('Not so soon after a removal.').default('0s'),
  unremovableNodeRecheckTimeout: durationLeaf()
    .describe('A node whose pods found no room is not looked at for so long.')
    .default('5m'),
  maxScaleDownParallelism: whole('Nodes that may leave at the same time.', 10, 1, 10_000).default(10),
  maxDrainParallelism: whole('Of these, nodes with pods.', 1, 1, 10_000).default(1),
  nodeDeleteDelayAfterTaint: durationLeaf().describe('From the taint to the eviction.').default('5s'),
  maxNodeProvisionTime: durationLeaf({ positive: true })
    .describe('A node that does not come within this is given up.')
    .default('15m'),
  skipNodesWithSystemPods: z
    .boolean()
    .describe('A node stays for pods of kube-system without a disruption budget.')
    .default(true),
  blockingSystemPodTimeout: durationLeaf().describe('While these are younger.').default('1h'),
  skipNodesWithLocalStorage: z
    .boolean()
    .describe('A node stays for pods with an emptyDir on disk or a hostPath.')
    .default(true),
  skipNodesWithCustomControllerPods: z
    .boolean()
    .describe('A node stays for pods of controllers that Kubernetes does not bring.')
    .default(true),
  protects,
});

/** Names that stand for a setting with all defaults. */
export const kubernetesScalerNames = ['karpenter', 'cluster-autoscaler'] as const;

/** With the defaults of the schema; so the next. */
export type KarpenterInput = z.output<typeof karpenterSchema>;
export type ClusterAutoscalerInput = z.output<typeof clusterAutoscalerSchema>;
