/** One EC2 instance type, or a type made up in a scenario: hardware, limits, price. */
export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  /** Advertised memory. */
  readonly memoryMiB: number;
  readonly architecture: 'amd64' | 'arm64';
  readonly gpus: { readonly count: number; readonly model: string } | null;
  /** Network interfaces in all, and addresses on each; bound the pods of an EKS node and the awsvpc tasks of an ECS instance. */
  readonly maxEnis: number;
  readonly ipv4PerEni: number;
  /** Pods that EKS allows on a node of this type (VPC CNI formula), 110 when unknown. */
  readonly maxPods: number;
  /** Tasks in network mode awsvpc without and with trunking (ecs.md §1.4). */
  readonly awsvpcTasks: { readonly plain: number; readonly trunked: number };
  /** Memory that Linux reports on the type: measured, or the published estimate; what the ECS agent registers. */
  readonly linuxMemoryMiB: number;
  /** Memory and CPU that pods may take on EKS. */
  readonly eksAllocatable: { readonly cpuMilli: number; readonly memoryMiB: number };
  /** On-Demand Linux price in the region of the plan, 1e-10 USD per hour. */
  readonly priceE10PerHour: bigint;
}
