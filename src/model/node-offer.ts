import { GIB, MIB } from '../units.ts';
import type { InstanceType } from './instance-type.ts';
import type { KubeletSettings } from './kubelet-defaults.ts';
import type { EvictionThreshold, NodeClassKubelet } from './node-class-kubelet.ts';
import { EVICTION_MEMORY_MIB, kubeReservedCpuMilli, kubeReservedMemoryMiB } from './node-overhead.ts';

/** What a node offers to its pods, those of its agents included. */
export interface NodeOffer {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralBytes: number;
  readonly pods: number;
}

type Type = Pick<InstanceType, 'vcpus' | 'memoryMiB' | 'linuxMemoryMiB' | 'maxPods' | 'eksAllocatable'>;
type Settings = Pick<KubeletSettings, 'kubeReserved' | 'maxPods' | 'evictionHardBytes'>;

/** nodefs.available below which kubelet evicts. Source: kubernetes v1.36.2 pkg/kubelet/eviction/defaults_linux.go */
const NODEFS_AVAILABLE: EvictionThreshold = { percent: 10 };
/** Of the root volume, on EKS. Source: amazon-eks-ami nodeadm/internal/kubelet/config.go */
const EKS_EPHEMERAL_BYTES = GIB;
const NOTHING: NodeClassKubelet = { kubeReserved: {}, systemReserved: {} };

/**
 * What a node of the type with so large a root volume offers: capacity less what is kept back for kubelet, the runtime and the
 * system, less the hard eviction thresholds, not below 0. What the node class says takes the place of what the platform has;
 * EKS sizes its reserve by the pods that the network interfaces allow, whatever the most of pods is.
 * Source: kubernetes v1.36.2 pkg/kubelet/cm/node_container_manager_linux.go, GetNodeAllocatableAbsolute;
 * aws/karpenter-provider-aws v1.14 pkg/providers/instancetype/types.go
 */
export function nodeOffer(
  type: Type,
  diskBytes: number,
  settings: Settings,
  own: NodeClassKubelet = NOTHING,
): NodeOffer {
  const { vcpus, memoryMiB } = type;
  const { capacity, reserved } = beforeReserves(type, settings.kubeReserved);
  const { kubeReserved, systemReserved } = own;
  const lowMemory = own.memoryAvailable ?? { bytes: settings.evictionHardBytes };
  const memoryBytes =
    capacity.memoryBytes -
    (kubeReserved.memoryBytes ?? reserved.memoryBytes) -
    (systemReserved.memoryBytes ?? 0) -
    amountOf(lowMemory, memoryMiB * MIB);
  const ephemeralBytes =
    Math.floor(diskBytes - amountOf(own.nodefsAvailable ?? NODEFS_AVAILABLE, diskBytes)) -
    (kubeReserved.ephemeralBytes ?? reserved.ephemeralBytes) -
    (systemReserved.ephemeralBytes ?? 0);
  const cpuMilli =
    capacity.cpuMilli - (kubeReserved.cpuMilli ?? reserved.cpuMilli) - (systemReserved.cpuMilli ?? 0);
  const maxPods = settings.maxPods === 'interfaces' ? type.maxPods : settings.maxPods;
  const byCores = own.podsPerCore === undefined ? Number.POSITIVE_INFINITY : own.podsPerCore * vcpus;
  return {
    cpuMilli: Math.max(0, cpuMilli),
    memoryBytes: Math.max(0, Math.floor(memoryBytes)),
    ephemeralBytes: Math.max(0, ephemeralBytes),
    pods: Math.min(own.maxPods ?? maxPods, byCores),
  };
}

/**
 * `evictionHard` memory.available where the node class says it, whole bytes: below it kubelet evicts. A share is one of
 * the node's memory.
 */
export function ownEvictionBytes(
  { memoryMiB }: Pick<Type, 'memoryMiB'>,
  { memoryAvailable }: NodeClassKubelet = NOTHING,
): number | undefined {
  return memoryAvailable === undefined ? undefined : Math.floor(amountOf(memoryAvailable, memoryMiB * MIB));
}

/** What is there, and what the platform keeps back for kubelet and the runtime. */
function beforeReserves(type: Type, kubeReserved: Settings['kubeReserved']) {
  if (kubeReserved === 'none') {
    const capacity = { cpuMilli: type.vcpus * 1000, memoryBytes: type.linuxMemoryMiB * MIB };
    return { capacity, reserved: { cpuMilli: 0, memoryBytes: 0, ephemeralBytes: 0 } };
  }
  const reserved = {
    cpuMilli: kubeReservedCpuMilli(type.vcpus),
    memoryBytes: kubeReservedMemoryMiB(type.maxPods) * MIB,
    ephemeralBytes: EKS_EPHEMERAL_BYTES,
  };
  // What EKS leaves has its reserve and its own threshold taken off already.
  const { cpuMilli, memoryMiB } = type.eksAllocatable;
  const capacity = {
    cpuMilli: cpuMilli + reserved.cpuMilli,
    memoryBytes: (memoryMiB + EVICTION_MEMORY_MIB) * MIB + reserved.memoryBytes,
  };
  return { capacity, reserved };
}

function amountOf(threshold: EvictionThreshold, whole: number): number {
  return 'bytes' in threshold ? threshold.bytes : (whole * threshold.percent) / 100;
}
