/** The limits of a service's desired count. Source: Application Auto Scaling API reference, RegisterScalableTarget. */
export interface CapacityBounds {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/** The capacity within the limits nearest to `capacity`. */
export function clampCapacity({ minCapacity, maxCapacity }: CapacityBounds, capacity: number): number {
  return Math.min(maxCapacity, Math.max(minCapacity, capacity));
}

/**
 * The desired count after a scheduled action has set new limits: lifted to the minimum, lowered to the maximum, else
 * as it was. Source: Application Auto Scaling user guide, scheduled scaling. A limit that is not given stays free.
 */
export function afterScheduledAction(desired: number, limits: Partial<CapacityBounds>): number {
  const { minCapacity = 0, maxCapacity = Number.POSITIVE_INFINITY } = limits;
  return clampCapacity({ minCapacity, maxCapacity }, desired);
}
