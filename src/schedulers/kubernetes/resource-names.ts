import { createResourceTable, LANE, type ResourceTable } from '../../model/resources.ts';

/**
 * Which lane of the resource table holds which Kubernetes resource. CPU is counted in millicores, GPUs in thousandths
 * of a device, everything else in base units.
 */
const LANE_RESOURCES: readonly string[] = [
  'cpu',
  'memory',
  'pods',
  'ephemeral-storage',
  'nvidia.com/gpu',
  'example.com/network-interface',
];

/** Sums of CPU and memory in which silent containers count 100m and 200 MiB; scores use them, filters do not. */
export const NONZERO_CPU = 'nonzero-cpu';
export const NONZERO_MEMORY = 'nonzero-memory';

/** The resource table of a Kubernetes platform. `extended`: names of resources beyond those of `LANE`. */
export function kubernetesResourceTable(extended: readonly string[]): ResourceTable {
  return createResourceTable({ cpuPerVcpu: 1000, extended, accounting: [NONZERO_CPU, NONZERO_MEMORY] });
}

/** The Kubernetes name of a lane, as messages spell it: `Insufficient ephemeral-storage`. */
export function resourceOfLane(table: ResourceTable, lane: number): string {
  return LANE_RESOURCES[lane] ?? table.names[lane]!;
}

/** The lane of a resource, -1 when the table has none: then no node offers it. */
export function laneOfResource(table: ResourceTable, resource: string): number {
  const fixed = LANE_RESOURCES.indexOf(resource);
  return fixed >= 0 ? fixed : table.names.indexOf(resource, LANE_RESOURCES.length);
}

/** The lane whose sums the Fit scores use for `lane`; the lane itself in tables without non-zero sums. */
export function scoredLane(table: ResourceTable, lane: number): number {
  if (lane !== LANE.cpu && lane !== LANE.memory) return lane;
  const nonzero = table.names.indexOf(lane === LANE.cpu ? NONZERO_CPU : NONZERO_MEMORY);
  return nonzero >= 0 ? nonzero : lane;
}

/**
 * Extended resources, huge pages, attachable volumes: counted by name, and left out of scores when the pod asks for
 * none. Source: kubernetes v1.36.2 pkg/scheduler/util/utils.go, pkg/apis/core/v1/helper/helpers.go
 */
export function isScalarResource(name: string): boolean {
  const prefixedNative = name.includes('kubernetes.io/');
  const extended = name.includes('/') && !prefixedNative && !name.startsWith('requests.');
  return (
    extended || prefixedNative || name.startsWith('hugepages-') || name.startsWith('attachable-volumes-')
  );
}
