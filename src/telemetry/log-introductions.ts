import type { ClusterView } from '../model/cluster-view.ts';
import type { TaskClass } from '../model/task-class.ts';
import type { ClassRecord, Constraints, InstanceRecord, Pairs } from './log-record.ts';

/** The view, and every label key that an instance may have. */
export type LoggedCluster = ClusterView & { readonly labelKeys: Iterable<string> };

/** What tasks use of memory, where that is stated. */
export interface StatedMemory {
  /** Drawn for the task in a slot; null: it uses what it asks for. */
  baseBytes(task: number): number | null;
  /** Does the use of the tasks of a group follow the load of their service? */
  followsLoad(groupName: string): boolean;
}

type Told<Record> = Omit<Record, 'kind' | 'seq' | 'timeMs'>;

/** What the log says about an instance when it is asked for. */
export function instanceRecord(view: LoggedCluster, slot: number): Told<InstanceRecord> {
  const shape = view.shapes[view.shapeOf[slot]!]!;
  return {
    instance: view.instanceId[slot]!,
    name: view.instanceName(slot),
    type: shape.typeName,
    group: shape.groupName,
    zone: view.strings.name(view.zone[slot]!),
    labels: labelsOf(view, slot),
    taints: view.taints(slot),
    capacity: view.capacity.map((lane) => lane[slot]!),
    allocatable: view.allocatable.map((lane) => lane[slot]!),
    gpuDevices: shape.gpuDevices,
    gpuModel: shape.gpuModel,
    ...(shape.evictionHardBytes !== undefined && { beyondBytes: shape.evictionHardBytes }),
  };
}

/** What the log says about a class before its first task. `memory` null: nobody states what tasks use. */
export function classRecord(
  taskClass: TaskClass,
  constraints: Constraints,
  memory: StatedMemory | null,
): Told<ClassRecord> {
  const { wishes, memoryUse, groupName } = taskClass;
  return {
    class: taskClass.id,
    group: groupName,
    groupKind: taskClass.groupKind,
    requests: [...taskClass.requests],
    gpu: taskClass.gpu,
    hostPorts: taskClass.hostPorts,
    priority: taskClass.priority,
    constraints,
    where: sortedPairs(wishes.where),
    distinctInstance: wishes.distinctInstance,
    spread: wishes.spread,
    tolerations: wishes.tolerations,
    ...(memoryUse !== undefined && {
      memory: {
        growthBytesPerHour: memoryUse.growthBytesPerHour,
        limitBytes: memoryUse.limitBytes,
        followsLoad: memory?.followsLoad(groupName) === true,
      },
    }),
  };
}

function labelsOf(view: LoggedCluster, slot: number): Pairs {
  const labels = new Map<string, string>();
  for (const key of view.labelKeys) {
    const value = view.label(slot, key);
    if (value !== undefined) labels.set(key, value);
  }
  return sortedPairs(labels);
}

function sortedPairs(map: ReadonlyMap<string, string>): Pairs {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
