/** Up to this many nodes are all looked at, and at least this many are looked for. */
const MIN_FEASIBLE_NODES = 100;
const ADAPTIVE_PERCENT = 50;
const MIN_PERCENT = 5;
const NODES_PER_PERCENT = 125;

/**
 * After how many feasible nodes the search ends. `percentage` of all, at least 100; 0 adapts: 50 % less 1 % for every
 * 125 nodes, at least 5 %. All divisions round down.
 * Source: kubernetes v1.36.2 pkg/scheduler/schedule_one.go, numFeasibleNodesToFind
 */
export function feasibleNodesToFind(nodes: number, percentage: number): number {
  if (nodes < MIN_FEASIBLE_NODES || percentage >= 100) return nodes;
  const percent =
    percentage > 0
      ? percentage
      : Math.max(ADAPTIVE_PERCENT - Math.floor(nodes / NODES_PER_PERCENT), MIN_PERCENT);
  return Math.max(Math.floor((nodes * percent) / 100), MIN_FEASIBLE_NODES);
}
