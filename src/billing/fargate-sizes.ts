import type { ContainerRequest, FargatePod } from './usage.ts';

/**
 * The sizes that Fargate has: vCPUs in units of 1024, and the memory each goes with.
 * Source: Amazon ECS developer guide of 2023-06, AWS_Fargate.md.
 */
const SIZES: readonly { readonly cpuUnits: number; readonly memoryMiB: readonly number[] }[] = [
  { cpuUnits: 256, memoryMiB: [512, 1024, 2048] },
  { cpuUnits: 512, memoryMiB: steps(1, 4, 1) },
  { cpuUnits: 1024, memoryMiB: steps(2, 8, 1) },
  { cpuUnits: 2048, memoryMiB: steps(4, 16, 1) },
  { cpuUnits: 4096, memoryMiB: steps(8, 30, 1) },
  { cpuUnits: 8192, memoryMiB: steps(16, 60, 4) },
  { cpuUnits: 16384, memoryMiB: steps(32, 120, 8) },
];

function steps(fromGiB: number, toGiB: number, byGiB: number): number[] {
  const count = (toGiB - fromGiB) / byGiB + 1;
  return Array.from({ length: count }, (_, index) => 1024 * (fromGiB + index * byGiB));
}

export interface FargateSize {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/** Whether Fargate has tasks of the size. */
export function isFargateSize({ cpuUnits, memoryMiB }: FargateSize): boolean {
  return SIZES.some((size) => size.cpuUnits === cpuUnits && size.memoryMiB.includes(memoryMiB));
}

/** What EKS adds to the memory of every pod on Fargate for the agents of Kubernetes. */
const KUBERNETES_MIB = 256;

/**
 * The size that EKS runs a pod in: for CPU and memory the larger of the largest init container and the sum of
 * the others, memory plus 256 MiB; then the fewest vCPUs that have a fitting memory, and the least such memory.
 * Null when none fits. Source: Amazon EKS user guide, fargate-pod-configuration.adoc.
 */
export function fargatePodSize({ containers, initContainers }: FargatePod): FargateSize | null {
  const request = (amountOf: (container: ContainerRequest) => number) =>
    Math.max(
      ...initContainers.map(amountOf),
      containers.reduce((sum, container) => sum + amountOf(container), 0),
    );
  const cpuMilli = request((container) => container.cpuMilli);
  const wantedMiB = request((container) => container.memoryMiB) + KUBERNETES_MIB;
  for (const { cpuUnits, memoryMiB } of SIZES) {
    const fitting = memoryMiB.find((size) => size >= wantedMiB);
    if (cpuUnits * 1000 >= cpuMilli * 1024 && fitting !== undefined) return { cpuUnits, memoryMiB: fitting };
  }
  return null;
}
