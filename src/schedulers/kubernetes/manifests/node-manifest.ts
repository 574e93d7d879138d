import { assert } from '../../../errors.ts';
import type { ApiObject } from '../../../model/plan.ts';
import { LANE, type ResourceTable } from '../../../model/resources.ts';
import { nodeFromObject, type ReadNode } from '../objects.ts';
import { ZONE_LABEL } from '../pod.ts';
import { isObject, objectAt } from '../reader.ts';
import { withLifecycleTaints } from './lifecycle-taints.ts';

/** What a fleet must know of a Node object before there is a run. */
export interface NodeFacts {
  readonly name: string;
  /** Label `node.kubernetes.io/instance-type`; empty: it has none. */
  readonly typeName: string;
  /** Empty: it has no zone label. */
  readonly zone: string;
  readonly capacity: { readonly cpuMilli: number; readonly memoryBytes: number };
  readonly gpus: { readonly count: number; readonly model: string } | null;
}

const TYPE_LABELS = ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type'] as const;

/** Facts of a Node object, or what is wrong with it. `table`: any table of Kubernetes resources. */
export function nodeFacts(
  object: unknown,
  table: ResourceTable,
): { readonly value: NodeFacts } | Extract<ReturnType<typeof nodeFromObject>, { problems: unknown }> {
  const read = nodeFromObject(object, table);
  if ('problems' in read) return read;
  const { name = '', shape } = read.value.instance;
  const allocatable = isObject(object) ? objectAt(objectAt(object, 'status'), 'allocatable') : {};
  for (const resource of ['cpu', 'memory', 'pods']) {
    if (allocatable[resource] !== undefined) continue;
    const message = `a node needs allocatable ${resource}: nothing could run on it`;
    return { problems: [{ path: ['status', 'allocatable'], message }] };
  }
  return {
    value: {
      name,
      typeName: TYPE_LABELS.map((key) => shape.labels.get(key)).find((label) => label !== undefined) ?? '',
      zone: zoneOfNode(shape.labels),
      capacity: { cpuMilli: shape.capacity[LANE.cpu]!, memoryBytes: shape.capacity[LANE.memory]! },
      gpus: shape.gpuDevices > 0 ? { count: shape.gpuDevices, model: shape.gpuModel } : null,
    },
  };
}

/**
 * The instance of a Node object: labels, taints, images and what it offers exactly as given, with the taints that its
 * conditions bring. The object must be one that `nodeFacts` accepts.
 */
export function nodeInstance(object: ApiObject, table: ResourceTable): ReadNode {
  const read = nodeFromObject(withLifecycleTaints(object), table);
  assert('value' in read, 'a node that was accepted before is refused');
  return read.value;
}

/** Zone of a node by its label, old or new. */
function zoneOfNode(labels: ReadonlyMap<string, string>): string {
  return labels.get(ZONE_LABEL) ?? labels.get('failure-domain.beta.kubernetes.io/zone') ?? '';
}
