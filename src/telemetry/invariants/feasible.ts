import type { HostPort, Taint, Toleration } from '../../model/task-class.ts';
import type { ClassRecord, RunRecord } from '../log-record.ts';
import type { WorldInstance } from './world.ts';

/**
 * May a task of a class go to an instance? Told from scratch, as the log words it. Every function returns the reason
 * against, or null. Nothing here is shared with the engine, and nothing is kept between calls.
 */
export function reasonAgainst(
  run: RunRecord,
  instance: WorldInstance,
  taskClass: ClassRecord,
): string | null {
  if (instance.state !== 'ready') return `it is ${instance.state}`;
  if (!instance.isConnected) return 'its agent is disconnected';
  return (
    shortLane(run, instance, taskClass, () => true) ??
    gpuAgainst(instance, taskClass) ??
    portAgainst(run, instance, taskClass) ??
    wishAgainst(run, instance, taskClass)
  );
}

/** The first limited lane, of those that `concerns`, with less room than is asked for. */
export function shortLane(
  run: RunRecord,
  instance: WorldInstance,
  taskClass: ClassRecord,
  concerns: (resource: string) => boolean,
): string | null {
  for (let lane = 0; lane < run.resources.length; lane++) {
    const { name, limited } = run.resources[lane]!;
    const request = taskClass.requests[lane] ?? 0;
    if (!limited || request === 0 || !concerns(name)) continue;
    const room = instance.facts.allocatable[lane]! - instance.used[lane]!;
    if (request > room) return `${request} of ${name} are asked for, ${room} are free`;
  }
  return null;
}

/** Too few devices with enough room, or a model that is not asked for. */
function gpuAgainst({ facts, devicesUsed }: WorldInstance, { gpu }: ClassRecord): string | null {
  if (gpu === null) return null;
  if (gpu.models.length > 0 && !gpu.models.includes(facts.gpuModel))
    return `its GPU is a '${facts.gpuModel}'`;
  const enough = devicesUsed.filter((used) => 1000 - used >= gpu.milli).length;
  return enough < gpu.count ? `${enough} GPU devices have room, ${gpu.count} are asked for` : null;
}

/** A host port that the system or a task on the instance has on a clashing address. */
export function portAgainst(run: RunRecord, instance: WorldInstance, taskClass: ClassRecord): string | null {
  for (const wanted of taskClass.hostPorts) {
    if (run.reservedPorts.some((port) => clash(port, wanted))) return `port ${wanted.port} is the system's`;
    for (const task of instance.tasks.values()) {
      if (task.class.hostPorts.some((port) => clash(port, wanted))) {
        return `task ${task.ordinal} has port ${wanted.port}`;
      }
    }
  }
  return null;
}

function clash(a: HostPort, b: HostPort): boolean {
  const address = a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0';
  return address && a.protocol === b.protocol && a.port === b.port;
}

/** A wish of the class that the instance does not meet. Best-effort wishes (spread) never speak against one. */
export function wishAgainst(run: RunRecord, instance: WorldInstance, taskClass: ClassRecord): string | null {
  const { facts, taints, tasks } = instance;
  for (const [key, value] of taskClass.where) {
    if (!facts.labels.some(([k, v]) => k === key && v === value)) return `it has no label ${key}=${value}`;
  }
  if (run.honoursTaints) {
    const taint = taints.find((t) => repels(t) && !taskClass.tolerations.some((one) => tolerates(one, t)));
    if (taint !== undefined) return `its taint ${taint.key}=${taint.value}:${taint.effect} is not tolerated`;
  }
  if (taskClass.distinctInstance) {
    for (const task of tasks.values()) {
      if (task.class.group === taskClass.group) return `task ${task.ordinal} of the same group is there`;
    }
  }
  return null;
}

function repels(taint: Taint): boolean {
  return taint.effect !== 'PreferNoSchedule';
}

/** Kubernetes API reference v1.36, Toleration: empty effect and empty key with Exists match everything. */
function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { key = '', operator = 'Equal', value = '', effect } = toleration;
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key === '') return operator === 'Exists';
  if (key !== taint.key) return false;
  return operator === 'Exists' || value === taint.value;
}
