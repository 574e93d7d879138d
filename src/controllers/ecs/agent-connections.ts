import type { EventHandle, EventKind, Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import { INSTANCE_STATE } from '../../model/cluster-view.ts';
import { PHASE } from '../../model/phases.ts';
import type { AgentLossPlan } from '../../model/plan.ts';
import type { PlanEvent } from '../../model/service-plan.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import { sampler } from '../distributions.ts';
import { HOUR } from '../../units.ts';

type Disconnect = Extract<PlanEvent, { kind: 'disconnect' }>;

export interface AgentConnectionsOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  /** Null: agents lose their connection by events alone. */
  readonly losses: AgentLossPlan | null;
  readonly events: readonly Disconnect[];
  readonly stream: (purpose: string, entity: string) => RandomDraws;
  /** Told after an instance has lost its agent, or has it back. */
  readonly onChange: (slot: number, isConnected: boolean) => void;
}

/**
 * Agents that lose their connection to Amazon ECS and find it again. Meanwhile their instance gets no new tasks, and those
 * that it has go on. Each instance has draws of its own, so that what one loses does not depend on the others.
 * Source: AWS ECS developer guide, container instance state change events.
 */
export class AgentConnections {
  readonly #options: AgentConnectionsOptions;
  readonly #lose: EventKind;
  readonly #find: EventKind;
  readonly #happens: EventKind;
  /** By slot: the next loss at random, and until when the instance is disconnected. */
  readonly #nextLoss = new Map<number, EventHandle>();
  readonly #untilMs: number[] = [];
  readonly #lasting: (u: number) => number;
  losses = 0;

  constructor(options: AgentConnectionsOptions) {
    this.#options = options;
    const { kernel, losses } = options;
    this.#lose = kernel.defineKind('agent-lost', PHASE.failure, (slot) => this.#isLost(slot));
    this.#find = kernel.defineKind('agent-back', PHASE.infrastructure, (slot) => this.#isBack(slot));
    this.#happens = kernel.defineKind('agents-lost', PHASE.failure, (index) => this.#event(index));
    this.#lasting = losses === null ? () => 0 : sampler(losses.lasting);
  }

  start(): void {
    const { kernel, events } = this.#options;
    events.forEach(({ atMs }, index) => {
      kernel.at(atMs, this.#happens, index);
    });
  }

  /** A fresh instance accepts tasks. */
  instanceReady(slot: number): void {
    this.#untilMs[slot] = 0;
    this.#next(slot);
  }

  /** The instance is about to be gone. */
  instanceGone(slot: number): void {
    const next = this.#nextLoss.get(slot);
    if (next !== undefined) this.#options.kernel.cancel(next);
    this.#nextLoss.delete(slot);
  }

  #draws(slot: number): RandomDraws {
    const { store, stream } = this.#options;
    return stream('agent-connection', store.instanceName(slot));
  }

  #next(slot: number): void {
    const { kernel, losses } = this.#options;
    if (losses === null || losses.perHour === 0) return;
    const gap = sampler({ kind: 'exponential', meanMs: HOUR / losses.perHour });
    this.#nextLoss.set(slot, kernel.after(gap(this.#draws(slot).double()), this.#lose, slot));
  }

  #isLost(slot: number): void {
    this.#disconnect(slot, this.#lasting(this.#draws(slot).double()));
    this.#next(slot);
  }

  #event(index: number): void {
    const { store, events } = this.#options;
    const { group, zone, count, lastingMs } = events[index]!;
    const slots: number[] = [];
    for (let slot = 0; slot < store.slotCount; slot++) {
      if (store.state[slot] !== INSTANCE_STATE.ready) continue;
      if (store.shapes[store.shapeOf[slot]!]!.groupName !== group) continue;
      if (zone === null || store.strings.name(store.zone[slot]!) === zone) slots.push(slot);
    }
    slots.sort((a, b) => store.instanceId[a]! - store.instanceId[b]!);
    for (const slot of slots.slice(0, count ?? slots.length)) this.#disconnect(slot, lastingMs);
  }

  #disconnect(slot: number, lastingMs: number): void {
    const { kernel, store, onChange } = this.#options;
    if (store.state[slot] !== INSTANCE_STATE.ready || lastingMs === 0) return;
    this.losses += 1;
    this.#untilMs[slot] = Math.max(this.#untilMs[slot]!, kernel.nowMs + lastingMs);
    kernel.at(kernel.nowMs + lastingMs, this.#find, slot);
    if (store.accepts[slot] === 0) return;
    store.setAgentConnected(slot, false);
    onChange(slot, false);
  }

  /** Back, unless another loss lasts longer, or the instance that was lost is gone. */
  #isBack(slot: number): void {
    const { kernel, store, onChange } = this.#options;
    if (this.#untilMs[slot]! > kernel.nowMs) return;
    if (store.state[slot] !== INSTANCE_STATE.ready || store.accepts[slot] === 1) return;
    store.setAgentConnected(slot, true);
    onChange(slot, true);
  }
}
