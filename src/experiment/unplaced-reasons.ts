import { LANE, type ResourceTable } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import { formatBytes } from '../units.ts';
import type { ClusterRun } from './cluster-run.ts';
import type { RunSummary } from './result.ts';

/**
 * Why tasks were still waiting when the run ended, in the platform's own words, and why others were turned away at
 * once. One question to the scheduler per class; most frequent reason first.
 */
export function unplacedReasons(run: ClusterRun): RunSummary['unplaced'] {
  const tasksByReason = new Map<string, number>();
  const count = (reason: string, tasks: number) => {
    tasksByReason.set(reason, (tasksByReason.get(reason) ?? 0) + tasks);
  };
  const { store, scheduler, placement, kernel, streams } = run;
  for (const { id } of store.classes) {
    const task = placement.queue.head(id);
    if (task < 0) continue;
    const held = placement.heldBack(task);
    if (held !== '') {
      count(held, placement.queue.waiting(id));
      continue;
    }
    const random = streams.stream('explain', run.input.platform.name);
    const { message } = scheduler.explain({ view: store, task, random, nowMs: kernel.nowMs });
    count(message === '' ? 'Waiting for its turn.' : message, placement.queue.waiting(id));
  }
  for (const { classId, tasks } of run.rejections.values()) {
    const taskClass = store.classes[classId]!;
    const asked = askedFor(taskClass, run.platform.resources);
    count(`Asks for ${asked.join(', ')}: no instance of the fleet could ever take it.`, tasks);
  }
  return [...tasksByReason]
    .map(([reason, tasks]) => ({ reason, tasks }))
    .sort((a, b) => b.tasks - a.tasks || (a.reason < b.reason ? -1 : 1));
}

/** Everything about a class that an empty instance could lack. */
function askedFor({ requests, gpu, hostPorts, wishes }: TaskClass, resources: ResourceTable): string[] {
  const asked = [`${requests[LANE.cpu]! / resources.cpuPerVcpu} vCPU`, formatBytes(requests[LANE.memory]!)];
  if (requests[LANE.ephemeral]! > 0) asked.push(`${formatBytes(requests[LANE.ephemeral]!)} of scratch space`);
  if (gpu !== null) {
    const models = gpu.models.length === 0 ? '' : ` (${gpu.models.join(' or ')})`;
    asked.push(`${(gpu.count * gpu.milli) / 1000} GPU${models}`);
  }
  resources.names.forEach((name, lane) => {
    const isExtended = !Object.hasOwn(LANE, name) && resources.limited[lane] === 1;
    if (isExtended && requests[lane]! > 0) asked.push(`${requests[lane]!} ${name}`);
  });
  for (const { port } of hostPorts) asked.push(`host port ${port}`);
  for (const [key, value] of wishes.where) asked.push(`${key} = ${value}`);
  return asked;
}
