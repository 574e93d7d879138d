/** What decides whether ECS evens out a service over its zones. */
export interface RebalancedService {
  readonly enabled: boolean;
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON';
  readonly isExternal: boolean;
  readonly hasClassicLoadBalancer: boolean;
  readonly maximumPercent: number;
  /** The first placement strategy: a spread over zones, anything else, or none given. */
  readonly firstStrategy: 'zone' | 'other' | 'none';
  /** A memberOf expression looks at the zone. */
  readonly constrainsZone: boolean;
}

/**
 * May the service be rebalanced at all? Source: AWS ECS developer guide, balancing an Amazon ECS service across
 * Availability Zones.
 */
export function isRebalanced(service: RebalancedService): boolean {
  return (
    service.enabled &&
    service.schedulingStrategy === 'REPLICA' &&
    !service.isExternal &&
    !service.hasClassicLoadBalancer &&
    service.maximumPercent > 100 &&
    service.firstStrategy !== 'other' &&
    !service.constrainsZone
  );
}

/** Tasks of a service in one of its zones. */
export interface ZoneTasks {
  readonly zone: string;
  readonly tasks: number;
  /** Of these, protected from scale-in. */
  readonly protectedTasks: number;
}

/** Does each zone hold the whole part of the mean, or one more? A service without tasks is balanced. */
export function isBalanced(zones: readonly ZoneTasks[]): boolean {
  const total = totalOf(zones);
  const least = Math.floor(total / zones.length);
  const most = Math.ceil(total / zones.length);
  return zones.every(({ tasks }) => tasks >= least && tasks <= most);
}

/** Why a round ends. */
export type RebalanceEnd = 'balanced' | 'maximumPercent' | 'protected' | 'placementFailure';

/** Start a task in the one zone, and once it is healthy stop one in the other. */
export interface RebalanceMove {
  readonly start: string;
  readonly stop: string;
}

/**
 * The next move of a service in steady state: from the fullest zone to the emptiest, ties by the lowest name; only that
 * zone is tried. `canPlace`: is there an instance for one more task in the zone? ECS launches none for it.
 * Source: AWS ECS developer guide, balancing an Amazon ECS service across Availability Zones; one move at a time and
 * the ties are chosen.
 */
export function nextMove(
  zones: readonly ZoneTasks[],
  maximumPercent: number,
  canPlace: (zone: string) => boolean,
): RebalanceMove | { readonly end: RebalanceEnd } {
  if (isBalanced(zones)) return { end: 'balanced' };
  const total = totalOf(zones);
  if (Math.floor((total * maximumPercent) / 100) < total + 1) return { end: 'maximumPercent' };
  const byName = zones.toSorted((a, b) => (a.zone < b.zone ? -1 : 1));
  const emptiest = byName.reduce((best, zone) => (zone.tasks < best.tasks ? zone : best));
  const fullest = byName.reduce((best, zone) => (zone.tasks > best.tasks ? zone : best));
  if (fullest.protectedTasks >= fullest.tasks) return { end: 'protected' };
  if (!canPlace(emptiest.zone)) return { end: 'placementFailure' };
  return { start: emptiest.zone, stop: fullest.zone };
}

function totalOf(zones: readonly ZoneTasks[]): number {
  return zones.reduce((sum, { tasks }) => sum + tasks, 0);
}
