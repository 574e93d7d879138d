import type { EngineIntegrals } from '../log-record.ts';
import { Area } from './area.ts';
import type { Fail, Rule } from './rule.ts';
import type { WorldTask } from './world.ts';

/** One population: who is in it over time, and for how long each stayed. */
interface Population {
  readonly name: string;
  readonly area: Area;
  sojournsMs: bigint;
}

/**
 * Little's law, exactly: the integral of the number of tasks equals the sum of their sojourns, for the whole system,
 * for the queue, for tasks with room, and for each class. Tasks still there at the end have stayed until the end.
 */
export const little: Rule = {
  id: 'I-14',
  rule: '∫ N dt = Σ sojourns, exactly: whole system, queue, room, each class',
  create() {
    const system = population('the system');
    const queue = population('the queue');
    const room = population('room');
    const classes = new Map<number, Population>();
    const ofClass = (task: WorldTask | { class: { class: number } }) => {
      const id = task.class.class;
      const known = classes.get(id) ?? population(`class ${id}`);
      classes.set(id, known);
      return known;
    };
    return {
      record(record, before, fail) {
        const now = record.timeMs;
        if (record.kind === 'submitted') {
          for (const one of [system, queue, ofClass({ class: { class: record.class } })])
            one.area.change(now, 1);
        } else if (record.kind === 'end') {
          for (const task of before.tasks.values()) {
            leave(task.state === 'pending' ? queue : room, phaseStart(task), now);
            leave(system, task.submitMs, now);
            leave(ofClass(task), task.submitMs, now);
          }
          for (const one of [system, queue, room, ...classes.values()]) compare(one, now, fail);
          compareEngine(record.integrals, queue, room, fail);
        } else if (
          'task' in record &&
          !['running', 'health', 'evicted', 'restarted', 'killed'].includes(record.kind)
        ) {
          const task = before.tasks.get(record.task);
          if (task === undefined) return;
          leave(task.state === 'pending' ? queue : room, phaseStart(task), now);
          if (record.kind === 'placed') room.area.change(now, 1);
          else if (record.kind === 'requeued') queue.area.change(now, 1);
          else for (const one of [system, ofClass(task)]) leave(one, task.submitMs, now);
        }
      },
    };
  },
};

function population(name: string): Population {
  return { name, area: new Area(), sojournsMs: 0n };
}

/** Since when the task waits, or since when it has room. */
function phaseStart(task: WorldTask): number {
  return task.state === 'pending' ? task.waitingSinceMs : task.placedMs;
}

function leave(from: Population, sinceMs: number, nowMs: number): void {
  from.area.change(nowMs, -1);
  from.sojournsMs += BigInt(nowMs - sinceMs);
}

function compare({ name, area, sojournsMs }: Population, nowMs: number, fail: Fail): void {
  const integral = area.at(nowMs);
  if (integral !== sojournsMs) fail(`in ${name} ∫ N dt is ${integral} ms, sojourns sum to ${sojournsMs}`);
}

function compareEngine(integrals: EngineIntegrals, queue: Population, room: Population, fail: Fail): void {
  const { pendingMs, hostedMs } = integrals;
  if (pendingMs !== null && BigInt(pendingMs) !== queue.sojournsMs) {
    fail(`tasks waited ${queue.sojournsMs} ms in all, the engine integrated ${pendingMs}`);
  }
  if (hostedMs !== null && BigInt(hostedMs) !== room.sojournsMs) {
    fail(`tasks had room for ${room.sojournsMs} ms in all, the engine integrated ${hostedMs}`);
  }
}
