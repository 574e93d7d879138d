import type { ProtectedPods } from '../model/autoscaler-plan.ts';
import type { TaskClass } from '../model/task-class.ts';
import { isObject, objectAt } from '../schedulers/kubernetes/reader.ts';
import { isHeldByAnnotation } from './karpenter/do-not-disrupt.ts';

/** The annotations of the pods of a class; empty for those of the neutral language. */
export function annotationsOf({ native }: TaskClass): Readonly<Record<string, unknown>> {
  return isObject(native) ? objectAt(objectAt(native, 'metadata'), 'annotations') : {};
}

/** Does Karpenter leave its pods where they are for a while only, counted from when they came there? */
export function isHeldForAWhile(taskClass: TaskClass): boolean {
  const said = annotationsOf(taskClass)['karpenter.sh/do-not-disrupt'];
  const text = said === undefined ? undefined : String(said);
  return isHeldByAnnotation(text, 0) && !isHeldByAnnotation(text, Number.POSITIVE_INFINITY);
}

/** Must Karpenter leave the pod where it is? `ageMs`: how long it has been there. */
export function isUndisruptable(taskClass: TaskClass, protects: ProtectedPods, ageMs: number): boolean {
  const said = annotationsOf(taskClass)['karpenter.sh/do-not-disrupt'];
  return (
    isProtectedKind(taskClass, protects) ||
    isHeldByAnnotation(said === undefined ? undefined : String(said), ageMs)
  );
}

/** `controller.kubernetes.io/pod-deletion-cost`; 0 when it says nothing. */
export function deletionCost(taskClass: TaskClass): number {
  const cost = Number(annotationsOf(taskClass)['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  return Number.isFinite(cost) ? cost : 0;
}

/** Does the scenario protect all pods of its kind? */
export function isProtectedKind({ groupKind }: TaskClass, protects: ProtectedPods): boolean {
  return protects === 'jobs' && groupKind !== 'service';
}
