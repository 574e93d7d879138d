import { LANE } from '../../../model/resources.ts';
import type { KeyedStep } from './step.ts';

/** The amounts that tasks can be packed by. */
export const BINPACK_FIELDS = { cpu: LANE.cpu, memory: LANE.memory } as const;
export type BinpackField = keyof typeof BINPACK_FIELDS;

export interface BinpackStep extends KeyedStep {
  readonly lane: (typeof BINPACK_FIELDS)[BinpackField];
}

/**
 * binpack: the instance with the least remaining amount of the field that still takes the task. Absolute units, not
 * shares: a small instance wins over a large one with more left. The key is what is free before the placement.
 * Source: AWS ECS API reference, PlacementStrategy; AWS ECS developer guide, task placement strategies.
 */
export function binpack(field: BinpackField): BinpackStep {
  const lane = BINPACK_FIELDS[field];
  return {
    kind: 'keyed',
    name: `binpack(${field})`,
    lane,
    index: { by: 'least-free', lane },
    narrow(candidates, count, view) {
      const allocatable = view.allocatable[lane]!;
      const requested = view.requested[lane]!;
      let least = Number.POSITIVE_INFINITY;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const slot = candidates[i]!;
        const free = allocatable[slot]! - requested[slot]!;
        if (free > least) continue;
        if (free < least) {
          least = free;
          kept = 0;
        }
        candidates[kept++] = slot;
      }
      return kept;
    },
    keys: (view, slots) => slots.map((slot) => view.allocatable[lane]![slot]! - view.requested[lane]![slot]!),
  };
}
