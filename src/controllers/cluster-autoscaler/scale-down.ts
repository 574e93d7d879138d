import type { NewInstance } from '../../model/cluster-store.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import type { Drainability } from './drainability.ts';
import type { PodHints } from './pod-hints.ts';
import type { PodSimulator } from './pod-simulator.ts';

/** A node that is there and may be asked to go. */
export interface DownNode {
  readonly id: number;
  /** In the snapshot. */
  readonly slot: number;
  /** Tasks of the snapshot that come with the node and need no other. */
  readonly staying: ReadonlySet<number>;
  /** Nothing but those is on it. */
  readonly isEmpty: boolean;
}

/** What may become of the pods of a node, as long as nothing else is said. */
export interface PodRules {
  /** Of a task of the snapshot. */
  drainability(pod: number): Drainability;
  /** The tasks of the snapshot are about to move; false where budgets do not let them all go at the same time. */
  moving(pods: readonly number[]): boolean;
}

/** A node that nobody needs. */
export interface Removable extends DownNode {
  /** It is to end its last pods first. */
  readonly waits: boolean;
  /** Budgets let its pods go one after the other only. */
  readonly isRisky: boolean;
}

/** What the simulation of one loop came to. */
export interface Categories {
  /** In the order in which they were found. */
  readonly unneeded: readonly Removable[];
  /** Pods of these found no room elsewhere, or must stay. */
  readonly unremovable: readonly DownNode[];
}

/** Is a node that is used so much (0 to 1) used so little that it may go? One at the threshold may. */
export function isUnderused(utilisation: number, threshold: number): boolean {
  return utilisation <= threshold;
}

/** What a node has while its pods are told to go: its domain still counts for spreading, unless taints are honoured. */
const TO_BE_DELETED = {
  key: 'ToBeDeletedByClusterAutoscaler',
  value: '',
  effect: 'NoSchedule',
} as const;

/** Tries which nodes could go, by finding other nodes for their pods in a snapshot of the cluster. */
export class RemovalSimulation {
  readonly #simulator: PodSimulator;
  readonly #hints: PodHints;
  readonly #tainted = new Map<InstanceShape, InstanceShape>();

  constructor(simulator: PodSimulator, hints: PodHints) {
    this.#simulator = simulator;
    this.#hints = hints;
  }

  /**
   * Which of the candidates could go together: one after the other is taken out, and its pods are put on those of the
   * `destinations` (slots) that are left, where kube-scheduler's filters let them: first where they went before, then
   * round robin over all. What was put there stays for the next ones. The snapshot is as before afterwards.
   * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 core/scaledown/planner/planner.go, categorizeNodes;
   * simulator/cluster.go, findPlaceFor
   */
  categorise(
    candidates: readonly DownNode[],
    destinations: Set<number>,
    mostUnneeded: number,
    rules: PodRules,
  ): Categories {
    const { snapshot } = this.#simulator;
    const mark = snapshot.fork();
    const unneeded: Removable[] = [];
    const unremovable: DownNode[] = [];
    for (const candidate of candidates) {
      if (unneeded.length >= mostUnneeded) break;
      const before = snapshot.fork();
      destinations.delete(candidate.slot);
      const pods = snapshot.podsOn(candidate.slot).filter((pod) => !candidate.staying.has(pod));
      const fates = pods.map((pod) => rules.drainability(pod));
      const moving = pods.filter((_, at) => fates[at] === 'moves');
      if (!fates.includes('blocks') && this.#moveAll(candidate.slot, moving, destinations)) {
        snapshot.removeNode(candidate.slot);
        const isRisky = !rules.moving(moving);
        unneeded.push({ ...candidate, waits: fates.includes('waits'), isRisky });
      } else {
        snapshot.revert(before);
        destinations.add(candidate.slot);
        unremovable.push(candidate);
      }
    }
    snapshot.revert(mark);
    this.#hints.dropOld();
    return { unneeded, unremovable };
  }

  /** Do these, its own pods and those that the simulation has put there, find other nodes? The others are taken off. */
  #moveAll(slot: number, moved: readonly number[], destinations: ReadonlySet<number>): boolean {
    const { snapshot } = this.#simulator;
    for (const pod of snapshot.podsOn(slot)) snapshot.take(pod);
    if (moved.length === 0) return true;
    snapshot.replaceNode(slot, (instance) => this.#withTaint(instance));
    const willDo = (other: number) => destinations.has(other);
    return this.#simulator.scheduleAll(moved, this.#hints, willDo, true).length === 0;
  }

  #withTaint(instance: NewInstance): NewInstance {
    const { shape } = instance;
    const tainted = this.#tainted.get(shape) ?? { ...shape, taints: [...shape.taints, TO_BE_DELETED] };
    this.#tainted.set(shape, tainted);
    return { ...instance, shape: tainted };
  }
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
