import { CHANGE } from '../model/change-log.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { LANE } from '../model/resources.ts';

/** So many changes are looked at, at most. */
const FEW_CHANGES = 64;

/**
 * May an instance take since version `since` of the cluster what none could take then? False proves that none that
 * gained room or changed has enough CPU and memory: what an instance can take depends on itself alone. True when there
 * are too many changes to tell cheaply. `byAdditions`: a task that comes may be what was missing.
 */
export function mayHaveComeSince(
  view: ClusterView,
  since: number,
  cpuNeed: number,
  memoryNeed: number,
  byAdditions: boolean,
): boolean {
  const { changes, accepts } = view;
  const { version } = changes;
  if (version - since > FEW_CHANGES) return true;
  for (let cursor = since; cursor < version; cursor++) {
    const kind = changes.kindAt(cursor);
    if (kind === CHANGE.images || (kind === CHANGE.taskAdded && !byAdditions)) continue;
    const slot = changes.slotAt(cursor);
    if (accepts[slot] !== 1) continue;
    const cpu = view.allocatable[LANE.cpu]![slot]! - view.requested[LANE.cpu]![slot]!;
    const memory = view.allocatable[LANE.memory]![slot]! - view.requested[LANE.memory]![slot]!;
    if (cpu >= cpuNeed && memory >= memoryNeed) return true;
  }
  return false;
}
