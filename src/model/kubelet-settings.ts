import { GIB, MIB } from '../units.ts';
import type { InstanceType } from './instance-type.ts';
import { EVICTION_MEMORY_MIB, kubeReservedCpuMilli, kubeReservedMemoryMiB } from './node-overhead.ts';

/** Amounts that the kubelet keeps from pods; absent: not said. */
export interface KubeletReserve {
  readonly cpuMilli?: number;
  readonly memoryBytes?: number;
  readonly ephemeralBytes?: number;
}

/** An amount, or a share of the whole. */
export type EvictionThreshold = { readonly bytes: number } | { readonly percent: number };

/** What an EC2NodeClass says of the kubelet; everything absent is as EKS has it. */
export interface KubeletSettings {
  readonly maxPods?: number;
  /** Bounds the pods of a node as well. */
  readonly podsPerCore?: number;
  readonly kubeReserved: KubeletReserve;
  readonly systemReserved: KubeletReserve;
  readonly memoryAvailable?: EvictionThreshold;
  readonly nodefsAvailable?: EvictionThreshold;
}

/** What pods may request of a node. */
export interface NodeOffer {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralBytes: number;
  readonly pods: number;
}

/** nodefs.available below 10 % evicts, 1 GiB is kept for the system. Source: amazon-eks-ami nodeadm, kubelet config. */
const NODEFS_AVAILABLE: EvictionThreshold = { percent: 10 };
const RESERVED_EPHEMERAL_BYTES = GIB;

/**
 * What an EKS node of the type with so large a root volume offers. Reserves that the node class names take the place of
 * those that EKS would keep; EKS sizes its own by the pods that the network interfaces allow, whatever `maxPods` is.
 * Source: aws/karpenter-provider-aws v1.14 pkg/providers/instancetype/types.go; amazon-eks-ami nodeadm
 * internal/kubelet/config.go
 */
export function nodeOffer(type: InstanceType, diskBytes: number, kubelet?: KubeletSettings): NodeOffer {
  const { kubeReserved = {}, systemReserved = {} } = kubelet ?? {};
  const { eksAllocatable, vcpus, memoryMiB, maxPods } = type;
  const eksCpuMilli = kubeReservedCpuMilli(vcpus);
  const eksMemoryBytes = kubeReservedMemoryMiB(maxPods) * MIB;
  const cpuMilli =
    eksAllocatable.cpuMilli +
    (eksCpuMilli - (kubeReserved.cpuMilli ?? eksCpuMilli)) -
    (systemReserved.cpuMilli ?? 0);
  const eksEviction = { bytes: EVICTION_MEMORY_MIB * MIB };
  const memoryBytes =
    eksAllocatable.memoryMiB * MIB +
    (eksMemoryBytes - (kubeReserved.memoryBytes ?? eksMemoryBytes)) -
    (systemReserved.memoryBytes ?? 0) +
    (eksEviction.bytes - amountOf(kubelet?.memoryAvailable ?? eksEviction, memoryMiB * MIB));
  const kept =
    (kubeReserved.ephemeralBytes ?? RESERVED_EPHEMERAL_BYTES) + (systemReserved.ephemeralBytes ?? 0);
  const evicted = amountOf(kubelet?.nodefsAvailable ?? NODEFS_AVAILABLE, diskBytes);
  const byCores = kubelet?.podsPerCore === undefined ? Number.POSITIVE_INFINITY : kubelet.podsPerCore * vcpus;
  return {
    cpuMilli: Math.max(0, cpuMilli),
    memoryBytes: Math.max(0, Math.floor(memoryBytes)),
    ephemeralBytes: Math.max(0, Math.floor(diskBytes - evicted) - kept),
    pods: Math.min(kubelet?.maxPods ?? maxPods, byCores),
  };
}

function amountOf(threshold: EvictionThreshold, whole: number): number {
  return 'bytes' in threshold ? threshold.bytes : (whole * threshold.percent) / 100;
}
