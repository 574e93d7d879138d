import { type FargateSize, podFargateSize } from '../model/ecs/fargate-sizes.ts';
import type { ContainerRequest, FargatePod } from './usage.ts';

/**
 * The size that EKS runs a pod in: for CPU and memory the larger of the largest init container and the sum of
 * the others, then as `podFargateSize` has it. Null when none fits.
 */
export function fargatePodSize({ containers, initContainers }: FargatePod): FargateSize | null {
  const request = (amountOf: (container: ContainerRequest) => number) =>
    Math.max(
      ...initContainers.map(amountOf),
      containers.reduce((sum, container) => sum + amountOf(container), 0),
    );
  return podFargateSize(
    request(({ cpuMilli }) => cpuMilli),
    request(({ memoryMiB }) => memoryMiB),
  );
}
