import type { Fail, Rule } from './rule.ts';
import type { World, WorldInstance, WorldTask } from './world.ts';

/** Memory is looked at at each multiple of this. */
const LOOK_MS = 10_000;
const HOUR_MS = 3_600_000n;

/**
 * Nothing uses more memory than there is for longer than until the next look: no task more than its limit, unless it is going
 * already, and no instance's tasks together more than it has for them. Whoever is killed is said to use what it
 * does. Use that follows a load is not in the log, and nothing is said of it or of its instance.
 */
export const memory: Rule = {
  id: 'I-26',
  rule: 'no task uses more memory than its limit, and no instance has more in use than it has, past the next look',
  create: () => ({
    record(record, before, fail) {
      if (before.run?.memory === undefined) return;
      const lookMs = Math.floor((record.timeMs - 1) / LOOK_MS) * LOOK_MS;
      if (record.timeMs > before.nowMs && lookMs >= before.nowMs && lookMs > 0)
        checkAll(before, lookMs, fail);
      if (record.kind !== 'killed') return;
      const task = before.tasks.get(record.task);
      if (task?.class.memory?.followsLoad !== false) return;
      const used = usedBytes(task, memoryLane(before), record.timeMs);
      if (used !== record.usedBytes)
        fail(`task ${record.task} uses ${used} bytes, and is said to use ${record.usedBytes}`);
      const { limitBytes } = task.class.memory;
      if (record.cause === 'limit' && (limitBytes === null || used <= limitBytes))
        fail(`task ${record.task} is killed for its limit of ${limitBytes} bytes, and uses ${used}`);
    },
  }),
};

function checkAll(world: World, lookMs: number, fail: Fail): void {
  const { memory: terms } = world.run!;
  const lane = memoryLane(world);
  for (const instance of world.instances.values()) {
    if (instance.state !== 'ready' && instance.state !== 'draining') continue;
    const seen = [...instance.tasks.values()].filter((task) => wasThere(task, lookMs));
    if (seen.some(({ class: { memory: stated } }) => stated?.followsLoad === true)) continue;
    for (const task of seen) checkLimit(task, usedBytes(task, lane, lookMs), lookMs, fail);
    const beyondBytes = instance.facts.beyondBytes ?? terms!.beyondBytes;
    if (beyondBytes !== null) checkRoom(instance, beyondBytes, { lane, tasks: seen, lookMs }, fail);
  }
}

/** What came to be at the very time of the look may have come after it. */
function wasThere(task: WorldTask, lookMs: number): boolean {
  return task.class.memory === undefined
    ? task.placedMs < lookMs
    : task.state === 'running' && task.runningMs < lookMs;
}

function checkLimit(task: WorldTask, used: number, lookMs: number, fail: Fail): void {
  const limitBytes = task.class.memory?.limitBytes ?? null;
  if (limitBytes === null || used <= limitBytes || task.evictedUntilMs !== null) return;
  fail(`task ${task.ordinal} uses ${used} bytes at ${lookMs} ms, its limit is ${limitBytes}`);
}

function checkRoom(
  { facts }: WorldInstance,
  beyondBytes: number,
  seen: { readonly lane: number; readonly tasks: readonly WorldTask[]; readonly lookMs: number },
  fail: Fail,
): void {
  const { lane, tasks, lookMs } = seen;
  const room = facts.allocatable[lane]! + beyondBytes;
  const used = tasks.reduce((sum, task) => sum + usedBytes(task, lane, lookMs), 0);
  if (used > room)
    fail(`tasks on instance ${facts.instance} use ${used} bytes at ${lookMs} ms, it has ${room}`);
}

function memoryLane({ run }: World): number {
  return run!.resources.findIndex(({ name }) => name === 'memory');
}

function usedBytes(task: WorldTask, lane: number, nowMs: number): number {
  const { memory: stated, requests } = task.class;
  if (stated === undefined) return requests[lane]!;
  if (task.state !== 'running') return 0;
  const grown = (BigInt(stated.growthBytesPerHour) * BigInt(nowMs - task.runningMs)) / HOUR_MS;
  return (task.memoryBytes ?? 0) + Number(grown);
}
