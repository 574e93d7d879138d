/** Amounts that the kubelet keeps from pods; absent: not said. */
export interface KubeletReserve {
  readonly cpuMilli?: number;
  readonly memoryBytes?: number;
  readonly ephemeralBytes?: number;
}

/** An amount, or a share of the whole. */
export type EvictionThreshold = { readonly bytes: number } | { readonly percent: number };

/** What an EC2NodeClass says of the kubelet of its nodes; everything absent is as the platform has it. */
export interface NodeClassKubelet {
  readonly maxPods?: number;
  /** Bounds the pods of a node as well. */
  readonly podsPerCore?: number;
  readonly kubeReserved: KubeletReserve;
  readonly systemReserved: KubeletReserve;
  readonly memoryAvailable?: EvictionThreshold;
  readonly nodefsAvailable?: EvictionThreshold;
}
