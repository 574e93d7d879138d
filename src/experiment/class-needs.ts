import { LANE, type ResourceTable } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import { formatBytes } from '../units.ts';

/** Lanes whose amounts are bytes. */
const BYTE_LANES: readonly number[] = [LANE.memory, LANE.ephemeral];

/** What a task of the class asks for, in words: `0.5 vCPU`, `1GiB`, `host port 80`, `zone = us-east-1a`. */
export function needsOf(
  { requests, gpu, hostPorts, wishes, native }: TaskClass,
  resources: ResourceTable,
): string[] {
  const asked = [`${requests[LANE.cpu]! / resources.cpuPerVcpu} vCPU`, formatBytes(requests[LANE.memory]!)];
  if (requests[LANE.ephemeral]! > 0) asked.push(`${formatBytes(requests[LANE.ephemeral]!)} of scratch space`);
  if (gpu !== null) {
    const models = gpu.models.length === 0 ? '' : ` (${gpu.models.join(' or ')})`;
    asked.push(`${(gpu.count * gpu.milli) / 1000} GPU${models}`);
  }
  resources.names.forEach((name, lane) => {
    const isExtended = !Object.hasOwn(LANE, name) && resources.limited[lane] === 1;
    if (isExtended && requests[lane]! > 0) asked.push(`${requests[lane]!} ${name}`);
  });
  for (const { port } of hostPorts) asked.push(`host port ${port}`);
  for (const [key, value] of wishes.where) asked.push(`${key} = ${value}`);
  return [...asked, ...podNeeds(native)];
}

type Json = Readonly<Record<string, unknown>>;

/** What a pod in Kubernetes' own shape demands of its node, field by field. */
function podNeeds(native: unknown): string[] {
  const { spec = {}, claims = [] } = (native ?? {}) as {
    readonly spec?: Json;
    readonly claims?: readonly Json[];
  };
  const affinity = (spec['affinity'] ?? {}) as Json;
  const isHard = (kind: string) => {
    const terms = (affinity[kind] ?? {}) as Json;
    return terms['requiredDuringSchedulingIgnoredDuringExecution'] !== undefined;
  };
  const spread = (spec['topologySpreadConstraints'] ?? []) as readonly Json[];
  return [
    ...Object.entries((spec['nodeSelector'] ?? {}) as Json).map(
      ([key, value]) => `${key} = ${String(value)}`,
    ),
    ...(isHard('nodeAffinity') ? ['affinity to nodes'] : []),
    ...(isHard('podAffinity') ? ['affinity to pods'] : []),
    ...(isHard('podAntiAffinity') ? ['anti-affinity to pods'] : []),
    ...spread
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
      .map(({ topologyKey }) => `even over ${String(topologyKey)}`),
    ...claims.map(({ name }) => `the volume of ${String(name)}`),
  ];
}

/** An amount of a lane as people read it: vCPUs, bytes with their unit, GPUs, plain numbers. */
export function laneText(resources: ResourceTable, lane: number, amount: number): string {
  if (lane === LANE.cpu) return `${amount / resources.cpuPerVcpu} vCPU`;
  if (BYTE_LANES.includes(lane)) return formatBytes(amount);
  return lane === LANE.gpu ? `${amount / 1000}` : String(amount);
}
