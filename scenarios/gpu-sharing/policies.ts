import type { KubernetesPluginDefinition, Scheduler, TypicalPod } from 'stowage';
import { kubernetesSchedulerWith } from 'stowage';
import bestFit from './best-fit.ts';
import dotProduct from './dot-product.ts';
import fgd from './fgd.ts';
import gpuClustering from './gpu-clustering.ts';
import gpuPacking from './gpu-packing.ts';
import random from './random.ts';

/** Which of the nodes with the best score is taken: in the order in which they joined, or any of them. */
export type Ties = 'first' | 'last' | 'random';

export interface Policy {
  readonly plugin: KubernetesPluginDefinition;
  /** Does it get the typical pods of the workload as its arguments? */
  readonly wantsTypicalPods?: boolean;
  /** What the policy is, whatever the tie rule of the experiment. */
  readonly ties?: Ties;
}

/** The six of the published experiment, in its order. */
export const POLICIES: readonly Policy[] = [
  { plugin: random, ties: 'random' },
  { plugin: dotProduct },
  { plugin: gpuClustering },
  { plugin: gpuPacking },
  { plugin: bestFit },
  { plugin: fgd, wantsTypicalPods: true },
];

/**
 * kube-scheduler with resource fit (CPU, memory, pods, devices) as its only filter and the policy's plugin as its only
 * score; every node is scored.
 */
export function schedulerOf(policy: Policy, ties: Ties, typicalPods: readonly TypicalPod[]): Scheduler {
  const { plugin, wantsTypicalPods = false } = policy;
  const { name } = plugin;
  const definition = kubernetesSchedulerWith([plugin]);
  const config = {
    percentageOfNodesToScore: 100,
    profiles: [
      {
        plugins: {
          multiPoint: {
            disabled: [{ name: '*' }],
            enabled: [{ name: 'PrioritySort' }, { name: 'DefaultBinder' }, { name }],
          },
          preFilter: { enabled: [{ name: 'NodeResourcesFit' }] },
          filter: { enabled: [{ name: 'NodeResourcesFit' }] },
        },
        pluginConfig: wantsTypicalPods ? [{ name, args: { typicalPods } }] : [],
      },
    ],
  };
  const read = definition.readOptions({ config, tieBreak: policy.ties ?? ties });
  if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join('; '));
  return definition.create(read.options);
}
