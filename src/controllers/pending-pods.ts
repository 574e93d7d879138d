import type { ClusterStore } from '../model/cluster-store.ts';
import type { ClusterEvent } from '../schedulers/kubernetes/cluster-event.ts';
import type { Pod, PodTable } from '../schedulers/kubernetes/pod.ts';
import type { PreEnqueuePlugin } from '../schedulers/kubernetes/pre-enqueue.ts';
import type { EventSubject, NodeSubject, WaitingPod } from '../schedulers/kubernetes/queueing-hints.ts';

/** A waiting task, as the scheduling queue knows it. */
export interface PendingPod extends WaitingPod {
  readonly task: number;
  /** Names of the scheduling gates that are still there. */
  readonly gates: Set<string>;
}

/** A task as it begins to wait: with all of its gates, unless it had a place before. */
export function pendingPod(pods: PodTable, store: ClusterStore, task: number): PendingPod {
  const pod = pods.pod(store.taskClass[task]!);
  const gates = store.taskAttempt(task) === 0 ? pod.schedulingGates : [];
  return { pod, task, gates: new Set(gates) };
}

/** Keeps a pod out of the queues until its last gate is removed. */
export const SCHEDULING_GATES: PreEnqueuePlugin<PendingPod> = {
  name: 'SchedulingGates',
  admits: ({ gates }) => gates.size === 0,
};

type Event = ClusterEvent<EventSubject>;

/** A pod got its node, or left it. */
export function assignedPod(action: 'Add' | 'Delete', pod: Pod): Event {
  const subject: EventSubject = { kind: 'pod', waiting: { pod }, assigned: true };
  return {
    resource: 'AssignedPod',
    action,
    before: action === 'Delete' ? subject : null,
    after: action === 'Add' ? subject : null,
  };
}

/** The last gate of a waiting pod was removed. */
export function gatesGone(waiting: PendingPod): Event {
  const subject: EventSubject = { kind: 'pod', waiting, assigned: false };
  const action = 'UpdatePodSchedulingGatesEliminated';
  return { resource: 'UnscheduledPod', action, before: subject, after: subject };
}

/** A kubelet registers the CSI drivers of its node: who waits for a place for volumes hears of this, not of the node. */
export const CSI_NODE_ADDED: Event = { resource: 'CSINode', action: 'Add', before: null, after: null };

/** A node joined, or is about to leave. What it is like is written down: its slot may be another's when it is asked. */
export function nodeChange(action: 'Add' | 'Delete', store: ClusterStore, slot: number): Event {
  const labels = new Map<string, string>();
  for (const key of store.labelKeys) {
    const value = store.label(slot, key);
    if (value !== undefined) labels.set(key, value);
  }
  const shape = store.shapes[store.shapeOf[slot]!]!;
  const subject: NodeSubject = {
    kind: 'node',
    attributes: {
      name: store.instanceName(slot),
      label: (key) => labels.get(key),
      taints: store.taints(slot),
      unschedulable: shape.unschedulable === true,
    },
    shape,
  };
  return {
    resource: 'Node',
    action,
    before: action === 'Delete' ? subject : null,
    after: action === 'Add' ? subject : null,
  };
}
