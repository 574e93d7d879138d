/**
 * What happens in a cluster, as far as it may let a pending pod be placed after all.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/kube-scheduler/framework/types.go, pkg/scheduler/framework/events.go
 */

export type EventResource =
  /** Has a node: bound, or created with a node name. */
  | 'AssignedPod'
  /** Waits in the queue. */
  | 'UnscheduledPod'
  | 'Node'
  | 'PersistentVolume'
  | 'PersistentVolumeClaim'
  | 'StorageClass'
  | 'CSINode';

export type EventAction =
  | 'Add'
  | 'Delete'
  /** Something else than what has a name of its own below. */
  | 'Update'
  | 'UpdateNodeAllocatable'
  | 'UpdateNodeLabel'
  | 'UpdateNodeTaint'
  | 'UpdatePodLabel'
  | 'UpdatePodScaleDown'
  | 'UpdatePodToleration'
  | 'UpdatePodSchedulingGatesEliminated';

/** One change of one thing. `Subject` is whatever hints need to know of things. */
export interface ClusterEvent<Subject> {
  readonly resource: EventResource;
  readonly action: EventAction;
  /** null for what is new. */
  readonly before: Subject | null;
  /** null for what is gone. */
  readonly after: Subject | null;
}

/**
 * What a plugin wants to hear about for the pods that it has rejected, and whether it is then worth trying one again.
 */
export interface QueueingHint<Pod, Subject> {
  readonly plugin: string;
  /** `Pod`: any pod, with a node or without. */
  readonly resource: EventResource | 'Pod';
  /** `Update` covers all updates. */
  readonly actions: readonly EventAction[];
  /** Absent: always worth it. */
  isWorthIt?(pod: Pod, event: ClusterEvent<Subject>): boolean;
}

/** Does the plugin want to hear about this event? */
export function concerns<Pod, Subject>(
  hint: QueueingHint<Pod, Subject>,
  { resource, action }: Pick<ClusterEvent<Subject>, 'resource' | 'action'>,
): boolean {
  const isPod = resource === 'AssignedPod' || resource === 'UnscheduledPod';
  if (hint.resource !== resource && !(hint.resource === 'Pod' && isPod)) return false;
  // An update without a name of its own carries every kind of update, and only who wants all of them hears of it.
  return hint.actions.includes(action) || (action.startsWith('Update') && hint.actions.includes('Update'));
}
