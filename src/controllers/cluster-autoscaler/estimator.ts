import type { InstanceShape } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { NO_INSTANCE } from '../../schedulers/scheduler.ts';
import { addTemplateNode, type NodeTemplate } from './node-template.ts';
import type { PodSimulator } from './pod-simulator.ts';

/** Pods that are alike: of one controller, with one specification. */
export interface PodGroup {
  readonly taskClass: TaskClass;
  readonly count: number;
}

export interface Estimate {
  /** New nodes that get a pod. */
  readonly nodes: number;
  /** Pods of each group that they take, groups that none fits left out. */
  readonly placed: readonly PodGroup[];
}

/**
 * How many nodes of a template it takes for the pods, by first-fit decreasing: groups of pods by size on the template;
 * each pod goes to one of the new nodes that kube-scheduler's filters let it onto, and when none will do, to another new
 * one, as long as there may be more. The snapshot is as before afterwards.
 *
 *   size = cpu request / allocatable cpu + memory request / allocatable memory
 *
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 estimator/binpacking_estimator.go, decreasing_pod_orderer.go
 */
export function estimate(
  groups: readonly PodGroup[],
  template: NodeTemplate,
  maxNodes: number,
  simulator: PodSimulator,
): Estimate {
  const { snapshot } = simulator;
  const mark = snapshot.fork();
  const search = new Search(template, maxNodes, simulator);
  const ordered = groups.map((group) => ({ group, size: sizeOf(group.taskClass, template.shape) }));
  ordered.sort((a, b) => b.size - a.size);
  const placed = ordered.flatMap(({ group }) => {
    const count = search.place(group);
    return count === 0 ? [] : [{ taskClass: group.taskClass, count }];
  });
  snapshot.revert(mark);
  return { nodes: search.nodesWithPods.size, placed };
}

function sizeOf({ requests }: TaskClass, { allocatable }: InstanceShape): number {
  const share = (lane: number) => (allocatable[lane]! > 0 ? requests[lane]! / allocatable[lane]! : 0);
  return share(LANE.cpu) + share(LANE.memory);
}

class Search {
  readonly #template: NodeTemplate;
  readonly #maxNodes: number;
  readonly #simulator: PodSimulator;
  /** Slots; one that was there before counts when a pod had to move on to it, as in the source. */
  readonly nodesWithPods = new Set<number>();
  /** Nodes before the first new one. */
  readonly #before: number;
  #newNodes = 0;
  #last = NO_INSTANCE;
  #mayAdd = true;

  constructor(template: NodeTemplate, maxNodes: number, simulator: PodSimulator) {
    this.#template = template;
    this.#maxNodes = maxNodes;
    this.#simulator = simulator;
    this.#before = simulator.snapshot.order.length;
  }

  /** The number of pods of the group that found a place. */
  place({ taskClass, count }: PodGroup): number {
    const { snapshot } = this.#simulator;
    let placed = 0;
    // A pod that finds nothing is tried again on the nodes to come.
    let pod = snapshot.addPod(taskClass.id);
    while (placed < count && this.#placeOnAny(pod, this.#before)) {
      placed += 1;
      pod = snapshot.addPod(taskClass.id);
    }
    while (placed < count && this.#mayAdd && this.#placeOnNew(pod)) {
      placed += 1;
      pod = snapshot.addPod(taskClass.id);
    }
    return placed;
  }

  #placeOnAny(pod: number, first: number): boolean {
    const last = first === 0 ? this.#last : NO_INSTANCE;
    const slot = this.#simulator.scheduleOnAny(pod, (candidate) => candidate !== last, first);
    if (slot !== NO_INSTANCE) this.nodesWithPods.add(slot);
    return slot !== NO_INSTANCE;
  }

  /** On the last of the new nodes, or else on one more. */
  #placeOnNew(pod: number): boolean {
    if (this.#last !== NO_INSTANCE) {
      if (this.#placeOnLast(pod)) return true;
      if (this.#isOffByHosts(pod) && this.#placeOnAny(pod, 0)) return true;
      // One that does not fit an empty node would not fit another one.
      if (!this.nodesWithPods.has(this.#last)) return false;
    }
    if (this.#newNodes >= this.#maxNodes) {
      this.#mayAdd = false;
      return false;
    }
    this.#newNodes += 1;
    this.#last = addTemplateNode(this.#simulator.snapshot, this.#template);
    return this.#placeOnLast(pod);
  }

  #placeOnLast(pod: number): boolean {
    const isPlaced = this.#simulator.schedule(pod, this.#last);
    if (isPlaced) this.nodesWithPods.add(this.#last);
    return isPlaced;
  }

  /** Is it spreading that keeps it off the last node, and does it spread over host names? */
  #isOffByHosts(pod: number): boolean {
    const { filters, snapshot } = this.#simulator;
    const classId = snapshot.store.taskClass[pod]!;
    if (!filters.isSpreadOverHosts(classId) || !filters.begin(classId)) return false;
    const refusal = filters.refusal(this.#last);
    return refusal?.rule === 'PodTopologySpread' && refusal.resolvable;
  }
}
