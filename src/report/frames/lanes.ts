import type { Frames } from './frames.ts';

/** Places for instances: one after the other may stand in the same, never two at once. */
export interface Lanes {
  /** By instance. */
  readonly laneOf: Int32Array;
  /** By lane: index of the shape that all its instances have. */
  readonly shapeOf: readonly number[];
}

/**
 * Gives every instance a place for its whole life, so that a picture does not jump when others come and go. An instance
 * takes the first free place of its shape, or a new one: there are as many as ever stood at once.
 */
export function lanesOf({ instances, shapes }: Frames): Lanes {
  const count = instances.names.length;
  const byRequest = Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => instances.requestedMs[a]! - instances.requestedMs[b]! || a - b,
  );
  const byEnd = byRequest.slice().sort((a, b) => compare(instances.endMs[a]!, instances.endMs[b]!) || a - b);
  const laneOf = new Int32Array(count);
  const shapeOf: number[] = [];
  const free: number[][] = shapes.map(() => []);
  let ended = 0;
  for (const instance of byRequest) {
    while (instances.endMs[byEnd[ended]!]! <= instances.requestedMs[instance]!) {
      const gone = byEnd[ended++]!;
      insert(free[instances.shape[gone]!]!, laneOf[gone]!);
    }
    const shape = instances.shape[instance]!;
    laneOf[instance] = free[shape]!.pop() ?? shapeOf.push(shape) - 1;
  }
  return { laneOf, shapeOf };
}

/** Into a list that falls: its last is the first place. */
function insert(list: number[], lane: number): void {
  let at = list.length;
  while (at > 0 && list[at - 1]! < lane) at -= 1;
  list.splice(at, 0, lane);
}

/** Infinity compares equal to itself; a difference would be NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
