import type { EcsProblem, PlacementStrategy } from '../../model/ecs/task-definition.ts';
import { readPlacement } from '../../schedulers/ecs/ecs-options.ts';
import { STOP_TIER, type StopTier, selectTaskToStop } from '../../schedulers/ecs/stop-selection.ts';
import { type ClusterState, type Task, withoutTask } from './cluster-state.ts';
import { nameOf, storeOf } from './store-of.ts';

/** One task that was told to stop. Tasks are named by the end of their ARN. */
export interface StopStep {
  readonly tier: StopTier;
  readonly candidates: readonly string[];
  /** What each strategy leaves, defaults included; nothing for tasks without an instance. */
  readonly chain: readonly (readonly string[])[];
  readonly stopped: string;
}

/**
 * Which tasks of a service stop when `count` are too many, one after the other, each with what the one before left. Ends
 * early when only protected tasks are left. Ties go to the lowest ARN.
 */
export function stopTasks(
  state: ClusterState,
  serviceName: string,
  placementStrategy: readonly PlacementStrategy[],
  count: number,
):
  | { readonly steps: readonly StopStep[]; readonly state: ClusterState }
  | { readonly problems: readonly EcsProblem[] } {
  const read = readPlacement({ placementStrategy });
  if ('problems' in read) {
    return {
      problems: read.problems.map(({ path, message }) => ({
        exception: 'InvalidParameterException',
        path,
        message,
      })),
    };
  }
  const steps: StopStep[] = [];
  let after = state;
  while (steps.length < count) {
    const { store, tasks } = storeOf(after, { ports: [], reserved: () => NOTHING, countNeeds: true });
    const group = `service:${serviceName}`;
    const candidates = [...tasks].flatMap(([id, task]) =>
      task.group === group && task.protected !== true ? [{ task: id, tier: tierOf(after, task) }] : [],
    );
    const selection = selectTaskToStop(store, store.groups.id(group), read.placement.strategy, candidates);
    if (selection === null) break;
    const named = (ids: readonly number[]) => ids.map((id) => nameOf(tasks.get(id)!.taskArn)).sort();
    const stopped = named(selection.tied)[0]!;
    steps.push({
      tier: selection.tier,
      candidates: named(selection.candidates),
      chain: selection.chain.map(({ survivors }) => named(survivors)),
      stopped,
    });
    after = withoutTask(after, [...tasks.values()].find(({ taskArn }) => nameOf(taskArn) === stopped)!);
  }
  return { steps, state: after };
}

const NOTHING = { cpu: 0, memory: 0, eni: 0 };

function tierOf({ containerInstances }: ClusterState, task: Task): StopTier {
  if (task.containerInstanceArn === undefined) return STOP_TIER.unplaced;
  if (task.lastStatus !== 'RUNNING') return STOP_TIER.starting;
  if (task.healthStatus === 'UNHEALTHY') return STOP_TIER.unhealthy;
  const instance = containerInstances.find(
    ({ containerInstanceArn }) => containerInstanceArn === task.containerInstanceArn,
  );
  return instance?.status === 'DRAINING' ? STOP_TIER.draining : STOP_TIER.running;
}
