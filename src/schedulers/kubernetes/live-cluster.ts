import { CHANGE } from '../../model/change-log.ts';
import { type ClusterView, INSTANCE_STATE } from '../../model/cluster-view.ts';
import { grown } from '../../model/grown.ts';
import type { ClusterInRows, DomainCounts, DomainQuery, PodCounter, PodWeight } from './framework.ts';
import { NodeTree, zoneKey } from './node-order.ts';
import { NodeRows } from './node-rows.ts';
import type { NodeAttributes } from './node-selector.ts';
import { NodeStates } from './node-states.ts';
import { hasTerms, type Pod, PodTable } from './pod.ts';
import { PodCounts } from './pod-counts.ts';
import { SlotAttributes } from './slot-attributes.ts';
import { DomainTotals, TopologyDomains } from './topology-domains.ts';

const { joined, left, altered, taskAdded, taskRemoved } = CHANGE;

/**
 * The scheduler's own picture of the cluster, brought up to date from the change log by `sync`: the node list, counts
 * of selected pods by node and by domain, and the version at which the attributes of each node last changed.
 * An instance is a node from the moment it is ready until it is gone; draining ones stay in the list.
 */
export class LiveCluster implements ClusterInRows {
  readonly view: ClusterView;
  readonly pods: PodTable;
  readonly rows: NodeRows;
  readonly states: NodeStates;
  nodes: Int32Array = new Int32Array(0);
  /** By slot: its index in `nodes`, -1 for what is no node. */
  positionOf: Int32Array = new Int32Array(0);
  nodesToAvoid = 0;
  /** By slot: when its attributes were last known to change; grows with each change. */
  attributesVersion = new Float64Array(0);
  /** Grows whenever one of those changes. */
  attributeChanges = 0;

  readonly #tree = new NodeTree();
  readonly #counts: PodCounts;
  readonly #domains = new Map<string, TopologyDomains>();
  readonly #totals = new Map<string, DomainTotals>();
  readonly #attributes: SlotAttributes;
  /** By slot: 1 for instances that live, nodes or not. */
  #living = new Uint8Array(0);
  #livingCount = 0;
  #avoid = new Uint8Array(0);
  /** By slot: which instance the node in the tree is. */
  #nodeId = new Int32Array(0);
  #cursor = 0;
  readonly #podsWithTerms: Pod[] = [];
  #classesSeen = 0;

  constructor(view: ClusterView) {
    this.view = view;
    this.rows = new NodeRows(view);
    this.states = new NodeStates(view, this.rows);
    this.pods = new PodTable(view);
    this.#counts = new PodCounts(view, this.pods);
    this.#attributes = new SlotAttributes(view);
  }

  get nodeCount(): number {
    return this.nodes.length;
  }

  /** Reads the changes since the last call; starts afresh when the log has forgotten some. */
  sync(): void {
    const { changes } = this.view;
    if (this.#cursor === changes.version) return;
    this.rows.ensure();
    this.states.ensure();
    this.states.limit(this.nodes.length);
    if (changes.isBehind(this.#cursor)) this.#startAfresh();
    else for (; this.#cursor < changes.version; this.#cursor++) this.#apply(this.#cursor);
    const nodes = this.#tree.list();
    if (nodes !== this.nodes) this.#enumerate(nodes);
  }

  #enumerate(nodes: Int32Array): void {
    const { slotCount, instanceId } = this.view;
    this.nodes = nodes;
    if (this.positionOf.length < slotCount) this.positionOf = new Int32Array(instanceId.length);
    this.positionOf.fill(-1);
    for (let position = 0; position < nodes.length; position++) this.positionOf[nodes[position]!] = position;
  }

  attributes(slot: number): NodeAttributes {
    this.#attributes.slot = slot;
    return this.#attributes;
  }

  nodesWithImage(imageId: number): number {
    if (this.#livingCount === this.nodeCount) return this.view.imageCount(imageId);
    let count = 0;
    for (const slot of this.nodes) if (this.view.hasImage(slot, imageId)) count += 1;
    return count;
  }

  get podsWithTerms(): readonly Pod[] {
    const { classes } = this.view;
    for (; this.#classesSeen < classes.length; this.#classesSeen++) {
      const pod = this.pods.pod(this.#classesSeen);
      if (hasTerms(pod)) this.#podsWithTerms.push(pod);
    }
    return this.#podsWithTerms;
  }

  podsOn(slot: number): readonly Pod[] {
    const { firstTask, nextTask, taskClass } = this.view;
    const found: Pod[] = [];
    for (let task = firstTask[slot]!; task >= 0; task = nextTask[task]!) {
      found.push(this.pods.pod(taskClass[task]!));
    }
    return found;
  }

  counter(weight: PodWeight): PodCounter {
    return this.#counts.column(weight);
  }

  domains(query: DomainQuery): DomainCounts {
    const { weight, topologyKey, requiredKeys, policyKey } = query;
    const key = JSON.stringify([topologyKey, [...requiredKeys].sort(), policyKey]);
    let domains = this.#domains.get(key);
    if (domains === undefined) {
      domains = new TopologyDomains(query);
      this.#domains.set(key, domains);
      for (const slot of this.nodes) domains.nodeChanged(slot, this.attributes(slot));
    }
    const totalsKey = `${key}${weight.key}`;
    let totals = this.#totals.get(totalsKey);
    if (totals === undefined) {
      totals = new DomainTotals(domains, this.#counts.column(weight));
      this.#totals.set(totalsKey, totals);
    }
    return totals;
  }

  #apply(entry: number): void {
    const { changes } = this.view;
    const kind = changes.kindAt(entry);
    const slot = changes.slotAt(entry);
    this.states.changed(slot);
    if (kind === taskAdded || kind === taskRemoved) {
      this.rows.updateRequested(slot);
      this.#counts.podChanged(changes.classAt(entry), slot, kind === taskAdded ? 1 : -1);
    } else if (kind === joined || kind === left || kind === altered) {
      this.rows.update(slot);
      this.#instanceChanged(kind, slot, entry + 1);
    }
  }

  /** The columns may already be ahead of the entry; the entries that follow bring everything in line. */
  #instanceChanged(kind: number, slot: number, version: number): void {
    this.#markChanged(slot, version);
    this.#livingCount += (kind === left ? 0 : 1) - this.#living[slot]!;
    this.#living[slot] = kind === left ? 0 : 1;
    if (kind === joined) this.#join(slot);
    else if (kind === left && this.#tree.has(slot)) this.#tree.remove(slot);
    else if (kind === altered && this.#tree.has(slot))
      this.#tree.update(slot, zoneKey(this.attributes(slot)));
    this.#enterNode(slot);
  }

  #markChanged(slot: number, version: number): void {
    if (slot >= this.attributesVersion.length) {
      const length = (slot + 1) * 2;
      this.attributesVersion = grown(Float64Array, this.attributesVersion, length);
      this.#living = grown(Uint8Array, this.#living, length);
      this.#avoid = grown(Uint8Array, this.#avoid, length);
      this.#nodeId = grown(Int32Array, this.#nodeId, length);
    }
    this.attributesVersion[slot] = version;
    this.attributeChanges += 1;
  }

  #join(slot: number): void {
    this.#tree.add(slot, zoneKey(this.attributes(slot)));
    this.#nodeId[slot] = this.view.instanceId[slot]!;
  }

  #enterNode(slot: number): void {
    const node =
      this.#tree.has(slot) && this.view.state[slot] !== INSTANCE_STATE.free ? this.attributes(slot) : null;
    for (const domains of this.#domains.values()) domains.nodeChanged(slot, node);
    const avoid = node?.taints.some(({ effect }) => effect === 'PreferNoSchedule') === true ? 1 : 0;
    this.nodesToAvoid += avoid - this.#avoid[slot]!;
    this.#avoid[slot] = avoid;
  }

  /**
   * The log no longer tells in which order nodes came: those known before keep their places, the rest follows in order
   * of request.
   */
  #startAfresh(): void {
    const { view } = this;
    const { version } = view.changes;
    this.#livingCount = 0;
    const newcomers: number[] = [];
    this.#counts.recountAll();
    for (const domains of this.#domains.values()) domains.clear();
    for (let slot = 0; slot < view.slotCount; slot++) {
      this.#markChanged(slot, version);
      this.rows.update(slot);
      this.states.changed(slot);
      const state = view.state[slot]!;
      const isNode = state === INSTANCE_STATE.ready || state === INSTANCE_STATE.draining;
      this.#living[slot] = state === INSTANCE_STATE.free ? 0 : 1;
      this.#livingCount += this.#living[slot]!;
      const isKnown = this.#tree.has(slot) && isNode && this.#nodeId[slot] === view.instanceId[slot];
      if (this.#tree.has(slot) && !isKnown) this.#tree.remove(slot);
      if (isKnown) this.#tree.update(slot, zoneKey(this.attributes(slot)));
      else if (isNode) newcomers.push(slot);
    }
    newcomers.sort((a, b) => view.instanceId[a]! - view.instanceId[b]!);
    for (const slot of newcomers) this.#join(slot);
    for (let slot = 0; slot < view.slotCount; slot++) this.#enterNode(slot);
    for (const totals of this.#totals.values()) totals.recount();
    this.#cursor = version;
  }
}
