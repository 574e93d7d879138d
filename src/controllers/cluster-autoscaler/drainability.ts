import type { ClusterAutoscalerSettings } from '../../model/autoscaler-plan.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { isObject, objectAt } from '../../schedulers/kubernetes/reader.ts';
import { annotationsOf, isProtectedKind } from '../pod-protection.ts';

/** What becomes of a pod when its node is to go: it moves, the node waits until it has ended, or the node stays. */
export type Drainability = 'moves' | 'waits' | 'blocks';

export type DrainSettings = Pick<
  ClusterAutoscalerSettings,
  'protects' | 'skipsSystemPods' | 'systemPodTimeoutMs' | 'skipsLocalStorage' | 'skipsCustomControllers'
>;

/** What is asked about a pod beside its class. */
export interface DrainQuestion {
  /** Since the pod was made, in the run. */
  readonly ageMs: number;
  /** A disruption budget covers it. */
  readonly isCovered: boolean;
  /** One that does lets none go. */
  readonly isOverdrawn: boolean;
}

/** Controllers that make a pod again. Source: simulator/drainability/rules/replicated/rule.go, replicatedKind */
const REPLICATED: readonly unknown[] = ['ReplicationController', 'Job', 'ReplicaSet', 'StatefulSet'];

/**
 * May the pod be moved? The rules in the order in which the first answer counts; DaemonSet and mirror pods, which never
 * are in the way, are not asked about. Every controller is taken to be there (chosen: lists of pods often come without).
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 simulator/drainability/rules/rules.go, Default
 */
export function drainability(
  taskClass: TaskClass,
  settings: DrainSettings,
  { ageMs, isCovered, isOverdrawn }: DrainQuestion,
): Drainability {
  const isSafe = annotationsOf(taskClass)['cluster-autoscaler.kubernetes.io/safe-to-evict'];
  if (isSafe === 'true') return 'moves';
  if (isSafe === 'on-completion') return 'waits';
  if (!isReplicated(taskClass, settings)) return 'blocks';
  if (settings.skipsSystemPods && taskClass.namespace === 'kube-system' && !isCovered) {
    // One that is old enough is asked nothing more.
    return ageMs > settings.systemPodTimeoutMs ? 'moves' : 'blocks';
  }
  if (isSafe === 'false' || isProtectedKind(taskClass, settings.protects)) return 'blocks';
  if (settings.skipsLocalStorage && hasLocalStorage(taskClass)) return 'blocks';
  return isOverdrawn ? 'blocks' : 'moves';
}

/** What the neutral language names is made by a Deployment or a Job. */
function isReplicated({ native }: TaskClass, { skipsCustomControllers }: DrainSettings): boolean {
  if (!isObject(native)) return true;
  const { controller } = objectAt(native, 'metadata');
  return skipsCustomControllers ? REPLICATED.includes(controller) : controller !== undefined;
}

function hasLocalStorage({ native }: TaskClass): boolean {
  return isObject(native) && objectAt(native, 'spec')['localStorage'] === true;
}

/** Is it kubelet's own, of a file on the node? */
export function isMirror({ native }: TaskClass): boolean {
  return isObject(native) && objectAt(native, 'metadata')['controller'] === 'Node';
}
