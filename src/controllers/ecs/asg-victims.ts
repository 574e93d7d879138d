/** An instance of an Auto Scaling group, as its termination policy sees it. */
export interface GroupInstance {
  readonly id: string;
  readonly zone: string;
  readonly ageSeconds: number;
  /** Launched from a launch template or configuration that is not the newest. */
  readonly isOutdated: boolean;
  readonly isProtected: boolean;
}

const HOUR_SECONDS = 3600;

/**
 * The instance that the default termination policy ends next, or null when scale-in protection keeps all. In this order:
 * the zone with most instances among those with a candidate, outdated templates, the one closest to its next billing
 * hour, then `pick` (the lowest id unless given). Protected instances count for their zone.
 * Source: Amazon EC2 Auto Scaling user guide, default termination policy; that tied zones stay together is chosen.
 */
export function nextVictim(
  instances: readonly GroupInstance[],
  pick: (tied: readonly GroupInstance[]) => GroupInstance = lowestId,
): GroupInstance | null {
  const open = instances.filter(({ isProtected }) => !isProtected);
  if (open.length === 0) return null;
  const perZone = new Map<string, number>();
  for (const { zone } of instances) perZone.set(zone, (perZone.get(zone) ?? 0) + 1);
  const fullest = atMost(open, ({ zone }) => -perZone.get(zone)!);
  const outdated = fullest.filter(({ isOutdated }) => isOutdated);
  const candidates = outdated.length > 0 ? outdated : fullest;
  return pick(atMost(candidates, ({ ageSeconds }) => HOUR_SECONDS - (ageSeconds % HOUR_SECONDS)));
}

/** Those with the least key. */
function atMost(
  instances: readonly GroupInstance[],
  key: (instance: GroupInstance) => number,
): GroupInstance[] {
  const least = Math.min(...instances.map(key));
  return instances.filter((instance) => key(instance) === least);
}

function lowestId(tied: readonly GroupInstance[]): GroupInstance {
  return tied.reduce((lowest, instance) => (instance.id < lowest.id ? instance : lowest));
}
