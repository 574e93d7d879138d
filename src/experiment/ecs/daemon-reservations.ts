import { assert } from '../../errors.ts';
import { isMember } from '../../schedulers/ecs/constraints/member-of.ts';
import { hasRequiredAttributes } from '../../schedulers/ecs/constraints/required-attributes.ts';
import { type ClusterState, type ContainerInstance, factsOf, groupOf, liveTasksOn } from './cluster-state.ts';
import type { PlacementRequest } from './cluster-state.ts';
import { readRequest } from './read-request.ts';

/** What an instance keeps for daemon tasks that it does not run yet. */
export interface Reservation {
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  readonly eni: number;
}

const NOTHING: Reservation = { cpu: 0, memory: 0, eni: 0 };

/**
 * Room that ACTIVE instances keep for the daemon services that match them, have no live task there yet, and so could not
 * start if others took it: CPU, memory and interfaces. It binds replicas and standalone tasks; daemon tasks take it.
 * Source: AWS ECS developer guide, service definition parameters, scheduling strategy; what matches, and that ports and
 * GPUs are not kept, is chosen.
 */
export function daemonReservation(
  state: ClusterState,
  request: PlacementRequest,
): (instance: ContainerInstance) => Reservation {
  const daemons = state.daemonServices ?? [];
  const isDaemon = daemons.some(({ serviceName }) => serviceName === request.serviceName);
  if (daemons.length === 0 || (request.serviceName !== undefined && isDaemon)) return () => NOTHING;
  const known = daemons.map((daemon) => {
    const read = readRequest(state, daemon);
    assert('demands' in read, 'a daemon service was created with a request that ECS refuses');
    return { group: groupOf(daemon), ...read.demands };
  });
  return (instance) => {
    if (instance.status !== 'ACTIVE') return NOTHING;
    const facts = factsOf(state, instance);
    const groups = new Set(liveTasksOn(state, instance).map(({ group }) => group));
    return known
      .filter(({ group }) => !groups.has(group))
      .filter(({ placement }) =>
        hasRequiredAttributes(placement.requiresAttributes, (name) => facts.attribute(name)),
      )
      .filter(({ placement }) => placement.memberOf.every((constraint) => isMember(constraint, facts)))
      .reduce<Reservation>(
        (sum, { resources }) => ({
          cpu: sum.cpu + resources.cpu,
          memory: sum.memory + resources.memory,
          eni: sum.eni + resources.eni,
        }),
        NOTHING,
      );
  };
}
