import type { ApiObject } from '../../../model/plan.ts';
import { isObject, objectAt } from '../reader.ts';

/** Conditions of nodes, and the taints that stand for them. `on`: the statuses that bring the taint. */
const CONDITION_TAINTS: readonly { type: string; on: readonly string[]; key: string }[] = [
  { type: 'Ready', on: ['False'], key: 'node.kubernetes.io/not-ready' },
  { type: 'Ready', on: ['Unknown'], key: 'node.kubernetes.io/unreachable' },
  { type: 'MemoryPressure', on: ['True'], key: 'node.kubernetes.io/memory-pressure' },
  { type: 'DiskPressure', on: ['True'], key: 'node.kubernetes.io/disk-pressure' },
  { type: 'PIDPressure', on: ['True'], key: 'node.kubernetes.io/pid-pressure' },
  { type: 'NetworkUnavailable', on: ['True'], key: 'node.kubernetes.io/network-unavailable' },
];
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/**
 * The node with the NoSchedule taints of its conditions and of its cordon, as the node lifecycle controller keeps them:
 * the scheduler looks at taints alone, never at conditions. Taints that are there already stay.
 * Source: kubernetes v1.36.2 pkg/controller/nodelifecycle/node_lifecycle_controller.go, doNoScheduleTaintingPass
 */
export function withLifecycleTaints(node: ApiObject): ApiObject {
  const spec = objectAt(node, 'spec');
  const given: unknown = spec['taints'] ?? [];
  const conditions: unknown = objectAt(node, 'status')['conditions'] ?? [];
  // Of the wrong shape: the reader of the node says so.
  if (!Array.isArray(given) || !Array.isArray(conditions)) return node;
  const keys = CONDITION_TAINTS.filter(({ type, on }) =>
    conditions.some(
      (condition: unknown) =>
        isObject(condition) && condition['type'] === type && on.includes(String(condition['status'])),
    ),
  ).map(({ key }) => key);
  if (spec['unschedulable'] === true) keys.push(UNSCHEDULABLE);
  const isThere = (key: string) =>
    given.some(
      (taint: unknown) => isObject(taint) && taint['key'] === key && taint['effect'] === 'NoSchedule',
    );
  const added = keys.filter((key) => !isThere(key)).map((key) => ({ key, effect: 'NoSchedule' }));
  return added.length === 0 ? node : { ...node, spec: { ...spec, taints: [...given, ...added] } };
}
