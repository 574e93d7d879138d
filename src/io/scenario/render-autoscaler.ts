import type { Autoscaler } from '../../model/plan.ts';
import { formatDurationMs } from '../../units.ts';
import type { ScenarioInput } from './scenario-schema.ts';

type KubernetesInput = Extract<ScenarioInput['platforms'][number], { kind: 'kubernetes' }>;
type Rendered = Extract<KubernetesInput['autoscaler'], object>;

/** Karpenter as a scenario has it, NodePools and every setting written out. */
export function renderKarpenter(scaler: Extract<Autoscaler, { kind: 'karpenter' }>): Rendered {
  return {
    kind: 'karpenter',
    nodePools: scaler.nodePools.map((object) => ({ ...object })),
    batchIdle: formatDurationMs(scaler.batchIdleMs),
    batchMax: formatDurationMs(scaler.batchMaxMs),
    polling: formatDurationMs(scaler.pollingMs),
    validation: formatDurationMs(scaler.validationMs),
    spotToSpotConsolidation: scaler.spotToSpot,
    drift: scaler.driftMs.map(formatDurationMs),
    protects: scaler.protects,
  };
}

/** The Cluster Autoscaler as a scenario has it, every setting written out. */
export function renderClusterAutoscaler(
  scaler: Extract<Autoscaler, { kind: 'cluster-autoscaler' }>,
): Rendered {
  return {
    kind: 'cluster-autoscaler',
    scanInterval: formatDurationMs(scaler.scanMs),
    expander: [...scaler.expanders],
    priorities: scaler.priorities.map(({ priority, groups }) => ({ priority, groups: [...groups] })),
    newPodScaleUpDelay: formatDurationMs(scaler.newPodDelayMs),
    maxNodesTotal: scaler.maxNodesTotal,
    maxNodesPerScaleUp: scaler.maxNodesPerScaleUp,
    balanceSimilarNodeGroups: scaler.balanceSimilarGroups,
    scaleDownUtilizationThreshold: scaler.utilisationThreshold,
    scaleDownUnneededTime: formatDurationMs(scaler.unneededMs),
    scaleDownDelayAfterAdd: formatDurationMs(scaler.delayAfterAddMs),
    scaleDownDelayAfterDelete: formatDurationMs(scaler.delayAfterDeleteMs),
    unremovableNodeRecheckTimeout: formatDurationMs(scaler.unremovableMs),
    maxScaleDownParallelism: scaler.maxParallel,
    maxDrainParallelism: scaler.maxDrains,
    nodeDeleteDelayAfterTaint: formatDurationMs(scaler.deleteDelayMs),
    maxNodeProvisionTime: formatDurationMs(scaler.provisionTimeoutMs),
    skipNodesWithSystemPods: scaler.skipsSystemPods,
    blockingSystemPodTimeout: formatDurationMs(scaler.systemPodTimeoutMs),
    skipNodesWithLocalStorage: scaler.skipsLocalStorage,
    skipNodesWithCustomControllerPods: scaler.skipsCustomControllers,
    protects: scaler.protects,
  };
}
