import { INSTANCE_STATE, INSTANCE_STATE_NAMES } from '../model/cluster-view.ts';
import { UNLIMITED } from '../model/resources.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { formatDurationMs } from '../units.ts';
import { laneText, needsOf } from './class-needs.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { unknown } from './explain-errors.ts';
import { questionAbout, titleOf, waitingByClass } from './explain-state.ts';
import type { InstanceExplanation } from './explanation.ts';

/** An instance in this state: what it offers, what is on it, and what of all that waits would not go there. */
export function explainInstance(run: ClusterRun, name: string, atMs: number): InstanceExplanation {
  const { store, platform } = run;
  const slot = slotNamed(run, name);
  const shape = store.shapes[store.shapeOf[slot]!]!;
  const { resources } = platform;
  const labels = [...store.labelKeys].flatMap((key) => {
    const value = store.label(slot, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    kind: 'node',
    atMs,
    name,
    type: shape.typeName,
    group: shape.groupName,
    zone: store.strings.name(store.zone[slot]!),
    state: INSTANCE_STATE_NAMES[store.state[slot]!]!,
    labels: Object.fromEntries(labels.sort(([a], [b]) => (a < b ? -1 : 1))),
    taints: store
      .taints(slot)
      .map(({ key, value, effect }) => `${key}${value === '' ? '' : `=${value}`}:${effect}`),
    resources: resources.names.flatMap((resource, lane) => {
      const [allocatable, requested] = [store.allocatable[lane]![slot]!, store.requested[lane]![slot]!];
      const isUnlimited = resources.limited[lane] === 0 || allocatable === UNLIMITED || allocatable === 0;
      if (isUnlimited) return [];
      const text = (amount: number) => laneText(resources, lane, amount);
      return [
        {
          resource,
          capacity: text(store.capacity[lane]![slot]!),
          allocatable: text(allocatable),
          requested: text(requested),
          free: text(allocatable - requested),
        },
      ];
    }),
    tasks: tasksOn(run, slot),
    refused: refusedAt(run, slot),
  };
}

function tasksOn(run: ClusterRun, slot: number): InstanceExplanation['tasks'] {
  const { store, platform } = run;
  const tasks: InstanceExplanation['tasks'][number][] = [];
  for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
    const asks = needsOf(store.classes[store.taskClass[task]!]!, platform.resources);
    tasks.push({ task: titleOf(run, task), asks, sinceMs: store.taskSinceMs(task) });
  }
  return tasks;
}

function refusedAt(run: ClusterRun, slot: number): InstanceExplanation['refused'] {
  const { store, scheduler } = run;
  const tried = waitingByClass(run).filter(([, [first]]) => run.placement.heldBack(first!) === '');
  return tried.flatMap(([classId, tasks]) => {
    const { verdicts } = scheduler.explain(questionAbout(run, tasks[0]!));
    const refusal = verdicts.find((verdict) => verdict.slot === slot)?.refusal;
    if (refusal === null || refusal === undefined) return [];
    const { rule, reasons } = refusal;
    return [{ group: store.classes[classId]!.groupName, tasks: tasks.length, rule, reasons }];
  });
}

function slotNamed({ store, kernel }: ClusterRun, name: string): number {
  const names: string[] = [];
  for (let slot = 0; slot < store.slotCount; slot++) {
    if (store.state[slot] === INSTANCE_STATE.free) continue;
    if (store.instanceName(slot) === name) return slot;
    names.push(store.instanceName(slot));
  }
  const hint =
    didYouMean(name, names) ?? `${names.length} instances are there at ${formatDurationMs(kernel.nowMs)}`;
  throw unknown(`there is no instance '${name}' at that time`, hint);
}
