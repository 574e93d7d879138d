import type { ClusterView } from '../../../src/model/cluster-view.ts';
import { LANE } from '../../../src/model/resources.ts';
import { NO_INSTANCE, type RandomDraws } from '../../../src/schedulers/scheduler.ts';
import { mayTakeIgnoringTaints, tasksOfGroup } from '../laws.ts';

export interface PlainEcsOptions {
  readonly placementStrategy?: readonly { readonly type: string; readonly field?: string }[];
  readonly placementConstraints?: readonly { readonly type: 'distinctInstance' }[];
  readonly tieBreak?: 'lowestId' | 'random';
}

const ZONE = { type: 'spread', field: 'attribute:ecs.availability-zone' };
const INSTANCE = { type: 'spread', field: 'instanceId' };

/** ECS placement as filter, map and sort over lists: slow and plain, for comparison with the real one. */
export function plainEcs(
  view: ClusterView,
  task: number,
  options: PlainEcsOptions,
  draws: RandomDraws,
): number {
  const taskClass = view.classes[view.taskClass[task]!]!;
  const { groupId, groupKind, wishes } = taskClass;
  const distinct = (options.placementConstraints ?? []).length > 0;
  let survivors = instancesById(view)
    .filter((slot) => view.accepts[slot] === 1 && mayTakeIgnoringTaints(view, slot, taskClass))
    .filter((slot) => !distinct || tasksOfGroup(view, slot, groupId) === 0);
  const usual =
    options.placementStrategy ?? (groupKind === 'service' ? [ZONE, INSTANCE] : [{ type: 'random' }]);
  const wished = { zone: [ZONE], instance: [INSTANCE], none: [] }[wishes.spread];
  for (const { type, field } of [...wished, ...usual]) {
    if (type === 'random') return oneOf(survivors, draws);
    const key = (slot: number) =>
      type === 'binpack' ? free(view, slot, field!) : groupTasksSharing(view, slot, groupId, field!);
    const ranked = survivors.map((slot) => ({ slot, key: key(slot) })).sort((a, b) => a.key - b.key);
    survivors = survivors.filter((slot) => key(slot) === ranked[0]!.key);
  }
  return options.tieBreak === 'random' ? oneOf(survivors, draws) : (survivors[0] ?? NO_INSTANCE);
}

export function instancesById(view: ClusterView): number[] {
  return Array.from({ length: view.slotCount }, (_, slot) => slot)
    .filter((slot) => view.state[slot] !== 0)
    .sort((a, b) => view.instanceId[a]! - view.instanceId[b]!);
}

function oneOf(slots: readonly number[], draws: RandomDraws): number {
  if (slots.length < 2) return slots[0] ?? NO_INSTANCE;
  return slots[Math.floor(draws.double() * slots.length)]!;
}

function free(view: ClusterView, slot: number, field: string): number {
  const lane = field === 'cpu' ? LANE.cpu : LANE.memory;
  return view.allocatable[lane]![slot]! - view.requested[lane]![slot]!;
}

/** Tasks of the group on all instances, in any state, that have the same value of the field as `slot`. */
function groupTasksSharing(view: ClusterView, slot: number, groupId: number, field: string): number {
  const value = valueOfField(view, slot, field);
  return instancesById(view)
    .filter((other) => valueOfField(view, other, field) === value)
    .reduce((sum, other) => sum + tasksOfGroup(view, other, groupId), 0);
}

function valueOfField(view: ClusterView, slot: number, field: string): string {
  if (field === 'instanceId') return String(slot);
  return view.label(slot, field.replace('attribute:', '')) ?? '';
}
