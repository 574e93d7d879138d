import type { LogRecord } from '../log-record.ts';
import { reasonAgainst } from './feasible.ts';
import type { World, WorldInstance, WorldTask } from './world.ts';

/** A task that waits, and an instance that could take it. */
export interface WaitingFit {
  readonly task: WorldTask;
  readonly host: WorldInstance;
}

/**
 * Finds waiting tasks that fit somewhere: the first of every class against every instance, by brute force. Placements
 * never make room, so a class that fitted nowhere at the last look is held only against instances that gained room
 * since. Says nothing about classes whose constraints the log does not state in full.
 */
export class WaitingFits {
  readonly #gained = new Set<number>();
  #refused = new Set<number>();

  /** Every record, with the world before it. */
  note(record: LogRecord, before: World): void {
    if (record.kind === 'state' || record.kind === 'agent' || record.kind === 'taints') {
      this.#gained.add(record.instance);
    } else if (record.kind === 'requeued' || record.kind === 'ended') {
      const host = before.tasks.get(record.task)?.instance;
      if (host) this.#gained.add(host.facts.instance);
    }
  }

  /** In a strict queue only the first task of all counts. */
  look(world: World): WaitingFit[] {
    const { run } = world;
    if (run === null) return [];
    const roomier = [...this.#gained].map((id) => world.instances.get(id)).filter((one) => one !== undefined);
    const stillRefused = new Set<number>();
    const fits: WaitingFit[] = [];
    for (const task of heads(world)) {
      const id = task.class.class;
      if (task.class.constraints !== 'wishes') continue;
      const candidates = this.#refused.has(id) ? roomier : [...world.instances.values()];
      const host = candidates.find((instance) => reasonAgainst(run, instance, task.class) === null);
      if (host === undefined) stillRefused.add(id);
      else fits.push({ task, host });
    }
    this.#refused = stillRefused;
    this.#gained.clear();
    return fits;
  }
}

function heads(world: World): WorldTask[] {
  const first: WorldTask[] = [];
  for (const line of world.waiting.values()) {
    for (const task of line.values()) {
      first.push(task);
      break;
    }
  }
  return world.run?.queue === 'strict' ? first.sort(byTurn).slice(0, 1) : first;
}

function byTurn(a: WorldTask, b: WorldTask): number {
  return b.class.priority - a.class.priority || a.waitingSinceSeq - b.waitingSinceSeq;
}
