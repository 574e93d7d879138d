import { assert } from '../../errors.ts';
import type { ClusterView } from '../../model/cluster-view.ts';
import { spreadAttribute, spreadInstances } from './strategies/spread.ts';
import { AVAILABILITY_ZONE, type Step } from './strategies/step.ts';

/** What makes a task go before others, lowest first. Chosen: AWS documents the strategies' part only. */
export const STOP_TIER = {
  /** It has no instance yet: the strategies have nothing to compare. */
  unplaced: 0,
  starting: 1,
  unhealthy: 2,
  draining: 3,
  running: 4,
} as const;
export type StopTier = (typeof STOP_TIER)[keyof typeof STOP_TIER];

/** A task that may be stopped: not told to stop already, and not protected from scale-in. */
export interface StopCandidate {
  /** Task slot; a task without an instance is pending in the view. */
  readonly task: number;
  readonly tier: StopTier;
}

export interface StopSelection {
  readonly tier: StopTier;
  /** Tasks of the tier, and what each strategy leaves of those that the one before left. */
  readonly candidates: readonly number[];
  readonly chain: readonly { readonly step: string; readonly survivors: readonly number[] }[];
  /** Equally good to stop: one of them is. */
  readonly tied: readonly number[];
}

/** Without strategies: the zone with most tasks of the service, then the instance with most. */
const DEFAULT_CHAIN: readonly Step[] = [spreadAttribute(AVAILABILITY_ZONE), spreadInstances];

/**
 * Which task of a service stops when there are too many: the mirror image of placement. Of the lowest tier, spread keeps
 * the tasks whose group value has most tasks of the service (all of them count, whatever their tier), binpack those whose
 * instance has most left once the task is gone, random ends the chain. Null when there is nothing to stop.
 * Source: AWS ECS developer guide, task placement strategies and service definition parameters; chaining and tiers chosen.
 */
export function selectTaskToStop(
  view: ClusterView,
  groupId: number,
  strategy: readonly Step[],
  candidates: readonly StopCandidate[],
): StopSelection | null {
  if (candidates.length === 0) return null;
  const tier = Math.min(...candidates.map((each) => each.tier)) as StopTier;
  const tasks = candidates.filter((each) => each.tier === tier).map(({ task }) => task);
  const steps = strategy.length > 0 ? strategy : DEFAULT_CHAIN;
  const chain: { step: string; survivors: readonly number[] }[] = [];
  let survivors: readonly number[] = tasks;
  for (const step of tier === STOP_TIER.unplaced ? [] : steps) {
    if (step.kind === 'keyed') {
      const keys = stopKeys(view, groupId, step, survivors);
      const most = keys.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      survivors = survivors.filter((_, index) => keys[index] === most);
    }
    chain.push({ step: step.name, survivors });
    if (step.kind === 'random') break;
  }
  return { tier, candidates: tasks, chain, tied: survivors };
}

/** One key per task; most is stopped first. */
function stopKeys(
  view: ClusterView,
  groupId: number,
  step: Extract<Step, { kind: 'keyed' }>,
  tasks: readonly number[],
): readonly number[] {
  const slots = tasks.map((task) => view.taskInstance[task]!);
  assert(
    slots.every((slot) => slot >= 0),
    'only tasks on instances are compared by strategies',
  );
  const keys = step.keys(view, slots, groupId);
  if (!('lane' in step)) return keys;
  const lane = step.lane as number;
  return keys.map((free, index) => free + view.classes[view.taskClass[tasks[index]!]!]!.requests[lane]!);
}
