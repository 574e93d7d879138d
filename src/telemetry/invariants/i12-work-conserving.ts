import type { LogRecord, RunRecord } from '../log-record.ts';
import { reasonAgainst } from './feasible.ts';
import type { Rule } from './rule.ts';
import type { World, WorldInstance, WorldTask } from './world.ts';

/**
 * After a pass nothing that waits fits anywhere: every waiting class against every instance, by brute force. Only
 * for schedulers whose refusal is a proof, and for classes whose constraints the log states in full. In a strict
 * queue only the first task was tried.
 *
 * Placements never make room, so a class that fitted nowhere after the last pass needs to be held only against
 * instances that gained room since.
 */
export const workConserving: Rule = {
  id: 'I-12',
  rule: 'after a complete pass no waiting task fits on any instance',
  create() {
    const gained = new Set<number>();
    let refused = new Set<number>();
    return {
      record(record, before, fail) {
        noteGain(record, before, gained);
        if (record.kind !== 'pass' || before.run === null || !before.run.complete) return;
        const { run } = before;
        const roomier = [...gained].map((id) => before.instances.get(id)).filter((one) => one !== undefined);
        const stillRefused = new Set<number>();
        for (const task of tried(before)) {
          const classId = task.class.class;
          if (task.class.constraints !== 'wishes') continue;
          const candidates = refused.has(classId) ? roomier : before.instances.values();
          const host = firstThatFits(run, candidates, task);
          if (host === null) stillRefused.add(classId);
          else
            fail(
              `task ${task.ordinal} waits after a pass, though it fits on instance ${host.facts.instance}`,
            );
        }
        refused = stillRefused;
        gained.clear();
      },
    };
  },
};

function noteGain(record: LogRecord, before: World, gained: Set<number>): void {
  if (record.kind === 'state') {
    gained.add(record.instance);
  } else if (record.kind === 'requeued' || record.kind === 'ended') {
    const host = before.tasks.get(record.task)?.instance;
    if (host) gained.add(host.facts.instance);
  }
}

/** The tasks that a pass has tried in vain: the first of each class, or of the whole queue when it is strict. */
export function tried(world: World): WorldTask[] {
  const heads: WorldTask[] = [];
  for (const line of world.waiting.values()) {
    for (const head of line.values()) {
      heads.push(head);
      break;
    }
  }
  if (world.run?.queue !== 'strict') return heads;
  return heads.sort(byTurn).slice(0, 1);
}

function byTurn(a: WorldTask, b: WorldTask): number {
  return b.class.priority - a.class.priority || a.waitingSinceMs - b.waitingSinceMs || a.ordinal - b.ordinal;
}

export function firstThatFits(
  run: RunRecord,
  candidates: Iterable<WorldInstance>,
  task: WorldTask,
): WorldInstance | null {
  for (const instance of candidates) if (reasonAgainst(run, instance, task.class) === null) return instance;
  return null;
}
