/** Annotations of stowage on pods: how long one runs, how long it takes to start, and how long it is held back by its gates. */
export const ANNOTATION_PREFIX = 'stowage.dev/';
export const RUNTIME_ANNOTATION = 'stowage.dev/runtime';
export const STARTUP_ANNOTATION = 'stowage.dev/startup';
/** Since the pod was created, or the start of the run if that is later: when all of its scheduling gates are removed. */
export const GATES_ANNOTATION = 'stowage.dev/gates-removed';
/** Share of the pods that a Job makes whose containers end with code 1, `0.2` or `20%`. */
export const FAILING_ANNOTATION = 'stowage.dev/failing';
/**
 * Of a HorizontalPodAutoscaler, for one of its metrics, as cpu or memory: what its pods use of it together, or what the
 * object shows, by time.
 */
export function loadAnnotation(metric: string): string {
  return `${ANNOTATION_PREFIX}${metric}-load`;
}

/** Is it an annotation of that kind? */
export function isLoadAnnotation(key: string): boolean {
  return /^stowage\.dev\/.+-load$/.test(key);
}

/** Which pod of a ReplicaSet goes first. */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** Marks the storage class of claims that name none. */
export const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
