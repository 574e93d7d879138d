/**
 * What an instance really offers to tasks: the memory Linux reports, what the ECS agent registers, what
 * kubelet leaves on an EKS node, and how many pods and awsvpc tasks its network interfaces carry.
 */

/** CPU units that an instance registers per vCPU. Source: Amazon ECS developer guide, task size. */
export const ECS_CPU_UNITS_PER_VCPU = 1024;

/**
 * kubelet's hard eviction threshold memory.available, MiB. Source: kubernetes v1.36.2 pkg/kubelet/eviction.
 */
export const EVICTION_MEMORY_MIB = 100;

/**
 * Pods of a node of unknown network limits. Source: amazon-eks-ami nodeadm/internal/kubelet/eni_max_pods.go.
 */
export const DEFAULT_MAX_PODS = 110;

/**
 * Estimate of the memory Linux reports, MiB, for a type nobody has measured.
 *
 * Xen generations: `A - floor(A / 64) - c`, c = 15 below 4 GiB, else 80 below 16 vCPUs, else 95. A fit that
 * is exact for 27 published ECS registrations of t2, m3, m4, c4 and r4. Nitro: `floor(0.966 A - 128)`
 * (chosen: the middle of the measured types). At least 1.
 */
export function estimatedLinuxMemoryMiB(shape: {
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly isXen: boolean;
}): number {
  const { memoryMiB, vcpus, isXen } = shape;
  if (!isXen) return Math.max(1, Math.floor((966 * memoryMiB) / 1000) - 128);
  const kernel = memoryMiB < 4096 ? 15 : vcpus < 16 ? 80 : 95;
  return Math.max(1, memoryMiB - Math.floor(memoryMiB / 64) - kernel);
}

/**
 * Memory the ECS agent registers, MiB: what Linux reports less ECS_RESERVED_MEMORY. Null when the reserve is
 * larger: the registration fails. Source: aws/amazon-ecs-agent ecs-agent/api/ecs/client/ecs_client.go.
 */
export function ecsRegisteredMemoryMiB(linuxMemoryMiB: number, reservedMemoryMiB: number): number | null {
  return reservedMemoryMiB > linuxMemoryMiB ? null : linuxMemoryMiB - reservedMemoryMiB;
}

/** Millicores of the instance from `fromMilli` on, up to the next band: share reserved, in 1/10,000. */
const KUBE_RESERVED_CPU_BANDS = [
  { fromMilli: 0, share: 600 },
  { fromMilli: 1000, share: 100 },
  { fromMilli: 2000, share: 50 },
  { fromMilli: 4000, share: 25 },
] as const;

/**
 * CPU that EKS reserves for kubelet and the container runtime, millicores: 6 % of the first core, 1 % of the
 * second, 0.5 % of the next two, 0.25 % of the rest, each band cut to whole millicores. Source:
 * amazon-eks-ami nodeadm/internal/kubelet/config.go.
 */
export function kubeReservedCpuMilli(vcpus: number): number {
  const totalMilli = vcpus * 1000;
  return KUBE_RESERVED_CPU_BANDS.reduce((reserved, { fromMilli, share }, index) => {
    const toMilli = Math.min(totalMilli, KUBE_RESERVED_CPU_BANDS[index + 1]?.fromMilli ?? totalMilli);
    return reserved + Math.floor((Math.max(0, toMilli - fromMilli) * share) / 10_000);
  }, 0);
}

/**
 * Memory that EKS reserves for kubelet and the runtime, MiB: 255 and 11 per pod. Source: the same config.go.
 */
export function kubeReservedMemoryMiB(maxPods: number): number {
  return 11 * maxPods + 255;
}

/**
 * What pods may request on an EKS node: capacity less kube-reserved less, for memory, the eviction threshold;
 * not below 0. EKS reserves nothing for the system beyond that. Source: kubernetes v1.36.2 pkg/kubelet/cm
 * node_container_manager_linux.go.
 */
export function eksAllocatable(node: {
  readonly vcpus: number;
  readonly linuxMemoryMiB: number;
  readonly maxPods: number;
}): { cpuMilli: number; memoryMiB: number } {
  const reservedMiB = kubeReservedMemoryMiB(node.maxPods) + EVICTION_MEMORY_MIB;
  return {
    cpuMilli: node.vcpus * 1000 - kubeReservedCpuMilli(node.vcpus),
    memoryMiB: Math.max(0, node.linuxMemoryMiB - reservedMiB),
  };
}

/**
 * Pods of an EKS node by the VPC network plug-in: one address of each interface is the interface's own, and
 * two pods (network, proxy) use the node's address. `enis` counts the interfaces of the default network card.
 * Source: aws/amazon-vpc-cni-k8s misc/eni-max-pods.txt.
 */
export function maxPodsOf(enis: number, ipv4PerEni: number): number {
  return enis * (ipv4PerEni - 1) + 2;
}

/**
 * Tasks in network mode awsvpc without trunking: each takes an interface, the first is the instance's own.
 * Source: Amazon ECS developer guide, container-instance-eni.md.
 */
export function plainAwsvpcTasks(maxEnis: number): number {
  return Math.max(0, maxEnis - 1);
}
