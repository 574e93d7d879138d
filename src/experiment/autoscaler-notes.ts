import type { ClusterAutoscalerSettings } from '../model/autoscaler-plan.ts';
import type { FleetGroup, PlatformPlan } from '../model/plan.ts';
import { SECOND } from '../units.ts';
import { nodePoolsOf } from './run/karpenter-fleet.ts';

/** What a reader must know of who grew and shrank the fleet. */
export function autoscalerNotes(platform: PlatformPlan, groups: readonly FleetGroup[]): string[] {
  const { autoscaler } = platform;
  switch (autoscaler.kind) {
    case 'demand':
      return demandNotes(platform, autoscaler);
    case 'karpenter':
      return karpenterNotes(platform, groups);
    case 'cluster-autoscaler':
      return clusterAutoscalerNotes(autoscaler);
    case 'managed-scaling':
    case 'none':
      return [];
  }
}

function demandNotes(
  { queue }: PlatformPlan,
  { intervalMs, idleMs }: { readonly intervalMs: number; readonly idleMs: number },
): string[] {
  const behind = queue === 'strict' ? ' and is not held back by the queue' : '';
  return [
    `The fleet follows demand by a plain rule, the same on every platform: it looks at waiting tasks every ${intervalMs / SECOND} s, ` +
      `launches for what does not fit${behind}, and ends instances that had no task for ${idleMs / SECOND} s. ` +
      "It is none of the real platforms' own autoscalers; those are chosen by name.",
  ];
}

function karpenterNotes(platform: PlatformPlan, groups: readonly FleetGroup[]): string[] {
  const { autoscaler } = platform;
  if (autoscaler.kind !== 'karpenter') return [];
  const { batchIdleMs, batchMaxMs, pollingMs, validationMs, protects } = autoscaler;
  const pools = nodePoolsOf(platform).map(({ name }) => name);
  const listed = groups.filter(({ instances }) => instances.length > 0).map(({ name }) => name);
  return [
    `Karpenter 1.14 launches and removes the nodes (NodePool ${pools.join(', ')}): batches of waiting pods close after ${batchIdleMs / SECOND} s ` +
      `without a new one, ${batchMaxMs / SECOND} s at most; it looks for nodes to remove every ${pollingMs / SECOND} s, and once more ${validationMs / SECOND} s ` +
      `later. ${protectionNote(protects)} Sizes of instance groups are upper bounds: Karpenter keeps no minimum.`,
    'Not modelled: reserved capacity, static pools, volumes bound to a zone, dynamic resources. EC2 answers a launch at once; ' +
      'every node that is launched comes.',
    ...(listed.length === 0
      ? []
      : [`Listed instances (${listed.join(', ')}) belong to no NodePool and stay.`]),
  ];
}

function clusterAutoscalerNotes({
  scanMs,
  expanders,
  unneededMs,
  protects,
}: ClusterAutoscalerSettings): string[] {
  return [
    `The Cluster Autoscaler 1.36 grows and shrinks every instance group whose size is a range: a loop every ${scanMs / SECOND} s and ` +
      `for every new pod without room, expander ${expanders.join(', ')}, nodes go after ${unneededMs / SECOND} s unneeded. ${protectionNote(protects)}`,
    "Where pods could go it simulates with kube-scheduler's filters, without scores and preemption. A group of several types is judged " +
      'by its first; one of several zones by any of its nodes, drawn anew in each loop, although a new node comes up where the group ' +
      'has the fewest: pods that are bound to a zone, or spread hard over zones, want a group in each. The soft taint on unneeded nodes is not modelled.',
  ];
}

function protectionNote(protects: ClusterAutoscalerSettings['protects']): string {
  return protects === 'jobs'
    ? 'Pods of jobs and traces are never moved.'
    : 'Every pod may be moved; those of jobs and traces start over.';
}
