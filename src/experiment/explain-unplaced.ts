import { needsOf } from './class-needs.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { podTitle } from './run/manifest-workload.ts';
import { explainState, questionAbout, waitingByClass } from './explain-state.ts';
import type { OtherPolicy } from './other-policy.ts';
import type { DecisionExplanation, UnplacedClass, UnplacedExplanation } from './explanation.ts';

/**
 * What waits in this state, by class, and what was turned away before; `top` classes in full. The run cannot go on
 * afterwards.
 */
export function explainUnplaced(
  run: ClusterRun,
  atMs: number,
  { top, other }: { readonly top: number; readonly other: OtherPolicy | null },
): UnplacedExplanation {
  const { store } = run;
  const waiting = waitingByClass(run);
  const rejected = [...run.rejections.values()].map(({ classId, tasks }): UnplacedClass => {
    const { groupName } = store.classes[classId]!;
    return {
      group: groupName,
      tasks,
      example: '',
      waitsSinceMs: 0,
      asks: needsOf(store.classes[classId]!, run.platform.resources),
      message: 'Turned down when they came: nothing that there is, or could be, has room for one.',
      reasons: [],
      relaxations: null,
      other: null,
    };
  });
  // Relaxations make up classes and tasks: what waits is known before the first of them.
  const classes = waiting.slice(0, top).map(([, tasks]): UnplacedClass => {
    const task = tasks[0]!;
    const state = explainState(run, questionAbout(run, task), run.scheduler, other);
    const { group, asks, policy, relaxations, waitsSinceMs, task: example } = state;
    const message = policy.message === '' ? 'Waiting for its turn.' : policy.message;
    return {
      group,
      tasks: tasks.length,
      example,
      waitsSinceMs,
      asks,
      message,
      reasons: tally(policy.instances),
      relaxations,
      other: state.other === null ? null : { name: state.other.name, chosen: state.other.chosen },
    };
  });
  return {
    kind: 'unplaced',
    atMs,
    waiting: waiting.reduce((sum, [, tasks]) => sum + tasks.length, 0),
    rejected:
      rejected.reduce((sum, { tasks }) => sum + tasks, 0) +
      run.refusedPods.length +
      (run.controllers.forbidden?.length ?? 0),
    classes: [...classes, ...rejected, ...refusedByNodes(run)],
  };
}

/** Pods that their nodes had no room for when the run began. */
function refusedByNodes({ store, world: { pods }, refusedPods, platform }: ClusterRun): UnplacedClass[] {
  return refusedPods.map((index) => {
    const { pod, spec, instance } = pods[index]!;
    return {
      group: pod.group,
      tasks: 1,
      example: podTitle(pod),
      waitsSinceMs: 0,
      asks: needsOf(store.internClass(spec), platform.resources),
      message: `Its node ${instance} has no room for it: the kubelet turns it down.`,
      reasons: [],
      relaxations: null,
      other: null,
    };
  });
}

function tally(instances: DecisionExplanation['policy']['instances']): UnplacedClass['reasons'] {
  const counts = new Map<string, UnplacedClass['reasons'][number]>();
  for (const { refusal } of instances) {
    for (const reason of refusal?.reasons ?? []) {
      const key = JSON.stringify([refusal!.rule, reason]);
      counts.set(key, { rule: refusal!.rule, reason, instances: (counts.get(key)?.instances ?? 0) + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.instances - a.instances || (a.reason < b.reason ? -1 : 1));
}
