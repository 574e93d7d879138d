import type { TaskClass } from '../../model/task-class.ts';
import type { InstanceRoom, RoomRules } from '../instance-room.ts';

/** A node that is there and may be asked to go. */
export interface DownNode {
  readonly id: number;
  readonly slot: number;
  readonly group: number;
  readonly room: InstanceRoom;
  /** Requested over allocatable, the larger of CPU and memory; daemons count. */
  readonly utilisation: number;
  /** A pod on it must not be moved. */
  readonly isBlocked: boolean;
  /** Pods that come with the node and need no other, by class. */
  readonly staying: ReadonlyMap<TaskClass, number>;
}

/** What the simulation of one loop came to. */
export interface Categories {
  /** In the order in which they were found. */
  readonly unneeded: readonly DownNode[];
  /** Pods of these found no room elsewhere. */
  readonly unremovable: readonly DownNode[];
}

/** Is a node used so little that it may go? One that is used exactly so much may. */
export function isUnderused({ utilisation }: Pick<DownNode, 'utilisation'>, threshold: number): boolean {
  return utilisation <= threshold;
}

/**
 * Which of the candidates could go together: one after the other is taken out, and its pods are put on the nodes that
 * are left, first where their like went before, then round robin over all. What was put there stays for the next ones.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 core/scaledown/planner/planner.go, categorizeNodes;
 * simulator/cluster.go, simulator/scheduling/hinting_simulator.go
 */
export function categorise(
  candidates: readonly DownNode[],
  nodes: readonly DownNode[],
  mostUnneeded: number,
  rules: RoomRules,
): Categories {
  const destinations = new Set(nodes);
  const order = [...nodes];
  const hints = new Map<TaskClass, DownNode>();
  const unneeded: DownNode[] = [];
  const unremovable: DownNode[] = [];
  let next = 0;

  const findFor = (taskClass: TaskClass, taken: ReadonlyMap<DownNode, InstanceRoom>): DownNode | null => {
    const willDo = (node: DownNode) =>
      destinations.has(node) && (taken.get(node) ?? node.room).room(taskClass, 1, rules) > 0;
    const hint = hints.get(taskClass);
    if (hint !== undefined && willDo(hint)) return hint;
    for (let step = 0; step < order.length; step++) {
      const index = (next + step) % order.length;
      if (!willDo(order[index]!)) continue;
      next = (index + 1) % order.length;
      return order[index]!;
    }
    return null;
  };

  for (const candidate of candidates) {
    if (unneeded.length >= mostUnneeded) break;
    destinations.delete(candidate);
    const moves = placeAll(candidate, findFor, hints);
    if (moves === null) {
      destinations.add(candidate);
      unremovable.push(candidate);
      continue;
    }
    for (const { node, taskClass } of moves) node.room.take(taskClass, 1);
    unneeded.push(candidate);
  }
  return { unneeded, unremovable };
}

/** Where each pod of the node goes, or null when one of them has nowhere to go. */
function placeAll(
  candidate: DownNode,
  findFor: (taskClass: TaskClass, taken: ReadonlyMap<DownNode, InstanceRoom>) => DownNode | null,
  hints: Map<TaskClass, DownNode>,
): { readonly node: DownNode; readonly taskClass: TaskClass }[] | null {
  const moves: { node: DownNode; taskClass: TaskClass }[] = [];
  // Tried on copies: a node that cannot go leaves no trace.
  const taken = new Map<DownNode, InstanceRoom>();
  for (const { taskClass, count } of movedFrom(candidate)) {
    for (let pod = 0; pod < count; pod++) {
      const node = findFor(taskClass, taken);
      if (node === null) return null;
      const room = taken.get(node) ?? node.room.copy();
      room.take(taskClass, 1);
      taken.set(node, room);
      hints.set(taskClass, node);
      moves.push({ node, taskClass });
    }
  }
  return moves;
}

/** Its own pods, and those that the simulation has put there. */
function movedFrom({ room, staying }: DownNode): { taskClass: TaskClass; count: number }[] {
  return [...room.tasks].map(([taskClass, count]) => ({
    taskClass,
    count: count - (staying.get(taskClass) ?? 0),
  }));
}

/**
 * How many unneeded nodes are worth finding in one loop.
 * Source: as above, core/scaledown/planner/planner.go, unneededNodesLimit
 */
export function unneededLimit(
  unneeded: number,
  settings: { readonly maxParallel: number; readonly unneededMs: number; readonly scanMs: number },
): number {
  const { maxParallel, unneededMs, scanMs } = settings;
  const loops = Math.floor(Math.max(unneededMs, scanMs) / scanMs);
  return Math.min(unneeded + 2 * maxParallel, maxParallel * loops + maxParallel);
}
