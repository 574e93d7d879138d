import type { TaskClass } from '../../model/task-class.ts';
import type { PodWeight } from './framework.ts';
import { isSatisfied, type Requirement } from './requirement.ts';

/**
 * A set of pods: those of one task group (a neutral service stands for a Deployment whose selector picks its own
 * pods), or those of one namespace with fitting labels. `requirements` null: a nil selector, which selects nothing.
 */
export type PodSelector =
  | { readonly kind: 'group'; readonly groupId: number }
  | {
      readonly kind: 'labels';
      readonly namespace: string;
      readonly requirements: readonly Requirement[] | null;
    };

/** Is a pod of this class in the set? Pods that are being deleted are the caller's business. */
export function selects(selector: PodSelector, taskClass: TaskClass): boolean {
  if (selector.kind === 'group') return selector.groupId === taskClass.groupId;
  const { namespace, requirements } = selector;
  if (requirements === null || namespace !== taskClass.namespace) return false;
  return requirements.every((requirement) => isSatisfied(requirement, taskClass.labels.get(requirement.key)));
}

/** The empty label selector: it selects every pod of its namespace, yet spreading counts nothing for it. */
export function selectsEverything(selector: PodSelector): boolean {
  return selector.kind === 'labels' && selector.requirements?.length === 0;
}

/**
 * Counts the pods of the set as spreading does: those that are not being deleted, and none at all for the empty
 * selector. Pods that come and go in a trial are matched against the selector alone: they count in either case.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/podtopologyspread/common.go (countPodsMatchSelector),
 * filtering.go (updateWithPod)
 */
export function livingPods(selector: PodSelector): PodWeight {
  const isBlind = selectsEverything(selector);
  return {
    key: JSON.stringify(selector),
    of: ({ terminating, taskClass }) => (!isBlind && !terminating && selects(selector, taskClass) ? 1 : null),
    moved: ({ taskClass }) => (selects(selector, taskClass) ? 1 : null),
  };
}
