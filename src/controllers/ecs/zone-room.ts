import type { ClusterStore } from '../../model/cluster-store.ts';

export interface ZoneRules {
  /** Could an instance in this slot take a task of the class, were it empty? */
  readonly matches: (classId: number, slot: number) => boolean;
  /** Do tasks of the class avoid instances with another of their service? */
  readonly isDistinct: (classId: number) => boolean;
}

/** Zones with a ready instance that could take the class, in order of their names. */
export function zonesFor(store: ClusterStore, classId: number, matches: ZoneRules['matches']): string[] {
  const zones = new Set<number>();
  for (let slot = 0; slot < store.slotCount; slot++) {
    if (store.accepts[slot] === 1 && !zones.has(store.zone[slot]!) && matches(classId, slot))
      zones.add(store.zone[slot]!);
  }
  return [...zones].map((id) => store.strings.name(id)).sort();
}

/** Is there a ready instance in the zone with room for a task of the class? */
export function hasRoomIn(
  store: ClusterStore,
  classId: number,
  zone: string,
  { matches, isDistinct }: ZoneRules,
): boolean {
  const taskClass = store.classes[classId]!;
  const zoneId = store.strings.find(zone);
  for (let slot = 0; slot < store.slotCount; slot++) {
    if (store.accepts[slot] !== 1 || store.zone[slot] !== zoneId || !store.fits(slot, taskClass)) continue;
    if (isDistinct(classId) && hasTaskOf(store, taskClass.groupId, slot)) continue;
    if (matches(classId, slot)) return true;
  }
  return false;
}

function hasTaskOf(store: ClusterStore, groupId: number, slot: number): boolean {
  for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
    if (store.classes[store.taskClass[task]!]!.groupId === groupId) return true;
  }
  return false;
}
