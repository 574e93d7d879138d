import type { ClusterView } from '../../../src/model/cluster-view.ts';
import type { TaskClass } from '../../../src/model/task-class.ts';
import { mayTake, tasksOfGroup } from '../../support/laws.ts';

/** A required term with `matchLabels` alone, in the pod's own namespace. */
interface Term {
  readonly topologyKey: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A native pod in few words: required terms, and preferred ones with their weights (negative: anti-affinity). */
export interface AffinityWords {
  readonly near?: readonly Term[];
  readonly apart?: readonly Term[];
  readonly prefers?: readonly (Term & { readonly weight: number })[];
}

const words = new WeakMap<object, AffinityWords>();

/** The pod as an API object, remembered in words for `mayTakeNear`. */
export function podWithAffinity(said: AffinityWords): object {
  const { near = [], apart = [], prefers = [] } = said;
  const term = ({ topologyKey, labels }: Term) => ({ topologyKey, labelSelector: { matchLabels: labels } });
  const weighted = (sign: number) =>
    prefers
      .filter(({ weight }) => weight * sign > 0)
      .map((one) => ({ weight: one.weight * sign, podAffinityTerm: term(one) }));
  const affinity = (required: readonly Term[], sign: number) => ({
    requiredDuringSchedulingIgnoredDuringExecution: required.map(term),
    preferredDuringSchedulingIgnoredDuringExecution: weighted(sign),
  });
  const native = {
    spec: {
      containers: [{ image: 'web:1' }],
      affinity: { podAffinity: affinity(near, 1), podAntiAffinity: affinity(apart, -1) },
    },
  };
  words.set(native, said);
  return native;
}

/** `mayTake` for classes with required affinity between pods, or the neutral wish for distinct instances, judged pod by pod. */
export function mayTakeNear(view: ClusterView, slot: number, taskClass: TaskClass): boolean {
  const { native } = taskClass;
  if (native === null ? !mayTake(view, slot, taskClass) : !mayTakeUnwished(view, slot, taskClass))
    return false;
  const { near = [], apart = [] } = wordsOf(taskClass);
  const pods = podsOf(view);
  const shares = ({ topologyKey }: Term, other: number) =>
    view.label(slot, topologyKey) !== undefined &&
    view.label(other, topologyKey) === view.label(slot, topologyKey);
  const isWanted = (pod: TaskClass) => near.every((term) => selects(term, pod));
  const hasLabels = near.every(({ topologyKey }) => view.label(slot, topologyKey) !== undefined);
  const isFirst =
    isWanted(taskClass) &&
    !pods.some(
      ({ pod, on }) =>
        isWanted(pod) && near.some(({ topologyKey }) => view.label(on, topologyKey) !== undefined),
    );
  const hasCompany = near.every((term) => pods.some(({ pod, on }) => isWanted(pod) && shares(term, on)));
  return (
    hasLabels &&
    (isFirst || hasCompany) &&
    !apart.some((term) => pods.some(({ pod, on }) => selects(term, pod) && shares(term, on))) &&
    !pods.some(({ pod, on }) =>
      (wordsOf(pod).apart ?? []).some((term) => selects(term, taskClass) && shares(term, on)),
    ) &&
    !keptApart(view, slot, taskClass)
  );
}

/** A task on the instance wants it for itself among its group. */
function keptApart(view: ClusterView, slot: number, { groupId }: TaskClass): boolean {
  const wishful = podsOf(view).filter(
    ({ pod, on }) =>
      on === slot && pod.groupId === groupId && pod.native === null && pod.wishes.distinctInstance,
  );
  return wishful.length > 0 && tasksOfGroup(view, slot, groupId) > 0;
}

/** The native pods here tolerate nothing. */
function mayTakeUnwished(view: ClusterView, slot: number, taskClass: TaskClass): boolean {
  return view.fits(slot, taskClass) && view.taints(slot).every(({ effect }) => effect === 'PreferNoSchedule');
}

function wordsOf({ native }: TaskClass): AffinityWords {
  return (native === null ? undefined : words.get(native as object)) ?? {};
}

function selects({ labels }: Term, pod: TaskClass): boolean {
  return Object.entries(labels).every(([key, value]) => pod.labels.get(key) === value);
}

function podsOf(view: ClusterView): { readonly pod: TaskClass; readonly on: number }[] {
  const pods: { pod: TaskClass; on: number }[] = [];
  for (let on = 0; on < view.slotCount; on++) {
    if (view.state[on] === 0) continue;
    for (let task = view.firstTask[on]!; task >= 0; task = view.nextTask[task]!) {
      pods.push({ pod: view.classes[view.taskClass[task]!]!, on });
    }
  }
  return pods;
}
