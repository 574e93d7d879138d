import { assert } from '../../errors.ts';
import type { NodeAttributes } from './node-selector.ts';

/**
 * The order in which kube-scheduler looks at nodes: zones in order of first appearance, nodes of a zone in order of
 * addition, and the list takes the first of each zone, then the second of each, and so on. A zone that lost its last
 * node is forgotten, and comes last when it returns. Nodes are numbers of the caller's choice.
 * Source: kubernetes v1.36.2 pkg/scheduler/backend/cache/node_tree.go
 */
export class NodeTree {
  readonly #zones = new Map<string, number[]>();
  readonly #zoneOf = new Map<number, string>();
  #list: Int32Array = new Int32Array(0);
  #stale = false;

  get size(): number {
    return this.#zoneOf.size;
  }

  has(node: number): boolean {
    return this.#zoneOf.has(node);
  }

  add(node: number, zone: string): void {
    assert(!this.#zoneOf.has(node), 'a node is added to the order twice');
    this.#insert(node, zone);
    this.#stale = true;
  }

  remove(node: number): void {
    this.#take(node);
    this.#stale = true;
  }

  /** A node that changed its zone goes to the end of the new one, but the list notices only when it is next rebuilt. */
  update(node: number, zone: string): void {
    if (this.#zoneOf.get(node) === zone) return;
    this.#take(node);
    this.#insert(node, zone);
  }

  /** The nodes in order. The same array until a node comes or goes. */
  list(): Int32Array {
    if (this.#stale) {
      this.#list = this.#roundRobin();
      this.#stale = false;
    }
    return this.#list;
  }

  #insert(node: number, zone: string): void {
    this.#zoneOf.set(node, zone);
    const nodes = this.#zones.get(zone);
    if (nodes === undefined) this.#zones.set(zone, [node]);
    else nodes.push(node);
  }

  #take(node: number): void {
    const zone = this.#zoneOf.get(node);
    assert(zone !== undefined, 'a node that is not in the order leaves it');
    const nodes = this.#zones.get(zone)!;
    nodes.splice(nodes.indexOf(node), 1);
    if (nodes.length === 0) this.#zones.delete(zone);
    this.#zoneOf.delete(node);
  }

  #roundRobin(): Int32Array {
    const list = new Int32Array(this.size);
    const zones = [...this.#zones.values()];
    let length = 0;
    for (let row = 0; length < list.length; row++) {
      for (const nodes of zones) if (row < nodes.length) list[length++] = nodes[row]!;
    }
    return list;
  }
}

/**
 * Region and zone of a node in one text; the labels of old (failure-domain.beta) win. Nodes without labels share the
 * empty zone. Source: kubernetes v1.36.2 staging/src/k8s.io/component-helpers/node/topology/helpers.go
 */
export function zoneKey(node: NodeAttributes): string {
  const label = (name: string) =>
    node.label(`failure-domain.beta.kubernetes.io/${name}`) ??
    node.label(`topology.kubernetes.io/${name}`) ??
    '';
  const region = label('region');
  const zone = label('zone');
  return region === '' && zone === '' ? '' : `${region}:\0:${zone}`;
}
