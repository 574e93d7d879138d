/** One container instance, as a pass over a DAEMON service sees it. */
export interface DaemonInstance<Task> {
  readonly id: string;
  readonly status: string;
  /** Has the daemon's required attributes and satisfies all its memberOf constraints. */
  readonly matches: boolean;
  /** Live tasks of the daemon service here, the one to keep (the oldest) first. */
  readonly tasks: readonly Task[];
  /** Is a live task left here that belongs to no daemon service? */
  readonly hasOthers: boolean;
  /** Why a task of the daemon cannot be placed here now: the first failing check; null when it can. */
  readonly refusal: () => string | null;
}

export type DaemonStopReason = 'constraint' | 'draining' | 'duplicate';

export interface DaemonActions<Task> {
  /** Instances that get a task, in the order given. */
  readonly start: readonly string[];
  readonly unplaced: readonly { readonly id: string; readonly reason: string }[];
  readonly stop: readonly { readonly task: Task; readonly reason: DaemonStopReason }[];
}

/**
 * One pass over a DAEMON service: one task on each ACTIVE instance that matches. Tasks on instances that no longer
 * match stop; on a DRAINING one they stop last, when no other service or group has a task left there.
 * Source: AWS ECS developer guide, service scheduling strategies and container instance draining; the order of the
 * checks is chosen.
 */
export function daemonPass<Task>(instances: readonly DaemonInstance<Task>[]): DaemonActions<Task> {
  const start: string[] = [];
  const unplaced: { id: string; reason: string }[] = [];
  const stop: { task: Task; reason: DaemonStopReason }[] = [];
  const stopAll = (tasks: readonly Task[], reason: DaemonStopReason) => {
    for (const task of tasks) stop.push({ task, reason });
  };
  for (const { id, status, matches, tasks, hasOthers, refusal } of instances) {
    if (!matches) {
      stopAll(tasks, 'constraint');
    } else if (status === 'DRAINING') {
      if (!hasOthers) stopAll(tasks, 'draining');
    } else if (status === 'ACTIVE') {
      stopAll(tasks.slice(1), 'duplicate');
      if (tasks.length > 0) continue;
      const reason = refusal();
      if (reason === null) start.push(id);
      else unplaced.push({ id, reason });
    }
  }
  return { start, unplaced, stop };
}

/**
 * Sizes of the waves in which a DAEMON service is updated, stop before start: as many instances at a time as the
 * minimum healthy percent leaves. null: the minimum leaves none, so the update is blocked.
 */
export function daemonWaves(instances: number, minimumHealthyPercent: number): readonly number[] | null {
  const wave = instances - Math.ceil((instances * minimumHealthyPercent) / 100);
  if (instances === 0) return [];
  if (wave === 0) return null;
  const waves = new Array<number>(Math.floor(instances / wave)).fill(wave);
  const rest = instances % wave;
  return rest === 0 ? waves : [...waves, rest];
}
