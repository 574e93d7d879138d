import type { ClusterView } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { OptionsProblem } from '../scheduler.ts';
import { unknownKeys } from './baseline.ts';

const LANES = { cpu: LANE.cpu, memory: LANE.memory } as const;
type FreeResource = keyof typeof LANES;

/** Options of best-fit and worst-fit. */
export interface FreeResourceOptions {
  /** What is compared. Default cpu. */
  readonly lane: (typeof LANES)[FreeResource];
}

/** Reads `{ resource: cpu | memory }`; nothing given means cpu. */
export function readFreeResource(
  raw: unknown,
): { readonly options: FreeResourceOptions } | { readonly problems: readonly OptionsProblem[] } {
  const problems = unknownKeys(raw, ['resource']);
  if (problems.length > 0) return { problems };
  const resource = (raw as { readonly resource?: unknown } | null | undefined)?.resource ?? 'cpu';
  if (resource === 'cpu' || resource === 'memory') return { options: { lane: LANES[resource] } };
  const message = `Cannot compare instances by ${JSON.stringify(resource)}: use cpu or memory`;
  return { problems: [{ path: ['resource'], message, validNames: Object.keys(LANES) }] };
}

/** What is free in the lane before the placement. */
export function freeAmount(view: ClusterView, slot: number, lane: number): number {
  return view.allocatable[lane]![slot]! - view.requested[lane]![slot]!;
}
