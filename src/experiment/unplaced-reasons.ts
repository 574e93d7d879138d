import { needsOf } from './class-needs.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import type { RunSummary } from './result.ts';

/**
 * Why tasks were still waiting when the run ended, in the platform's own words, and why others were turned away at
 * once. One question to the scheduler per class, with what it may look at beside the cluster, so that kube-scheduler
 * also tells why preemption makes no room; most frequent reason first.
 */
export function unplacedReasons(run: ClusterRun): RunSummary['unplaced'] {
  const tasksByReason = new Map<string, number>();
  const count = (reason: string, tasks: number) => {
    tasksByReason.set(reason, (tasksByReason.get(reason) ?? 0) + tasks);
  };
  const { store, scheduler, placement, kernel, world } = run;
  for (const { id } of store.classes) {
    const line = placement.queue.line(id);
    const tried = line.filter((one) => placement.heldBack(one) === '');
    for (const one of line) {
      const held = placement.heldBack(one);
      if (held !== '') count(held, 1);
    }
    const [task] = tried;
    if (task === undefined) continue;
    const random = world.stream('explain', run.input.platform.name);
    const question = { ...placement.context(), view: store, task, random, nowMs: kernel.nowMs };
    const { message } = scheduler.explain(question);
    count(message === '' ? 'Waiting for its turn.' : message, tried.length);
  }
  for (const { classId, tasks } of run.rejections.values()) {
    const taskClass = store.classes[classId]!;
    const asked = needsOf(taskClass, run.platform.resources);
    count(`Asks for ${asked.join(', ')}: no instance of the fleet could ever take it.`, tasks);
  }
  for (const index of run.refusedPods) {
    count(`Its node ${run.world.pods[index]!.instance} has no room for it: the kubelet turns it down.`, 1);
  }
  for (const message of run.controllers.forbidden ?? []) count(message, 1);
  return [...tasksByReason]
    .map(([reason, tasks]) => ({ reason, tasks }))
    .sort((a, b) => b.tasks - a.tasks || (a.reason < b.reason ? -1 : 1));
}
