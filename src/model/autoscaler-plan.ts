/** An object of the Kubernetes API, a NodePool, as plain data. */
type NodePoolManifest = Readonly<Record<string, unknown>>;

/** Karpenter: launches the nodes that waiting pods ask for, and removes or replaces those that cost more than they must. */
export interface KarpenterSettings {
  /** karpenter.sh/v1; each belongs to instance groups of the fleet, which say how its nodes are made. */
  readonly nodePools: readonly NodePoolManifest[];
  /** A batch of waiting pods is complete after so long without a new one, and so long after its first at the latest. */
  readonly batchIdleMs: number;
  readonly batchMaxMs: number;
  /** Between two looks for nodes to remove. */
  readonly pollingMs: number;
  /** Between deciding on a removal and looking at it again. */
  readonly validationMs: number;
  /** The feature gate SpotToSpotConsolidation. */
  readonly spotToSpot: boolean;
  /** When nodes that were launched before stop being what their pools want: a new image, say. Ascending. */
  readonly driftMs: readonly number[];
  readonly protects: ProtectedPods;
}

/** Kubernetes' Cluster Autoscaler: every instance group whose size is a range is a node group. */
export interface ClusterAutoscalerSettings {
  /** Between two loops. */
  readonly scanMs: number;
  /** In order: each narrows down the node groups that could grow; a tie is broken at random. */
  readonly expanders: readonly Expander[];
  /** For the expander `priority`: regular expressions of group names, by priority. */
  readonly priorities: readonly { readonly priority: number; readonly groups: readonly string[] }[];
  /** Pods that are younger wait for the next loop. */
  readonly newPodDelayMs: number;
  readonly maxNodesTotal: number;
  readonly maxNodesPerScaleUp: number;
  readonly balanceSimilarGroups: boolean;
  /** Below this share of its CPU and of its memory a node may go. */
  readonly utilisationThreshold: number;
  readonly unneededMs: number;
  readonly delayAfterAddMs: number;
  readonly delayAfterDeleteMs: number;
  /** A node whose pods found no room is not looked at for so long. */
  readonly unremovableMs: number;
  /** Nodes that may leave at the same time: in all, and of those with pods. */
  readonly maxParallel: number;
  readonly maxDrains: number;
  /** From the taint to the eviction. */
  readonly deleteDelayMs: number;
  /** A node that does not come within this is given up, and its group backs off. */
  readonly provisionTimeoutMs: number;
  /** A node stays for pods of kube-system without a disruption budget, while they are younger than the timeout. */
  readonly skipsSystemPods: boolean;
  readonly systemPodTimeoutMs: number;
  /** For pods with an emptyDir on disk or a hostPath. */
  readonly skipsLocalStorage: boolean;
  /** For pods of controllers that Kubernetes does not bring; for pods without any it always stays. */
  readonly skipsCustomControllers: boolean;
  readonly protects: ProtectedPods;
}

export const EXPANDERS = ['random', 'least-waste', 'most-pods', 'least-nodes', 'priority', 'price'] as const;
export type Expander = (typeof EXPANDERS)[number];

/**
 * Which pods are never moved (karpenter.sh/do-not-disrupt, cluster-autoscaler.kubernetes.io/safe-to-evict: "false"):
 * those of jobs and traces, which would start over, or none.
 */
export type ProtectedPods = 'jobs' | 'nothing';
