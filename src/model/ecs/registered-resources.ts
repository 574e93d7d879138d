import { ECS_CPU_UNITS_PER_VCPU, ecsRegisteredMemoryMiB } from '../node-overhead.ts';

/** What a container instance registers, in units of 1/1024 vCPU and MiB. */
export interface RegisteredResources {
  readonly cpu: number;
  readonly memoryMiB: number;
}

/**
 * CPU and memory that an instance registers, less ECS_RESERVED_MEMORY; null when the reserve is larger than what there
 * is: the registration fails. Source: aws/amazon-ecs-agent ecs-agent/api/ecs/client/ecs_client.go.
 */
export function registeredResources(
  type: { readonly vcpus: number; readonly linuxMemoryMiB: number },
  reservedMemoryMiB: number,
): RegisteredResources | null {
  const memoryMiB = ecsRegisteredMemoryMiB(type.linuxMemoryMiB, reservedMemoryMiB);
  return memoryMiB === null ? null : { cpu: type.vcpus * ECS_CPU_UNITS_PER_VCPU, memoryMiB };
}
