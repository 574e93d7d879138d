import type { RandomDraws } from '../../scheduler.ts';
import type { RandomStep } from './step.ts';

/**
 * random: every candidate with the same probability. It is what RunTask does when a request names no strategy.
 * Source: AWS ECS API reference, PlacementStrategy; AWS compute blog, "Amazon ECS Task Placement".
 */
export const random: RandomStep = { kind: 'random', name: 'random' };

/** Index of one of `count` equals, by one draw; a single one is taken without a draw. */
export function drawIndex(count: number, draws: RandomDraws): number {
  return count > 1 ? Math.floor(draws.double() * count) : 0;
}
