/** Reason of a refusal, in AWS's words. Source: AWS ECS developer guide, API failure reasons. */
export const LOCATION_REASON = 'LOCATION';

/**
 * A task with a network interface of its own runs only in the zone of one of its subnets. `zones` are those of the
 * subnets, null for tasks without; `zone` is the instance's, undefined when it has none.
 * Source: AWS ECS developer guide, API failure reasons.
 */
export function isInZone(zones: readonly string[] | null, zone: string | undefined): boolean {
  return zones === null || (zone !== undefined && zones.includes(zone));
}
