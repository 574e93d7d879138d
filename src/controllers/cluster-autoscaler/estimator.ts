import type { InstanceShape } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { InstanceRoom, type RoomRules } from '../instance-room.ts';

/** Pods that are alike: of one controller, with one specification. */
export interface PodGroup {
  readonly taskClass: TaskClass;
  readonly count: number;
}

/** A node that a group would launch. */
export interface NodeTemplate {
  readonly shape: InstanceShape;
  readonly zone: string;
  /** Those of the DaemonSets that run on every such node. */
  readonly daemons: readonly TaskClass[];
}

/** The node before any pod has come: its daemons are there. */
export function freshNode({ shape, zone, daemons }: NodeTemplate): InstanceRoom {
  const room = new InstanceRoom(shape, zone);
  for (const daemon of daemons) room.take(daemon, 1);
  return room;
}

export interface Estimate {
  /** New nodes that get a pod. */
  readonly nodes: number;
  /** Pods of each group that they take, groups that none fits left out. */
  readonly placed: readonly PodGroup[];
}

/**
 * How many nodes of a template it takes for the pods, by first-fit decreasing: groups of pods by size on the template;
 * each pod goes to one of the new nodes, and when none will do, to another new one, as long as there may be more.
 *
 *   size = cpu request / allocatable cpu + memory request / allocatable memory
 *
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 estimator/binpacking_estimator.go, decreasing_pod_orderer.go
 */
export function estimate(
  groups: readonly PodGroup[],
  template: NodeTemplate,
  maxNodes: number,
  rules: RoomRules,
): Estimate {
  const search = new Search(template, maxNodes, rules);
  const ordered = groups.map((group) => ({ group, size: sizeOf(group.taskClass, template.shape) }));
  ordered.sort((a, b) => b.size - a.size);
  const placed = ordered.flatMap(({ group }) => {
    const count = search.place(group);
    return count === 0 ? [] : [{ taskClass: group.taskClass, count }];
  });
  return { nodes: search.nodesWithPods, placed };
}

function sizeOf({ requests }: TaskClass, { allocatable }: InstanceShape): number {
  const share = (lane: number) => (allocatable[lane]! > 0 ? requests[lane]! / allocatable[lane]! : 0);
  return share(LANE.cpu) + share(LANE.memory);
}

class Search {
  readonly #template: NodeTemplate;
  readonly #maxNodes: number;
  readonly #rules: RoomRules;
  readonly #nodes: { readonly room: InstanceRoom; pods: number }[] = [];
  /** Where the next search begins: behind the node that took the last pod. */
  #next = 0;
  #mayAdd = true;

  constructor(template: NodeTemplate, maxNodes: number, rules: RoomRules) {
    this.#template = template;
    this.#maxNodes = maxNodes;
    this.#rules = rules;
  }

  get nodesWithPods(): number {
    return this.#nodes.filter(({ pods }) => pods > 0).length;
  }

  /** The number of pods of the group that found a place. */
  place({ taskClass, count }: PodGroup): number {
    let placed = 0;
    while (placed < count && this.#placeOnAny(taskClass)) placed += 1;
    if (!this.#mayAdd) return placed;
    while (placed < count) {
      const last = this.#nodes.at(-1);
      if (last !== undefined && this.#placeOn(last, taskClass)) {
        placed += 1;
        continue;
      }
      // One that does not fit an empty node would not fit another one.
      if (last !== undefined && last.pods === 0) break;
      if (this.#nodes.length >= this.#maxNodes) {
        this.#mayAdd = false;
        break;
      }
      const node = { room: freshNode(this.#template), pods: 0 };
      this.#nodes.push(node);
      if (!this.#placeOn(node, taskClass)) break;
      placed += 1;
    }
    return placed;
  }

  #placeOnAny(taskClass: TaskClass): boolean {
    const { length } = this.#nodes;
    for (let step = 0; step < length; step++) {
      const index = (this.#next + step) % length;
      if (!this.#placeOn(this.#nodes[index]!, taskClass)) continue;
      this.#next = (index + 1) % length;
      return true;
    }
    return false;
  }

  #placeOn(node: { readonly room: InstanceRoom; pods: number }, taskClass: TaskClass): boolean {
    if (node.room.room(taskClass, 1, this.#rules) < 1) return false;
    node.room.take(taskClass, 1);
    node.pods += 1;
    return true;
  }
}
