import { type DeploymentConfiguration, deploymentBounds } from './deployment-bounds.ts';

/** Tasks by what the service scheduler knows of them; none of them has been told to stop. */
export interface TaskCounts {
  readonly healthy: number;
  /** Not decided yet: on the way, or running for too short a time. */
  readonly starting: number;
  readonly unhealthy: number;
}

export interface ServiceState extends DeploymentConfiguration {
  readonly desiredCount: number;
  /** Tasks of the newest deployment on instances that are not draining. */
  readonly new: TaskCounts;
  /** All others: of earlier deployments, or on draining instances. */
  readonly old: TaskCounts;
  /** Healthy old tasks that scale-in protection keeps. Default 0. */
  readonly protectedOld?: number;
}

/** What the scheduler has to say of a pass; null: nothing. */
export type ServicePassEvent = 'unableToPlace' | 'steadyState' | 'deploymentConfiguration' | null;

export interface ServicePass {
  readonly start: number;
  readonly stopNew: TaskCounts;
  readonly stopOld: TaskCounts;
  readonly event: ServicePassEvent;
}

const count = ({ healthy, starting, unhealthy }: TaskCounts) => healthy + starting + unhealthy;

/** How many tasks a pass would start if there were room for all: up to the maximum, and up to the desired count. */
export function wantedStarts(state: ServiceState): number {
  const { maxTotal } = deploymentBounds(state.desiredCount, state);
  const active = count(state.new) + count(state.old);
  const good = state.new.healthy + state.new.starting;
  return Math.max(0, Math.min(maxTotal - active, state.desiredCount - good));
}

/**
 * One pass of the service scheduler over one service, in counts: a rolling update, the replacement of unhealthy tasks,
 * scale-in and draining are all this one rule. `placeable`: how many tasks can be placed before anything is stopped.
 * Stopped tasks free their room for the next pass.
 *
 * Chosen, within the bounds and the replacement order that the AWS ECS developer guide documents ("Amazon ECS services",
 * "Amazon ECS deployment types"): starts come first, starting tasks are not healthy, and a replacement that is still
 * starting protects the unhealthy task that it replaces.
 */
export function servicePass(state: ServiceState, placeable: number): ServicePass {
  const { desiredCount, new: before, old } = state;
  const { minHealthy, maxTotal } = deploymentBounds(desiredCount, state);
  const want = wantedStarts(state);
  const start = Math.min(want, placeable);
  const active = count(before) + count(old);
  const starting = before.starting + start;
  const good = before.healthy + starting;

  const surplus = Math.max(0, good - desiredCount);
  const stopStarting = Math.min(surplus, starting);
  const stopHealthy = surplus - stopStarting;
  const startingLeft = starting - stopStarting;
  const newLeft = count(before) + start - surplus;

  const replaced = Math.max(0, newLeft - desiredCount - startingLeft);
  let stopUnhealthy = Math.min(before.unhealthy, replaced);
  const isStuck = start === 0 && desiredCount > good && active >= maxTotal;
  if (stopUnhealthy === 0 && isStuck && before.unhealthy > 0) stopUnhealthy = 1;

  const spare = before.healthy - stopHealthy + old.healthy - minHealthy;
  const free = old.healthy - (state.protectedOld ?? 0);
  const stopNew = { healthy: stopHealthy, starting: stopStarting, unhealthy: stopUnhealthy };
  const stopOld = {
    healthy: Math.max(0, Math.min(free, spare)),
    starting: old.starting,
    unhealthy: old.unhealthy,
  };

  const isDone =
    count(old) === count(stopOld) &&
    before.healthy - stopHealthy === desiredCount &&
    newLeft - stopUnhealthy === desiredCount;
  const isIdle = start + count(stopNew) + count(stopOld) + before.starting === 0;
  let event: ServicePassEvent = null;
  if (want > start) event = 'unableToPlace';
  else if (isDone) event = 'steadyState';
  else if (isIdle) event = 'deploymentConfiguration';
  return { start, stopNew, stopOld, event };
}
