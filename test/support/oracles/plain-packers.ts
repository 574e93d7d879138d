import type { ClusterView } from '../../../src/model/cluster-view.ts';
import { LANE, UNLIMITED } from '../../../src/model/resources.ts';
import { NO_INSTANCE, type RandomDraws } from '../../../src/schedulers/scheduler.ts';
import { mayTake } from '../laws.ts';
import { instancesById } from './plain-ecs.ts';

/** What one of the baselines chooses, told by filtering and sorting a list. */
export type PlainPacker = (view: ClusterView, task: number, draws: RandomDraws) => number;

const freeCpu = (view: ClusterView, slot: number) => free(view, slot, LANE.cpu);
const freeMemory = (view: ClusterView, slot: number) => free(view, slot, LANE.memory);

export const plainFirstFit: PlainPacker = (view, task) => fitting(view, task)[0] ?? NO_INSTANCE;
export const plainBestFitCpu = least(freeCpu);
export const plainBestFitMemory = least(freeMemory);
export const plainWorstFitCpu = least((view, slot) => -freeCpu(view, slot));
export const plainWorstFitMemory = least((view, slot) => -freeMemory(view, slot));
export const plainDotProduct = least((view, slot, task) => -alignment(view, slot, task));
export const plainRandom: PlainPacker = (view, task, draws) => {
  const slots = fitting(view, task);
  return (slots.length < 2 ? slots[0] : slots[Math.floor(draws.double() * slots.length)]) ?? NO_INSTANCE;
};

/** Sorting is stable and the list in order of id: equal keys leave the lowest id in front. */
function least(key: (view: ClusterView, slot: number, task: number) => number): PlainPacker {
  return (view, task) =>
    fitting(view, task)
      .map((slot) => ({ slot, key: key(view, slot, task) }))
      .sort((a, b) => a.key - b.key)[0]?.slot ?? NO_INSTANCE;
}

function fitting(view: ClusterView, task: number): number[] {
  const taskClass = view.classes[view.taskClass[task]!]!;
  return instancesById(view).filter((slot) => view.accepts[slot] === 1 && mayTake(view, slot, taskClass));
}

function free(view: ClusterView, slot: number, lane: number): number {
  return view.allocatable[lane]![slot]! - view.requested[lane]![slot]!;
}

function alignment(view: ClusterView, slot: number, task: number): number {
  const { requests } = view.classes[view.taskClass[task]!]!;
  return [...requests.keys()]
    .filter((lane) => lane !== LANE.slots && requests[lane]! > 0)
    .filter((lane) => view.allocatable[lane]![slot]! < UNLIMITED)
    .map((lane) => (requests[lane]! * free(view, slot, lane)) / view.allocatable[lane]![slot]! ** 2)
    .reduce((sum, term) => sum + term, 0);
}
