import { atOnce, type ClusterUpgradeSettings, surgeOf } from '../../../model/cluster-upgrade.ts';
import type { ClusterStore } from '../../../model/cluster-store.ts';
import { INSTANCE_STATE } from '../../../model/cluster-view.ts';
import type { Fleet } from '../../fleet.ts';
import type { Steps } from './steps.ts';

export interface GroupUpdateOptions {
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly steps: Steps;
  readonly settings: ClusterUpgradeSettings;
  readonly group: number;
  /** May the node take pods? */
  readonly cordon: (slot: number, isCordoned: boolean) => void;
  /** Asks the eviction API for the pods of a cordoned node. */
  readonly drain: (slot: number) => void;
  readonly isIdle: (slot: number) => boolean;
  /** Tells whether the cluster is whole, after as many looks as the settings want. */
  readonly validate: (then: (isWhole: boolean) => void) => void;
  readonly tell: (reason: string, message: string) => void;
  /** The group is done; not null: why it was given up. */
  readonly onDone: (problem: string | null) => void;
}

/** A node of the group, by its slot and the id of the instance there. */
interface Node {
  readonly slot: number;
  readonly id: number;
}

/** Between two looks at whether the surge has joined (chosen). */
const JOIN_TICK_MS = 10_000;

/**
 * The nodes of one instance group are replaced: so many beforehand, then node by node cordoned, drained, ended, and
 * replaced by its Auto Scaling group. Nodes that go by themselves meanwhile need no update.
 * Sources: Amazon EKS user guide, managed node update behavior; kubernetes/kops docs/operations/rolling-update.md.
 */
export class GroupUpdate {
  readonly #options: GroupUpdateOptions;
  /** In their turn, the oldest first (kops: as listed; EKS: at random). */
  #waiting: Node[] = [];
  readonly #surge: number;
  /** Nodes of the group before anything happened. */
  readonly #size: number;
  /** Nodes that are being drained, and what follows when they are empty. */
  readonly #draining = new Map<number, { readonly id: number; readonly then: () => void }>();
  #workers = 0;
  #isTrimming = false;
  #isOver = false;
  #replaced = 0;

  constructor(options: GroupUpdateOptions) {
    this.#options = options;
    const { fleet, group, settings } = options;
    this.#waiting = this.#nodes();
    this.#size = this.#waiting.length;
    this.#surge = Math.min(surgeOf(settings, fleet.groups[group]!.zones.length), this.#waiting.length);
  }

  start(): void {
    const { fleet, group, tell } = this.#options;
    if (this.#waiting.length === 0) {
      this.#finish(null);
      return;
    }
    const nodes = `${this.#waiting.length} ${this.#waiting.length === 1 ? 'node' : 'nodes'}`;
    tell('GroupUpdate', `group ${this.#name}: ${nodes} to replace, ${this.#surge} more for the time`);
    fleet.allowBeyond(group, this.#surge);
    for (let count = 0; count < this.#surge; count++) this.#launch();
    this.#whenJoined(() => this.#begin());
  }

  /** Nothing but daemons is left on a node. */
  idle(slot: number): void {
    const drained = this.#draining.get(slot);
    if (drained === undefined) return;
    this.#draining.delete(slot);
    if (this.#options.store.instanceId[slot] === drained.id) drained.then();
    else this.#next();
  }

  get #name(): string {
    return this.#options.fleet.groups[this.#options.group]!.name;
  }

  #nodes(): Node[] {
    const { store, fleet, group } = this.#options;
    const nodes: Node[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      const state = store.state[slot]!;
      const lives = state !== INSTANCE_STATE.free && state !== INSTANCE_STATE.draining;
      if (lives && fleet.groupOf(slot) === group) nodes.push({ slot, id: store.instanceId[slot]! });
    }
    return nodes.sort((a, b) => a.id - b.id);
  }

  #isThere({ slot, id }: Node): boolean {
    const { store } = this.#options;
    return store.instanceId[slot] === id && store.state[slot] !== INSTANCE_STATE.free;
  }

  /** One more, if there is one to be had. */
  #launch(): void {
    const { fleet, group } = this.#options;
    const { zones } = fleet.groups[group]!;
    if (!fleet.mayGrow(group) || !zones.some((zone) => fleet.isOpen(zone))) return;
    fleet.launchFor(group, (_, zone) => fleet.isOpen(zone));
  }

  /** All nodes of the group that are on their way have joined. */
  #whenJoined(then: () => void): void {
    const { store, steps } = this.#options;
    const isComing = this.#nodes().some(({ slot }) => store.state[slot] !== INSTANCE_STATE.ready);
    if (isComing) steps.after(JOIN_TICK_MS, () => this.#whenJoined(then));
    else then();
  }

  #begin(): void {
    const { settings } = this.#options;
    this.#waiting = this.#waiting.filter((node) => this.#isThere(node));
    if (settings.cordonFirst) for (const { slot } of this.#waiting) this.#cordon(slot, true);
    this.#work();
  }

  #cordon(slot: number, isCordoned: boolean): void {
    const { store, cordon } = this.#options;
    if (store.state[slot] === INSTANCE_STATE.ready && store.accepts[slot] === (isCordoned ? 1 : 0)) {
      cordon(slot, isCordoned);
    }
  }

  /** As many nodes at a time as may go. */
  #work(): void {
    const { settings } = this.#options;
    this.#workers = Math.min(atOnce(settings), Math.max(1, this.#waiting.length));
    for (let worker = this.#workers; worker > 0; worker--) this.#next();
  }

  #next(): void {
    if (this.#isOver) return;
    const node = this.#waiting.shift();
    if (node !== undefined) {
      if (this.#isThere(node)) this.#drain(node);
      else this.#next();
      return;
    }
    this.#workers -= 1;
    if (this.#workers > 0) return;
    if (this.#options.settings.trimsSurge && !this.#isTrimming && this.#surge > 0) this.#trim();
    else this.#finish(null);
  }

  /** The group goes back to its size, if nobody else has seen to that: the newest go. */
  #trim(): void {
    this.#isTrimming = true;
    const nodes = this.#nodes();
    this.#waiting = nodes.slice(Math.min(this.#size, nodes.length));
    this.#work();
  }

  #drain(node: Node): void {
    const { settings, steps, store, drain, isIdle } = this.#options;
    const { slot, id } = node;
    // Somebody else sends it away already.
    if (store.state[slot] !== INSTANCE_STATE.ready) {
      this.#next();
      return;
    }
    this.#cordon(slot, true);
    const then = () => steps.after(settings.postDrainMs, () => this.#end(node));
    if (isIdle(slot)) {
      then();
      return;
    }
    this.#draining.set(slot, { id, then });
    steps.after(settings.drainTimeoutMs, () => this.#late(node));
    drain(slot);
  }

  #late(node: Node): void {
    const drained = this.#draining.get(node.slot);
    if (this.#isOver || drained === undefined || drained.id !== node.id) return;
    this.#draining.delete(node.slot);
    if (!this.#isThere(node)) this.#next();
    else if (this.#options.settings.onDrainTimeout === 'force') this.#end(node);
    else this.#finish(`the drain of ${this.#options.store.instanceName(node.slot)} took too long`);
  }

  #end(node: Node): void {
    if (this.#isOver) return;
    const { fleet, steps, settings, validate } = this.#options;
    if (this.#isThere(node)) fleet.terminate(node.slot);
    if (!this.#isTrimming) this.#replaced += 1;
    if (this.#mustReplace()) this.#launch();
    steps.after(settings.intervalMs, () =>
      validate((isWhole) => {
        if (isWhole) this.#next();
        else this.#finish('the cluster did not validate in time');
      }),
    );
  }

  /** The surge stands for the last nodes, or is trimmed in the end; a group keeps its minimum. */
  #mustReplace(): boolean {
    const { fleet, group, settings } = this.#options;
    if (fleet.alive(group) < fleet.groups[group]!.size.min) return true;
    return !this.#isTrimming && (settings.trimsSurge || this.#waiting.length >= this.#surge);
  }

  #finish(problem: string | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { fleet, group, tell, onDone } = this.#options;
    for (const { slot, id } of this.#waiting) if (this.#isThere({ slot, id })) this.#cordon(slot, false);
    fleet.allowBeyond(group, -this.#surge);
    if (this.#replaced > 0 || problem !== null) {
      const end = problem === null ? 'done' : `given up: ${problem}`;
      tell('GroupUpdated', `group ${this.#name}: ${this.#replaced} replaced, ${end}`);
    }
    onDone(problem);
  }
}
