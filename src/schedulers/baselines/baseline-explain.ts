import type { ClusterView } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { toleratesTaints } from '../instance-rules.ts';
import {
  type DecisionInput,
  type Explanation,
  type InstanceVerdict,
  NO_INSTANCE,
  type Refusal,
} from '../scheduler.ts';
import type { PackingRule } from './baseline.ts';

/** The decision of a baseline done plainly: every ready instance judged and scored from the view alone. */
export function explainBaseline(name: string, rule: PackingRule, input: DecisionInput): Explanation {
  const { view, task, random } = input;
  const taskClass = view.classes[view.taskClass[task]!]!;
  const verdicts = readySlots(view).map((slot) => verdict(name, rule, view, slot, taskClass));
  const fitting = verdicts.filter(({ refusal }) => refusal === null);
  const best = fitting.reduce((most, { total }) => Math.max(most, total!), Number.NEGATIVE_INFINITY);
  const tied = fitting.filter(({ total }) => total === best).map(({ slot }) => slot);
  const draws = rule.drawsAmongBest && tied.length > 1;
  const index = draws ? Math.floor(random.clone().double() * tied.length) : 0;
  return {
    scheduler: name,
    chosen: tied[index] ?? NO_INSTANCE,
    verdicts,
    tied,
    chain: [],
    message: tied.length > 0 ? '' : summaryOf(verdicts),
  };
}

function verdict(
  name: string,
  rule: PackingRule,
  view: ClusterView,
  slot: number,
  taskClass: TaskClass,
): InstanceVerdict {
  const refusal = refusalOf(view, slot, taskClass);
  const instance = view.instanceName(slot);
  if (refusal !== null) return { slot, name: instance, refusal, scores: [], total: null };
  const score = rule.score(view, slot, taskClass);
  const scores = [{ rule: name, raw: score, normalised: score, weighted: score }];
  return { slot, name: instance, refusal: null, scores, total: score };
}

function readySlots(view: ClusterView): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < view.slotCount; slot++) if (view.accepts[slot] === 1) slots.push(slot);
  return slots.sort((a, b) => view.instanceId[a]! - view.instanceId[b]!);
}

/** The first rule that turns the instance down, with everything that this rule misses. */
function refusalOf(view: ClusterView, slot: number, taskClass: TaskClass): Refusal | null {
  const refuse = (rule: string, reasons: readonly string[]): Refusal => ({
    rule,
    reasons,
    resolvable: false,
  });
  const { where, tolerations, distinctInstance } = taskClass.wishes;
  const missing = [...where].filter(([attribute, value]) => view.label(slot, attribute) !== value);
  if (missing.length > 0) {
    const reasons = missing.map(([attribute, value]) => `${attribute} is not ${value}`);
    return refuse('where', reasons);
  }
  const hard = view.taints(slot).filter((taint) => !toleratesTaints([taint], tolerations));
  if (hard.length > 0) {
    const reasons = hard.map(({ key, value }) => `tainted ${key}${value === '' ? '' : `=${value}`}`);
    return refuse('taints', reasons);
  }
  const short = shortLanes(view, slot, taskClass);
  if (short.length > 0) {
    const reasons = short.map((lane) => `short of ${lane}`);
    return refuse('room', reasons);
  }
  if (!view.gpuFits(slot, taskClass)) return refuse('gpu', ['no free GPU device of the kind']);
  if (!view.portsFit(slot, taskClass)) return refuse('ports', ['host port taken']);
  if (distinctInstance && hasTaskOf(view, slot, taskClass.groupId)) {
    return refuse('distinctInstance', ['runs a task of the group']);
  }
  return null;
}

function shortLanes(view: ClusterView, slot: number, taskClass: TaskClass): string[] {
  return [...taskClass.requestedLanes]
    .filter((lane) => {
      const free = view.allocatable[lane]![slot]! - view.requested[lane]![slot]!;
      return taskClass.requests[lane]! > free;
    })
    .map((lane) => view.resources.names[lane]!);
}

function hasTaskOf(view: ClusterView, slot: number, groupId: number): boolean {
  for (let task = view.firstTask[slot]!; task >= 0; task = view.nextTask[task]!) {
    if (view.classes[view.taskClass[task]!]!.groupId === groupId) return true;
  }
  return false;
}

/** `0/5 instances: 3 short of cpu, 2 tainted dedicated=batch`; most frequent first, then in order of first sight. */
function summaryOf(verdicts: readonly InstanceVerdict[]): string {
  if (verdicts.length === 0) return '0/0 instances: none is ready';
  const tally = new Map<string, number>();
  for (const { refusal } of verdicts) {
    for (const reason of refusal?.reasons ?? []) tally.set(reason, (tally.get(reason) ?? 0) + 1);
  }
  const parts = [...tally].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} ${reason}`);
  return `0/${verdicts.length} instances: ${parts.join(', ')}`;
}
