import type { ClusterView } from '../../../model/cluster-view.ts';
import type { GroupCounts } from '../../group-counts.ts';
import { attributeColumn } from '../../instance-rules.ts';
import { AVAILABILITY_ZONE, type KeyedStep } from './step.ts';

/**
 * spread(instanceId): the instances with the fewest tasks of the same group. Every task that has room counts,
 * starting or running, on instances in any state.
 * Source: AWS ECS API reference, PlacementStrategy (`host` has the same effect as `instanceId`).
 */
export const spreadInstances: KeyedStep = {
  kind: 'keyed',
  name: 'spread(instanceId)',
  index: { by: 'tasks-of-group' },
  narrow(candidates, count, _view, groupId, counts) {
    const tasks = counts.perInstance(groupId);
    let least = Number.POSITIVE_INFINITY;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const slot = candidates[i]!;
      const key = tasks[slot]!;
      if (key > least) continue;
      if (key < least) {
        least = key;
        kept = 0;
      }
      candidates[kept++] = slot;
    }
    return kept;
  },
  keys: (view, slots, groupId) => slots.map((slot) => tasksOfGroup(view, slot, groupId)),
};

/**
 * spread(attribute:NAME): the instances whose value of the attribute has the fewest tasks of the same group, counted
 * over all instances with that value, candidates or not. Instances without the attribute, or with an empty value,
 * are one value of their own (chosen). A value without candidates is not considered: that is best effort.
 * Source: AWS ECS developer guide, task placement strategies and service definition parameters.
 */
export function spreadAttribute(attribute: string): KeyedStep {
  return {
    kind: 'keyed',
    name: `spread(attribute:${attribute})`,
    index: { attribute },
    narrow: (candidates, count, _view, groupId, counts) =>
      narrowByDomain(candidates, count, counts, groupId, attribute),
    keys: (view, slots, groupId) => tasksByDomain(view, slots, groupId, attribute),
  };
}

function narrowByDomain(
  candidates: Int32Array,
  count: number,
  counts: GroupCounts,
  groupId: number,
  attribute: string,
): number {
  const domainOfSlot = counts.domainOfSlot(attribute);
  const tasks = counts.perDomain(groupId, attribute);
  let least = Number.POSITIVE_INFINITY;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const slot = candidates[i]!;
    const key = tasks[domainOfSlot[slot]!]!;
    if (key > least) continue;
    if (key < least) {
      least = key;
      kept = 0;
    }
    candidates[kept++] = slot;
  }
  return kept;
}

/** Tasks of the group on the instance, counted one by one: the plain rule, used to explain. */
export function tasksOfGroup(view: ClusterView, slot: number, groupId: number): number {
  let count = 0;
  for (let task = view.firstTask[slot]!; task >= 0; task = view.nextTask[task]!) {
    if (view.classes[view.taskClass[task]!]!.groupId === groupId) count += 1;
  }
  return count;
}

function tasksByDomain(
  view: ClusterView,
  slots: readonly number[],
  groupId: number,
  attribute: string,
): readonly number[] {
  const column = attributeColumn(view, attribute, AVAILABILITY_ZONE);
  const valueAt = (slot: number) => {
    const id = column?.[slot] ?? 0;
    return id === 0 ? '' : view.strings.name(id);
  };
  const totals = new Map<string, number>();
  for (let slot = 0; slot < view.slotCount; slot++) {
    const value = valueAt(slot);
    totals.set(value, (totals.get(value) ?? 0) + tasksOfGroup(view, slot, groupId));
  }
  return slots.map((slot) => totals.get(valueAt(slot))!);
}
