import { ECS_QUOTAS } from '../../../model/ecs-quotas.ts';
import type { ClusterView } from '../../../model/cluster-view.ts';
import { LANE } from '../../../model/resources.ts';
import type { TaskClass } from '../../../model/task-class.ts';

/**
 * The lane that counts the host ports in use on an instance: at most 100, with those of the system. Only tables of
 * clusters that could reach the limit have it. Source: AWS ECS API reference, PortMapping.
 */
export const HOST_PORTS_LANE = 'PORTS';
export const MAX_HOST_PORTS: number = ECS_QUOTAS.hostPortsPerInstance;

const CPU_REASON = 'RESOURCE:CPU';
const MEMORY_REASON = 'RESOURCE:MEMORY';
const PORTS_REASON = 'RESOURCE:PORTS';
const GPU_REASON = 'RESOURCE:GPU';
const ENI_REASON = 'RESOURCE:ENI';

/** Ends of "The closest matching (container-instance ...)". Source: AWS ECS developer guide, service event messages. */
export const ROOM_EVENT_ENDS: ReadonlyMap<string, string> = new Map([
  [CPU_REASON, 'has insufficient CPU units available.'],
  [MEMORY_REASON, 'has insufficient memory available.'],
  [PORTS_REASON, 'is already using a port required by your task.'],
]);

/**
 * What the instance has too little of for one more task of the class, each as the reason in AWS's words, in the order
 * CPU, MEMORY, PORTS, GPU, ENI (chosen), then other resources. Host ports of both protocols have one reason: one that is
 * taken, or more than 100 in all. Source: AWS ECS developer guide, API failure reasons.
 */
export function roomShortages(view: ClusterView, slot: number, taskClass: TaskClass): string[] {
  const isShort = (lane: number) => shortfall(view, slot, taskClass, lane) > 0;
  const ports = view.resources.names.indexOf(HOST_PORTS_LANE);
  const named: readonly number[] = [LANE.cpu, LANE.memory, LANE.gpu, LANE.eni, ports];
  const short: string[] = [];
  if (isShort(LANE.cpu)) short.push(CPU_REASON);
  if (isShort(LANE.memory)) short.push(MEMORY_REASON);
  if (!view.portsFit(slot, taskClass) || (ports >= 0 && isShort(ports))) short.push(PORTS_REASON);
  if (isShort(LANE.gpu) || !view.gpuFits(slot, taskClass)) short.push(GPU_REASON);
  if (isShort(LANE.eni)) short.push(ENI_REASON);
  for (const lane of taskClass.requestedLanes) {
    if (!named.includes(lane) && isShort(lane)) short.push(`RESOURCE:${view.resources.names[lane]!}`);
  }
  return short;
}

/** Share of the task's CPU plus share of its memory that is missing: how far the instance is from taking it. */
export function missingShare(view: ClusterView, slot: number, taskClass: TaskClass): number {
  return [LANE.cpu, LANE.memory].reduce<number>((sum, lane) => {
    const short = shortfall(view, slot, taskClass, lane);
    return short === 0 ? sum : sum + short / taskClass.requests[lane]!;
  }, 0);
}

/** How much of what is asked in the lane is missing; 0 when it is there, or nothing is asked. */
function shortfall(view: ClusterView, slot: number, taskClass: TaskClass, lane: number): number {
  const asked = taskClass.requests[lane]!;
  const free = view.allocatable[lane]![slot]! - view.requested[lane]![slot]!;
  return asked === 0 ? 0 : Math.max(0, asked - free);
}
