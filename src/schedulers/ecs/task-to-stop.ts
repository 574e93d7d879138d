import { assert } from '../../errors.ts';
import { type ClusterView, INSTANCE_STATE, TASK_STATE } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { RandomDraws } from '../scheduler.ts';
import { drawIndex } from './strategies/random.ts';
import type { BinpackStep } from './strategies/binpack.ts';
import type { Step } from './strategies/step.ts';

export interface StopQuestion {
  readonly view: ClusterView;
  /** Task slots of one service, at least one; protected ones are left out. */
  readonly tasks: readonly number[];
  readonly isUnhealthy: (task: number) => boolean;
  /** The placement strategies of the service, defaults filled in. */
  readonly chain: readonly Step[];
  /** null: the task that was started first. */
  readonly random: RandomDraws | null;
}

/**
 * The task that a service stops first. Tasks that are not up yet go before unhealthy ones, these before those on
 * DRAINING instances, these before the rest; inside the first of these tiers that has any, the strategies apply in
 * mirror image: spread takes from the value with most tasks of the service, binpack from the instance that will have
 * the most left. Source: AWS ECS developer guide, task placement strategies and service scheduler; the tiers, and
 * that strategies chain as in placement, are chosen.
 */
export function taskToStop(question: StopQuestion): number {
  const { view, tasks, isUnhealthy, chain, random } = question;
  const tiers: number[][] = [[], [], [], [], []];
  for (const task of tasks) tiers[tierOf(view, task, isUnhealthy)]!.push(task);
  const tier = tiers.findIndex((some) => some.length > 0);
  assert(tier >= 0, 'there is no task to stop');
  let left = tiers[tier]!;
  for (const step of tier === 0 ? [] : chain) {
    if (step.kind === 'random') break;
    left = withMost(left, keysOf(view, left, step));
  }
  const ordinals = view.taskOrdinal;
  left.sort((a, b) => ordinals[a]! - ordinals[b]!);
  return left[random === null ? 0 : drawIndex(left.length, random)]!;
}

function tierOf(view: ClusterView, task: number, isUnhealthy: (task: number) => boolean): number {
  const state = view.taskState[task]!;
  if (state === TASK_STATE.pending) return 0;
  if (state !== TASK_STATE.running) return 1;
  if (isUnhealthy(task)) return 2;
  return view.state[view.taskInstance[task]!] === INSTANCE_STATE.draining ? 3 : 4;
}

/** What the step would keep least of when it places; the room of the task itself counts as free. */
function keysOf(
  view: ClusterView,
  tasks: readonly number[],
  step: Exclude<Step, { kind: 'random' }>,
): number[] {
  const slots = tasks.map((task) => view.taskInstance[task]!);
  const groupId = view.classes[view.taskClass[tasks[0]!]!]!.groupId;
  const keys = step.keys(view, slots, groupId);
  if (!('lane' in step)) return [...keys];
  const { lane } = step as BinpackStep;
  assert(lane === LANE.cpu || lane === LANE.memory, 'tasks are packed by CPU or memory');
  return keys.map((free, index) => free + view.classes[view.taskClass[tasks[index]!]!]!.requests[lane]!);
}

function withMost(tasks: readonly number[], keys: readonly number[]): number[] {
  const most = keys.reduce((highest, key) => Math.max(highest, key), Number.NEGATIVE_INFINITY);
  return tasks.filter((_, index) => keys[index] === most);
}
