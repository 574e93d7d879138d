import type { ClusterView, Column, InstanceShape } from '../model/cluster-view.ts';
import { LANE } from '../model/resources.ts';
import type { GpuRequest, Taint, TaskClass, Toleration } from '../model/task-class.ts';

/**
 * What a class demands of an instance apart from room: attributes, taints. It changes only when instances do, so it is
 * judged once per change and not in every decision. Equal demands have equal keys and share the outcome.
 */
export interface InstanceRule {
  readonly key: string;
  admits(view: ClusterView, slot: number): boolean;
}

/** Value ids of an attribute by slot; `zoneAttribute` names the one that is the instance's zone, label or not. */
export function attributeColumn(
  view: ClusterView,
  attribute: string,
  zoneAttribute: string,
): Column | undefined {
  return attribute === zoneAttribute ? view.zone : view.labelColumn(attribute);
}

/** The label that carries the zone, as each platform's instances get it in addition to those of their shape. */
const ZONE_LABELS: readonly string[] = ['zone', 'ecs.availability-zone', 'topology.kubernetes.io/zone'];

/** The value an instance of this shape in this zone will have for an attribute; undefined when it will lack it. */
export function shapeAttribute(shape: InstanceShape, zone: string, attribute: string): string | undefined {
  return ZONE_LABELS.includes(attribute) ? zone : shape.labels.get(attribute);
}

/** Do the tolerations cover every taint that forbids placement? `PreferNoSchedule` never forbids. */
export function toleratesTaints(taints: readonly Taint[], tolerations: readonly Toleration[]): boolean {
  return taints.every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' || tolerations.some((toleration) => covers(toleration, taint)),
  );
}

/** Source: Kubernetes API, core/v1 Toleration: absent effect and an absent key with Exists match everything. */
function covers(toleration: Toleration, taint: Taint): boolean {
  const { key = '', operator = 'Equal', value = '', effect } = toleration;
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === taint.value);
}

/** Has an empty instance of the shape room for one task of the class? */
export function shapeHasRoom(shape: InstanceShape, taskClass: TaskClass): boolean {
  for (const lane of taskClass.requestedLanes) {
    if (taskClass.requests[lane]! > shape.allocatable[lane]!) return false;
  }
  return taskClass.gpu === null || shapeHasGpus(shape, taskClass.gpu);
}

function shapeHasGpus(shape: InstanceShape, gpu: GpuRequest): boolean {
  if (shape.gpuDevices < gpu.count) return false;
  return gpu.models.length === 0 || gpu.models.includes(shape.gpuModel);
}

/** Does the class need more than CPU, memory and a slot? Then only `ClusterView.fits` can tell. */
export function needsFullCheck(taskClass: TaskClass): boolean {
  if (taskClass.gpu !== null || taskClass.portClashBits.length > 0) return true;
  return taskClass.requestedLanes.some(
    (lane) => lane !== LANE.cpu && lane !== LANE.memory && lane !== LANE.slots,
  );
}
