import { MIB } from '../units.ts';
import type { InstanceType } from './instance-type.ts';
import type { KubeletSettings } from './kubelet-defaults.ts';
import { EVICTION_MEMORY_MIB } from './node-overhead.ts';

/** What a node offers to its pods, those of its agents included. */
export interface NodeOffer {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly pods: number;
}

type Settings = Pick<KubeletSettings, 'kubeReserved' | 'maxPods' | 'evictionHardBytes'>;

/**
 * Capacity less what is kept back for kubelet and the runtime less the hard eviction threshold, not below 0. Source: kubernetes
 * v1.36.2 pkg/kubelet/cm/node_container_manager_linux.go, GetNodeAllocatableAbsolute.
 */
export function nodeOffer(
  type: Pick<InstanceType, 'vcpus' | 'linuxMemoryMiB' | 'maxPods' | 'eksAllocatable'>,
  { kubeReserved, maxPods, evictionHardBytes }: Settings,
): NodeOffer {
  const pods = maxPods === 'interfaces' ? type.maxPods : maxPods;
  const { cpuMilli, memoryMiB } = type.eksAllocatable;
  const isEks = kubeReserved === 'eks';
  // What EKS leaves has its own threshold taken off already.
  const beforeThreshold = (isEks ? memoryMiB + EVICTION_MEMORY_MIB : type.linuxMemoryMiB) * MIB;
  return {
    cpuMilli: isEks ? cpuMilli : type.vcpus * 1000,
    memoryBytes: Math.max(0, beforeThreshold - evictionHardBytes),
    pods,
  };
}
